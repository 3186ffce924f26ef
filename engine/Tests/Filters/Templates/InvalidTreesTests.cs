using System.Collections.Immutable;
using System.Text.Json;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Tests;
namespace Lab.Engine.Tests.Filters.Templates;

/// <summary>
/// What only compiling can show. fixtures/invalid/trees/NAME.xml, or the folder NAME with filter.xml and what that refers to,
/// is read and compiled with the finding NAME; fixtures/invalid/quirks has the same for quirks. The expectation
/// holds all that is said in libvirt's meaning, and in the strict one where that differs.
/// </summary>
public sealed class InvalidTreesTests
{
    private static readonly string Folder = Tree.At("fixtures/invalid");

    public static TheoryData<string> Trees { get; } = [.. Names("trees")];

    public static TheoryData<string> Quirks { get; } = [.. Names("quirks")];

    [Theory]
    [MemberData(nameof(Trees))]
    public void A_filter_tree_with_the_mistake_gets_the_expected_findings(string name) =>
        Shows(DiagnosticTable.All.Single(kind => kind.Name == name).Code, Path.Combine(Folder, "trees", name));

    [Theory]
    [MemberData(nameof(Quirks))]
    public void A_filter_that_touches_the_quirk_gets_the_expected_findings(string name) =>
        Shows(QuirkRegister.All.Single(quirk => NameOf(quirk) == name).Code, Path.Combine(Folder, "quirks", name));

    [Fact]
    public void Every_quirk_of_meaning_has_a_fixture() =>
        QuirkRegister.All.Where(quirk => quirk.Place == QuirkPlace.Meaning).Select(NameOf).Should().BeEquivalentTo(
            [.. Names("quirks"), "variable-values-unchecked"], "what is unchecked there is an error here: unsuitable-value");

    private static void Shows(string code, string path)
    {
        string libvirt = Said(path, Meaning.Libvirt), strict = Said(path, Meaning.Strict);

        libvirt.Should().Contain($" {code}: ");
        Expectation.Matches(
            strict == libvirt ? libvirt : $"{libvirt}strict:\n{(strict.Length == 0 ? "nothing\n" : strict)}", Directory.Exists(path) ? Path.Combine(path, "expected.txt") : $"{path}.txt");
    }

    private static string Said(string path, Meaning meaning)
    {
        ImmutableDictionary<string, FilterDefinition> filters = FilterLibrary.Stock;
        List<Diagnostic> found = [];
        string top = "";
        string[] files = Directory.Exists(path) ? Directory.GetFiles(path, "*.xml") : [$"{path}.xml"];
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            ReadResult read = FilterReader.Read(Path.GetFileName(file), File.ReadAllText(file), meaning == Meaning.Strict);
            found.AddRange(read.Diagnostics);
            if (read.Filter is { } filter)
            {
                filters = filters.SetItem(filter.Name, filter);
                top = top.Length == 0 || Path.GetFileName(file) == "filter.xml" ? filter.Name : top;
            }
        }

        if (top.Length > 0)
        {
            found.AddRange(ProgramCompiler.Compile(filters, top, MacAddress.Parse("52:54:00:00:00:01"), ParameterSet.Empty, meaning).Diagnostics);
        }

        return string.Concat(found.Select(d => $"{d}\n"));
    }

    private static IEnumerable<string> Names(string folder) =>
        Directory.GetFileSystemEntries(Path.Combine(Folder, folder)).Select(entry => Path.GetFileNameWithoutExtension(entry)!).Distinct().Order();

    private static string NameOf(QuirkEntry quirk) => JsonNamingPolicy.KebabCaseLower.ConvertName(quirk.Quirk.ToString());
}
