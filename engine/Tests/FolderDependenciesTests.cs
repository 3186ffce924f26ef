using System.Text.RegularExpressions;
using Lab.Tests;

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
        ["Networks"] = ["Packets", "Filters", "Diagnostics", "Documents"],
        ["Rulesets"] = ["Packets", "State", "Programs", "Diagnostics"],
        ["Interop"] = ["Packets"],
        ["Apply"] = ["Packets", "Programs", "Rulesets", "Interop", "Diagnostics"],
    };

    private const string Testers = "Lab.Commands|Lab.Scenarios|Lab.Reports|Lab.Fuzz|Lab.Benchmarks|Lab.Explaining";

    public static TheoryData<string> Folders => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_of_the_engine_knows_only_what_it_builds_on(string folder)
    {
        var strangers = Sources($"engine/{folder}")
            .SelectMany(file => Usings().Matches(File.ReadAllText(file)).Select(m => (File: Path.GetFileName(file), Folder: m.Groups[1].Value)))
            .Where(use => use.Folder != folder && !Allowed[folder].Contains(use.Folder));

        strangers.Should().BeEmpty();
    }

    [Fact]
    public void Every_folder_of_the_engine_has_its_row() => Directory.GetDirectories(Tree.At("engine"))
        .Select(folder => Path.GetFileName(folder)).Except(["Tests", "Benchmarks", "obj", "bin"]).Should().BeEquivalentTo(Allowed.Keys);

    [Theory]
    [InlineData("engine", "Lab.Simulator|Lab.Contract|Lab.Steps|Lab.Kernel|Lab.Scenarios")]
    [InlineData("simulator", "Lab.Contract|Lab.Steps|Lab.Engine.Rulesets|Lab.Engine.Apply|Lab.Engine.Interop")]
    [InlineData("features/Steps", "Lab.Kernel|Lab.Simulated|Lab.Simulator|Lab.Engine.Rulesets|Lab.Engine.Apply|Lab.Engine.Interop")]
    [InlineData("lab/Contract", "Lab.Simulator|Lab.Simulated|Lab.Kernel|Lab.Libvirt|Lab.Live|Lab.Engine.Rulesets|Lab.Engine.Apply|Lab.Engine.Interop")]
    [InlineData("lab/Testbeds", $"Lab.Agreement|Lab.Simulator|Lab.Simulated|Lab.Kernel|Lab.Libvirt|Lab.Live|{Testers}")]
    [InlineData("lab/Agreement", $"Lab.Simulator|Lab.Simulated|Lab.Kernel|Lab.Libvirt|Lab.Live|{Testers}")]
    [InlineData("lab/Simulated", $"Lab.Agreement|Lab.Kernel|Lab.Libvirt|Lab.Live|{Testers}")]
    [InlineData("lab/Kernel", $"Lab.Agreement|Lab.Simulator|Lab.Simulated|Lab.Libvirt|Lab.Live|{Testers}")]
    [InlineData("lab/Libvirt", $"Lab.Agreement|Lab.Simulator|Lab.Simulated|Lab.Live|{Testers}")]
    [InlineData("lab/Live", $"Lab.Agreement|Lab.Simulator|Lab.Simulated|Lab.Kernel|Lab.Libvirt|{Testers}")]
    [InlineData("lab/Scenarios", "Lab.Commands|Lab.Fuzz|Lab.Simulator|Lab.Simulated|Lab.Kernel|Lab.Libvirt|Lab.Live")]
    [InlineData("lab/Reports", "Lab.Commands|Lab.Fuzz|Lab.Simulator|Lab.Simulated|Lab.Kernel|Lab.Libvirt|Lab.Live")]
    public void What_lies_below_has_not_heard_of_what_lies_above(string folder, string above)
    {
        Regex forbidden = new($@"^using (static )?({above})\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

        Sources(folder).Where(file => forbidden.IsMatch(File.ReadAllText(file))).Should().BeEmpty();
    }

    [Theory]
    [InlineData("engine")]
    [InlineData("simulator")]
    public void No_library_writes_to_the_console(string folder) =>
        Sources(folder).Where(file => File.ReadAllText(file).Contains("Console.", StringComparison.Ordinal)).Should().BeEmpty();

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Tree.At(folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/Tests/", StringComparison.Ordinal) && !file.Contains("/Benchmarks/", StringComparison.Ordinal)
                && !file.Contains("/obj/", StringComparison.Ordinal));

    [GeneratedRegex(@"^using (?:static )?Lab\.Engine\.(\w+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Usings();
}
