using Lab.Commands;

namespace Lab.Tests.Commands;

/// <summary>The command line as a script sees it: exit codes, and what stands in the output.</summary>
[Collection("console")]
public sealed class RunCommandTests : IDisposable
{
    private const string Honest = """
        @honest
        Feature: F
          Background:
            Given a bridge with guests
              | guest | address    |
              | alice | 192.0.2.10 |
              | bob   | 192.0.2.11 |

          Scenario: passes
            When alice sends a ping to bob
            Then bob receives it
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nwlab-run-");
    private readonly string? _stateHome = Environment.GetEnvironmentVariable("XDG_STATE_HOME");

    public RunCommandTests() => Environment.SetEnvironmentVariable("XDG_STATE_HOME", _folder.FullName);

    [Fact]
    public void All_expectations_met_is_success() => Run(Honest).Code.Should().Be(ExitCode.Success);

    [Fact]
    public void The_simulator_says_the_same_on_every_run()
    {
        string feature = Tree.At("features/networks/conversations.feature");

        byte[][] captures = [.. new[] { "one", "other" }.Select(name =>
        {
            string report = Path.Combine(_folder.FullName, name);
            CommandLine.Run("run", feature, "--on", "simulator", "--report", report).Code.Should().Be(ExitCode.Success);
            return File.ReadAllBytes(Path.Combine(report, "simulator.pcapng"));
        })];

        captures[0].Should().Equal(captures[1], "the capture holds every frame and every decision, and nothing else");
    }

    [Fact]
    public void An_unmet_expectation_exits_1_and_tells_frame_and_step()
    {
        (int code, string output) = Run(Honest + "\n    Then nobody receives it");

        code.Should().Be(ExitCode.Failed);
        output.Should().Contain("nobody receives it").And.Contain("ICMP").And.Contain("1 failed");
    }

    [Fact]
    public void A_warning_about_a_document_is_told_once_and_fails_nothing()
    {
        const string background = """"
                Given the network
                  """
                  <network>
                    <name>n</name>
                    <bandwidth><inbound average='100'/></bandwidth>
                    <ip address='192.0.2.1' prefix='24'/>
                  </network>
                  """
            """";
        string report = Path.Combine(_folder.FullName, "report");

        (int code, string output) = Run($"Feature: F\n  Background:\n{background}\n\n  Scenario: one\n\n  Scenario: two\n", "--annotations", "--report", report);

        code.Should().Be(ExitCode.Success);
        output.Should().MatchRegex("f.feature:7:10: warning NF078: .bandwidth. is not interpreted").And.Contain("::warning file=").And.Contain("1 warnings about documents");
        output.Split("NF078").Should().HaveCount(3, "the terminal and GitHub are told once each");
        File.ReadAllText(Path.Combine(report, "report.html")).Should().Contain("NF078");
    }

    [Fact]
    public void An_unknown_step_exits_2_and_the_other_scenarios_still_run()
    {
        (int code, string output) = Run(Honest + "\n\n  Scenario: misspelt\n    When alice snds a ping to bob");

        code.Should().Be(ExitCode.BadInput);
        output.Should().Contain(":14:5: error SC003").And.Contain("1 passed").And.Contain("1 mistaken");
    }

    [Fact]
    public void One_testbed_alone_never_reports_agreement() =>
        Run(Honest).Output.Should().Contain("agreement was not checked").And.NotContain(" agree,");

    [Theory]
    [InlineData("@honest", 1)]
    [InlineData("@honest and not @honest", 0)]
    public void A_tag_expression_chooses_scenarios(string tags, int chosen) =>
        Run(Honest, "--tags", tags).Output.Should().Contain($"{chosen} scenarios");

    [Theory]
    [InlineData("--tags", "@a and")]
    [InlineData("--on", "nowhere")]
    [InlineData("--steps", "no-such.dll")]
    public void Arguments_that_cannot_be_exit_2(string option, string value) =>
        Run(Honest, option, value).Code.Should().Be(ExitCode.BadInput);

    [Fact]
    public void Annotations_name_file_and_line() =>
        Run(Honest + "\n    Then nobody receives it", "--annotations").Output.Should().MatchRegex("::error file=.*f.feature,line=12::passes: ");

    [Fact]
    public void What_failed_runs_again_alone_and_is_forgotten_when_it_passes()
    {
        string failing = Honest + "\n\n  Scenario: fails\n    When alice sends a ping to bob\n    Then nobody receives it";
        _ = Run(failing);

        Run(failing, "--rerun-failed").Output.Should().Contain("1 scenarios: 1 failed");
        _ = Run(failing.Replace("nobody receives it", "bob receives it"));
        Run(failing, "--rerun-failed").Output.Should().Contain("0 scenarios");
    }

    [Fact]
    public void A_line_chooses_the_scenario_that_stands_there()
    {
        string two = Honest + "\n\n  Scenario: second\n    When alice sends a ping to bob";
        File.WriteAllText(Feature, two);

        CommandLine.Run("run", Feature + ":14", "--on", "simulator").Output.Should().Contain("second").And.Contain("1 scenarios");
    }

    [Fact]
    public void The_seed_and_the_jobs_change_nothing_but_the_time()
    {
        string one = Run(Honest, "--jobs", "1", "--seed", "1").Output, two = Run(Honest, "--jobs", "4", "--seed", "9").Output;

        one.Split(" in ")[0].Should().Be(two.Split(" in ")[0]);
    }

    [Fact]
    public void Nothing_is_begun_after_a_failure_when_asked_so()
    {
        string three = Honest + "\n    Then nobody receives it\n\n  Scenario: second\n    When alice sends a ping to bob";

        Run(three, "--fail-fast", "--jobs", "1").Output.Should().Contain("ended early: 1 of 2");
    }

    [Fact]
    public void Steps_of_ones_own_come_from_an_assembly()
    {
        string own = "Feature: F\n  Scenario: S\n    Given a sample guest called alice\n    When sample alice sends 3 bytes";

        Run(own).Code.Should().Be(ExitCode.BadInput);
        Run(own, "--steps", typeof(Scenarios.SampleSteps).Assembly.Location).Code.Should().Be(ExitCode.Success);
    }

    [Fact]
    public void The_example_of_the_guide_runs_as_it_stands()
    {
        string guide = File.ReadAllText(Tree.At("features/README.md"));
        string example = guide.Split("```gherkin\n")[1].Split("```")[0];

        Run(example).Output.Should().Contain("1 scenarios: 1 passed");
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _stateHome);
        _folder.Delete(recursive: true);
    }

    private string Feature => Path.Combine(_folder.FullName, "f.feature");

    private (int Code, string Output) Run(string feature, params string[] options)
    {
        File.WriteAllText(Feature, feature);
        string[] on = options.Contains("--on") ? [] : ["--on", "simulator"];
        return CommandLine.Run(["run", Feature, .. on, .. options]);
    }
}
