using Lab.Benchmarks;
using Lab.Engine.Interop;
using Lab.Store;

namespace Lab.Tests.Live;

/// <summary>A state folder, and two taps on a bridge in a namespace of their own; nothing of them stays.</summary>
internal sealed class Stage : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("nwlab-live-").FullName;

    public TapPair Taps { get; } = TapPair.Create();

    public NetworkNamespace Space => Taps.Space;

    public StateFolder State => new(Folder);

    public void Dispose()
    {
        Taps.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
