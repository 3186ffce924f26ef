using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Lab.Engine.Tests;

/// <summary>Which way the tree points: the arrows of style.md, read off the using directives.</summary>
public sealed partial class FolderDependenciesTests
{
    /// <summary>A folder of the engine, and those it may know; a sub-folder belongs to its first name.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Packets"] = [],
        ["Diagnostics"] = [],
        ["Documents"] = ["Diagnostics"],
        ["State"] = ["Packets"],
        ["Programs"] = ["Packets", "State", "Diagnostics"],
        ["Filters"] = ["Packets", "State", "Programs", "Diagnostics", "Documents"],
    };

    public static TheoryData<string> Folders => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_of_the_engine_knows_only_what_it_builds_on(string folder)
    {
        var strangers = Sources(Path.Combine(Root(), "engine", folder))
            .SelectMany(file => Usings().Matches(File.ReadAllText(file)).Select(m => (File: Path.GetFileName(file), Folder: m.Groups[1].Value)))
            .Where(use => use.Folder != folder && !Allowed[folder].Contains(use.Folder));

        strangers.Should().BeEmpty();
    }

    [Theory]
    [InlineData("engine", "Lab.Simulator|Lab.Contract|Lab.Steps|Lab.Kernel|Lab.Scenarios")]
    [InlineData("simulator", "Lab.Contract|Lab.Steps|Lab.Engine.Rulesets|Lab.Engine.Apply|Lab.Engine.Interop")]
    [InlineData("features/Steps", "Lab.Kernel|Lab.Simulated|Lab.Simulator|Lab.Engine.Rulesets|Lab.Engine.Apply|Lab.Engine.Interop")]
    public void What_lies_below_has_not_heard_of_what_lies_above(string folder, string above)
    {
        Regex forbidden = new($@"^using (static )?({above})\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

        Sources(Path.Combine(Root(), folder)).Where(file => forbidden.IsMatch(File.ReadAllText(file))).Should().BeEmpty();
    }

    [Theory]
    [InlineData("engine")]
    [InlineData("simulator")]
    public void No_library_writes_to_the_console(string folder) =>
        Sources(Path.Combine(Root(), folder)).Where(file => File.ReadAllText(file).Contains("Console.", StringComparison.Ordinal)).Should().BeEmpty();

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/Tests/", StringComparison.Ordinal) && !file.Contains("/Benchmarks/", StringComparison.Ordinal)
                && !file.Contains("/obj/", StringComparison.Ordinal));

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    [GeneratedRegex(@"^using (?:static )?Lab\.Engine\.(\w+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Usings();
}
