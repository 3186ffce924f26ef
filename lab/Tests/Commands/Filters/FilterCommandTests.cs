using System.CommandLine;
using System.Text.Json;
using Lab.Commands.Filters;
using Lab.Engine.Filters.Model;

namespace Lab.Tests.Commands.Filters;

public sealed class FilterCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nwlab-commands-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Defining_and_undefining_speak_as_virsh_does()
    {
        string file = Document("<filter name='web'/>");

        Run("nwfilter-define", file).Should().Be(($"Network filter web defined from {file}\n\n", "", 0));
        Run("nwfilter-undefine", "web").Should().Be(("Network filter web undefined\n\n", "", 0));
        Run("nwfilter-undefine", "web").Should().Be((
            "", "error: failed to get nwfilter 'web'\nerror: Network filter not found: no nwfilter with matching name 'web'\n", 1));
    }

    [Fact]
    public void The_list_is_virshs_table()
    {
        string uuid = "2ced4c33-b45f-4326-8e31-05fc104a1e75";
        Run("filter", "define", Document($"<filter name='web-in'><uuid>{uuid}</uuid></filter>")).Code.Should().Be(0);

        string[] lines = Run("nwfilter-list").Output.Split('\n');
        lines[0].Should().Be(" UUID                                   Name");
        lines[1].Should().Be(new string('-', 36 + 3 + "qemu-announce-self-fixed".Length + 3));
        lines.Should().Contain($" {uuid}   web-in");
        lines[^2..].Should().Equal("", "");
        Run("nwfilter-list", "--name").Output.Split('\n').Should().Contain("web-in").And.NotContain(line => line.Contains(' '));
    }

    [Fact]
    public void A_filter_is_shown_by_name_and_by_uuid_and_as_JSON()
    {
        string text = "<filter name='web' chain='root'>\n  <uuid>2ced4c33-b45f-4326-8e31-05fc104a1e75</uuid>\n"
            + "  <rule action='accept' direction='in' priority='500'>\n    <tcp dstportstart='80'/>\n  </rule>\n</filter>\n";
        Run("filter", "define", Document(text));

        Run("nwfilter-dumpxml", "web").Should().Be(($"{text}\n", "", 0));
        Run("filter", "show", "2ced4c33-b45f-4326-8e31-05fc104a1e75").Output.Should().Be($"{text}\n");
        JsonDocument.Parse(Run("filter", "show", "web", "--json").Output).RootElement
            .GetProperty("entries")[0].GetProperty("attributes")[0].GetProperty("value").GetString().Should().Be("80");
    }

    [Fact]
    public void A_refused_definition_says_why_and_changes_nothing()
    {
        string file = Document("<filter name='web'><rule action='allow' direction='in'/></filter>");

        (string output, string error, int code) = Run("filter", "define", file);

        (output, code).Should().Be(("", 1));
        error.Should().Be($"{file}:1:26: error NF028: 'allow' is not an action\n  help: write one of drop, accept, reject, return, continue\n"
            + $"error: Failed to define network filter from {file}\n");
        Run("filter", "list", "--name").Output.Split('\n').Should().NotContain("web");
    }

    [Fact]
    public void Create_wants_a_new_name_and_update_one_that_exists()
    {
        string file = Document("<filter name='web'/>");

        Run("filter", "update", file).Code.Should().Be(1);
        Run("filter", "create", file).Code.Should().Be(0);
        Run("filter", "create", file).Error.Should().Contain("filter 'web' already exists");
        Run("filter", "update", file).Code.Should().Be(0);
        Run("filter", "create-from", "web", "mail").Code.Should().Be(0);
        Run("filter", "destroy", "web").Code.Should().Be(0);
        Run("filter", "list", "--name").Output.Split('\n').Should().Contain("mail").And.NotContain("web");
    }

    [Fact]
    public void Check_reads_folders_and_fails_when_a_filter_has_errors()
    {
        Document("<filter name='good'/>");
        Document("<filter name='sloppy' colour='red'/>");

        Run("filter", "check", _folder).Output.Should().Be("2 files, 0 errors, 1 warning\n");
        Run("filter", "check", "--strict", _folder).Code.Should().Be(1);
        JsonElement json = JsonDocument.Parse(Run("filter", "check", "--json", _folder).Output).RootElement;
        json.GetProperty("diagnostics")[0].GetProperty("code").GetString().Should().Be("NF006");
    }

    [Fact]
    public void A_draft_of_2010_becomes_a_filter_called_like_its_file()
    {
        string file = Document("<FilterEntry><Action>DROP</Action><TrafficType>incoming</TrafficType></FilterEntry>");

        Run("filter", "import-cim", file).Output.Should().StartWith($"<filter name='{Path.GetFileNameWithoutExtension(file)}' chain='root'>");
        Run("filter", "import-cim", "--name", "web", file).Output.Should().StartWith("<filter name='web'");
    }

    [Theory]
    [InlineData("filter show clean-t", "clean-traffic")]
    [InlineData("nwfilter-undefine we", "web")]
    [InlineData("filter reference tc", "tcp-ipv6")]
    [InlineData("filter de", "define")]
    public void The_shell_completes_commands_filters_and_protocols(string line, string completion)
    {
        Run("filter", "define", Document("<filter name='web'/>"));

        EntryPoint.CreateRoot().Parse($"{line} --state {_folder}/state").GetCompletions(line.Length).Select(c => c.Label).Should().Contain(completion);
    }

    [Fact]
    public void Help_ends_with_examples() => Run(false, "filter", "define", "--help").Output.Should().Contain("Examples:\n  nwlab filter define web.xml\n");

    [Fact]
    public void The_reference_page_in_the_tree_is_the_generated_one() =>
        Expectation.Matches(FilterReference.Page(), Tree.At("lab/Documentation/filter-reference.md"));

    [Fact]
    public void The_reference_of_a_protocol_lists_all_its_attributes()
    {
        string text = Run("filter", "reference", "stp").Output;

        ProtocolTable.Find("stp")!.Attributes.Should().OnlyContain(a => text.Contains($"| `{a.Name}` |", StringComparison.Ordinal));
        Run("filter", "reference", "tpc").Error.Should().Be("error: 'tpc' is not a protocol element; did you mean 'tcp'?\n");
    }

    private string Document(string text)
    {
        string file = Path.Combine(_folder, $"d{Directory.GetFiles(_folder).Length}.xml");
        File.WriteAllText(file, text);
        return file;
    }

    private (string Output, string Error, int Code) Run(params string[] words) => Run(true, words);

    private (string Output, string Error, int Code) Run(bool withState, params string[] words)
    {
        using StringWriter output = new(), error = new();
        int code = EntryPoint.CreateRoot().Parse(withState ? [.. words, "--state", Path.Combine(_folder, "state")] : words)
            .Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (output.ToString(), error.ToString(), code);
    }
}
