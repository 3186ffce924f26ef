using Lab.Engine.Networks;
using Lab.Tests;

namespace Lab.Engine.Tests.Networks;

/// <summary>fixtures/invalid/networks/NAME.xml is a network document with every mistake about one subject, and NAME.txt what is said
/// about them, all in one run.</summary>
public sealed class InvalidNetworksTests
{
    private static readonly string Folder = Tree.At("fixtures/invalid/networks");

    public static TheoryData<string> Names { get; } = [.. Directory.GetFiles(Folder, "*.xml").Select(f => Path.GetFileNameWithoutExtension(f)!).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_mistake_is_reported_at_its_position(string name)
    {
        NetworkReadResult read = NetworkReader.Read($"{name}.xml", File.ReadAllText(Path.Combine(Folder, $"{name}.xml")));

        read.Diagnostics.Should().NotBeEmpty();
        Expectation.Matches(string.Concat(read.Diagnostics.Select(found => $"{found}\n")), Path.Combine(Folder, $"{name}.txt"));
    }
}
