using Lab.Commands.Running;

namespace Lab.Tests.Commands;

public sealed class ChangesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nwlab-watch-");

    [Fact]
    public void A_file_written_below_the_folder_ends_the_wait()
    {
        using Changes changes = new([_folder.FullName]);
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "deeper"));
        File.WriteAllText(Path.Combine(_folder.FullName, "deeper", "a.feature"), "Feature: F");

        changes.Wait(CancellationToken.None).Should().BeTrue();
    }

    [Fact]
    public void Cancelling_ends_the_wait_and_the_watching()
    {
        using Changes changes = new([_folder.FullName]);
        using CancellationTokenSource ended = new();
        ended.Cancel();

        changes.Wait(ended.Token).Should().BeFalse();
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
