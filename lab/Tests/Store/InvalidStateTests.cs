using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Store;

namespace Lab.Tests.Store;

/// <summary>
/// fixtures/invalid/NAME/ shows the finding called NAME: a state, and what is asked of it (define.xml, or the name in
/// undefine.txt, or nothing but loading). expected.txt is what is said.
/// </summary>
public sealed class InvalidStateTests
{
    private static readonly string Folder = Tree.At("fixtures/invalid");

    public static TheoryData<string> Names { get; } = [.. Directory.GetDirectories(Folder).Where(f => Directory.Exists(Path.Combine(f, "state"))).Select(f => Path.GetFileName(f)!).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_state_with_the_mistake_gets_the_expected_findings(string name)
    {
        string folder = Path.Combine(Folder, name);
        Diagnostic[] found = [.. Found(folder)];
        string said = string.Concat(found.Select(d => $"{d}\n")).Replace($"{folder}/", "", StringComparison.Ordinal);

        found.Should().Contain(d => d.Code == DiagnosticTable.All.Single(k => k.Name == name).Code);
        Expectation.Matches(said, Path.Combine(folder, "expected.txt"));
    }

    private static IEnumerable<Diagnostic> Found(string folder)
    {
        StateFolder state = new(Path.Combine(folder, "state"));
        string define = Path.Combine(folder, "define.xml"), undefine = Path.Combine(folder, "undefine.txt");
        try
        {
            return File.Exists(define) ? [state.Filters.Define(FilterReader.Read("define.xml", File.ReadAllText(define)).Filter!).Refusal!]
                : File.Exists(undefine) ? [state.Filters.Undefine(File.ReadAllText(undefine).Trim()).Refusal!]
                : state.Filters.Load().Findings;
        }
        finally
        {
            File.Delete(Path.Combine(state.Path, "lock")); // all that a refused request leaves behind
        }
    }
}
