using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Tests.Filters.Templates;

/// <summary>Filters from text to program, as tests need it.</summary>
internal static class Compiling
{
    public static readonly MacAddress Guest = MacAddress.Parse("52:54:00:11:22:33");

    /// <summary>The parameters <c>"IP=10.0.0.1 IP=10.0.0.2 PORT=80"</c>.</summary>
    public static ParameterSet Parameters(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(word => word.Split('=', 2))
        .Aggregate(ParameterSet.Empty, (set, word) => set.Append(word[0], new(word[1], new("parameters", 1, 1))));

    /// <summary>Compiles the last of these filters; the others, and the stock filters, may be referred to.</summary>
    public static CompileResult Compile(string xml, string parameters = "", Meaning meaning = Meaning.Libvirt)
    {
        Dictionary<string, FilterDefinition> filters = new(FilterLibrary.Stock, StringComparer.Ordinal);
        string last = "";
        List<Diagnostic> found = [];
        foreach (string document in xml.Split("</filter>", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            ReadResult read = FilterReader.Read("test.xml", document + "</filter>", meaning == Meaning.Strict);
            found.AddRange(read.Diagnostics);
            if (read.Filter is null)
            {
                return new(null, [.. found]);
            }

            filters[read.Filter.Name] = read.Filter;
            last = read.Filter.Name;
        }

        CompileResult result = ProgramCompiler.Compile(filters, last, Guest, Parameters(parameters), meaning);
        return result with { Diagnostics = [.. found, .. result.Diagnostics] };
    }

    public static FilterProgram Program(string xml, string parameters = "", Meaning meaning = Meaning.Libvirt)
    {
        CompileResult result = Compile(xml, parameters, meaning);
        result.Program.Should().NotBeNull(string.Join('\n', result.Diagnostics));
        return result.Program!;
    }

    public static FilterProgram Stock(string name, string parameters = "", Meaning meaning = Meaning.Libvirt)
    {
        CompileResult result = ProgramCompiler.Compile(FilterLibrary.Stock, name, Guest, Parameters(parameters), meaning);
        result.Program.Should().NotBeNull(string.Join('\n', result.Diagnostics));
        return result.Program!;
    }

    /// <summary>The chains of a stage, each rule as one line without its origin.</summary>
    public static string[] Lines(Stage? stage) => stage is null ? [] :
        [.. stage.Chains.SelectMany(chain => chain.Rules.Select(rule => $"{chain.Name}: {ProgramText.Of(rule, stage)}"))];
}
