using System.Text.Json;

namespace Lab.Tests.Commands;

/// <summary><c>nwlab explain</c> from its words to its answer.</summary>
public sealed class ExplainCommandTests
{
    private const string Web = """
        <filter name='web'>
          <rule action='accept' direction='in'><tcp dstportstart='80'/></rule>
          <rule action='drop' direction='inout' priority='900'><all/></rule>
        </filter>
        """;

    [Fact]
    public void A_dropped_packet_names_the_rule_and_the_change_that_would_have_helped()
    {
        (int code, string output, _) = Run("explain", "--filter", "clean-traffic", "--param", "IP=10.0.0.5", "--packet", "tcp 10.0.0.6:4000 > 10.0.0.1:80 syn");

        code.Should().Be(0);
        output.Should().StartWith("dropped").And.Contain("decided by no-ip-spoofing (fixtures/filters/no-ip-spoofing/filter.xml:9:4)")
            .And.Contain("let through with ip saddr 10.0.0.5 instead of 10.0.0.6");
    }

    [Fact]
    public void A_sequence_shows_the_connection_growing()
    {
        using TemporaryFile web = new(Web);

        (int code, string output, _) = Run("explain", "--filter", "web", "--file", web.Path, "--json",
            "--packet", "out: tcp 10.0.0.5:80 > 10.0.0.1:4000 syn ack",
            "--packet", "in: tcp 10.0.0.1:4000 > 10.0.0.5:80 syn",
            "--packet", "out: tcp 10.0.0.5:80 > 10.0.0.1:4000 syn ack");

        code.Should().Be(0);
        using JsonDocument json = JsonDocument.Parse(output);
        json.RootElement.EnumerateArray().Select(p => (p.GetProperty("passes").GetBoolean(), p.GetProperty("connection").GetString()!.Split(',')[0]))
            .Should().Equal((false, "invalid"), (true, "new"), (true, "established"));
        json.RootElement[1].GetProperty("stages")[0].GetProperty("decider").GetProperty("line").GetInt32().Should().Be(2);
    }

    [Fact]
    public void Strict_meaning_gives_another_answer_where_a_quirk_is_touched()
    {
        using TemporaryFile filter = new("<filter name='web'><rule action='drop' direction='in'><tcp dstportstart='22'/></rule></filter>");
        string[] words = ["explain", "--filter", "web", "--file", filter.Path, "--packet", "out: tcp 10.0.0.5:22 > 10.0.0.1:4000 syn"];

        Run(words).Output.Should().StartWith("dropped");
        Run([.. words, "--strict"]).Output.Should().StartWith("passes");
        Run(words).Error.Should().Contain("warning NF930");
    }

    [Theory]
    [InlineData("--packet", "tpc 1 > 2", "--packet: 'tpc' begins no packet")]
    [InlineData("--frame", "abc", "--frame: 'abc' is not an even number of hexadecimal digits")]
    [InlineData("--param", "IP", "--param: 'IP' is not NAME=VALUE")]
    public void A_mistake_on_the_command_line_is_named(string option, string value, string expected)
    {
        Action explaining = () => Run("explain", "--filter", "allow-arp", option, value);

        explaining.Should().Throw<UserMistakeException>().WithMessage($"{expected}*");
    }

    private static (int Code, string Output, string Error) Run(params string[] words)
    {
        using TemporaryFolder state = new();
        using StringWriter output = new(), error = new();
        int code = EntryPoint.CreateRoot().Parse([.. words, "--state", state.Path])
            .Invoke(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (code, output.ToString(), error.ToString());
    }

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("nwlab-test-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
