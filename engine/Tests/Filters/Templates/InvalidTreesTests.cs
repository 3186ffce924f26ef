using System.Runtime.CompilerServices;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Packets;

namespace Lab.Engine.Tests.Filters.Templates;

/// <summary>fixtures/invalid/compiled/CODE.xml reads without a mistake and compiles with the finding CODE; CODE.txt is all that is said.</summary>
public sealed class InvalidTreesTests
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Here(), "../../../../fixtures/invalid/compiled"));

    public static TheoryData<string> Codes { get; } = [.. Directory.GetFiles(Folder, "*.xml").Select(f => Path.GetFileNameWithoutExtension(f)!).Order()];

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_filter_with_the_mistake_gets_the_expected_findings(string code)
    {
        string expectation = Path.Combine(Folder, $"{code}.txt");
        FilterDefinition filter = FilterReader.Read($"{code}.xml", File.ReadAllText(Path.Combine(Folder, $"{code}.xml")), strict: true).Filter!;

        CompileResult result = ProgramCompiler.Compile(
            FilterLibrary.Stock.SetItem(filter.Name, filter), filter.Name, MacAddress.Parse("52:54:00:00:00:01"), ParameterSet.Empty);

        string said = string.Concat(result.Diagnostics.Select(d => $"{d}\n"));
        result.Diagnostics.Should().Contain(d => d.Code == code);
        if (Environment.GetEnvironmentVariable("ACCEPT") == "1" || !File.Exists(expectation))
        {
            bool meant = File.Exists(expectation);
            File.WriteAllText(expectation, said);
            meant.Should().BeTrue($"{expectation} was missing; it has been written, look at it");
        }

        said.Should().Be(File.ReadAllText(expectation));
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
