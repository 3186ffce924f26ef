using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Filters.Drafts;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Networks;
using Lab.Tests;
namespace Lab.Engine.Tests.Filters;

/// <summary>
/// fixtures/invalid/NAME.xml shows the finding called NAME, and NAME.txt is everything that is said about it. Findings of
/// the store have folders there (InvalidStateTests in the lab reads them); trees, quirks and lowerings are for what a document alone cannot show.
/// </summary>
public sealed class InvalidDocumentsTests
{
    private static readonly string Folder = Tree.At("fixtures/invalid");

    public static TheoryData<string> Names { get; } = [.. Directory.GetFiles(Folder, "*.xml").Select(f => Path.GetFileNameWithoutExtension(f)!).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_document_with_the_mistake_gets_the_expected_findings(string name)
    {
        IReadOnlyList<Diagnostic> found = Read($"{name}.xml", File.ReadAllText(Path.Combine(Folder, $"{name}.xml")));
        string said = string.Concat(found.Take(3).Select(d => $"{d}\n")) + (found.Count > 3 ? $"... {found.Count} findings\n{found[^1]}\n" : "");

        found.Should().Contain(d => d.Code == DiagnosticTable.All.Single(k => k.Name == name).Code);
        Expectation.Matches(said, Path.Combine(Folder, $"{name}.txt"));
    }

    [Fact]
    public void Every_finding_has_a_fixture()
    {
        DiagnosticKind[] elsewhere =
        [
            DiagnosticTable.TooLarge, // ten megabytes: DocumentReaderTests makes them
            DiagnosticTable.HostRulesDiffer, // no filter says it, a program may: BridgeRulesetTests
            DiagnosticTable.TooManyPorts, DiagnosticTable.NothingToBind, DiagnosticTable.BridgeNetfilterOff, // of a host: LiveRefusalTests in the lab
        ];

        DiagnosticTable.All.Select(kind => kind.Name)
            .Except(new[] { "", "trees", "lowerings" }.SelectMany(stage => Directory.GetFileSystemEntries(Path.Combine(Folder, stage)))
                .Select(f => Path.GetFileNameWithoutExtension(f)!))
            .Should().BeEquivalentTo(elsewhere.Select(kind => kind.Name));
    }

    [Fact]
    public void Codes_and_names_are_unique_and_in_order()
    {
        DiagnosticTable.All.Select(kind => kind.Code).Should().BeInAscendingOrder(StringComparer.Ordinal).And.OnlyHaveUniqueItems();
        DiagnosticTable.All.Select(kind => kind.Name).Should().OnlyHaveUniqueItems();
    }

    private static IReadOnlyList<Diagnostic> Read(string file, string text) => DocumentReader.Read(file, text, null, new())?.Name switch
    {
        "interface" => InterfaceReader.Read(file, text).Diagnostics,
        "network" => NetworkReader.Read(file, text).Diagnostics,
        "filterbinding" => FilterBindingReader.Read(file, text).Diagnostics,
        "FilterEntry" => DraftImporter.Import(file, text, "imported").Diagnostics,
        _ => FilterReader.Read(file, text).Diagnostics,
    };
}
