using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Model;
using Lab.Reports.Text;
using Lab.Scenarios.Matching;
using Lab.Scenarios.Reading;
using Lab.Scenarios.Running;

namespace Lab.Tests.Scenarios;

public sealed class ScenarioRunnerTests
{
    private const string TwoGuests = """
            Given a sample guest called alice
            And a sample guest called bob
            When sample alice sends 3 bytes
        """;

    [Fact]
    public void A_scenario_that_both_testbeds_see_alike_passes_and_agrees()
    {
        ScenarioResult result = Run(TwoGuests, new FakeTestbed("one"), new FakeTestbed("two"));

        result.Outcome.Should().Be(Outcome.Passed);
        result.Disagreements!.Value.Should().BeEmpty();
        result.Runs.Select(run => run.Testbed).Should().Equal("one", "two");
    }

    [Fact]
    public void A_frame_that_no_expectation_speaks_of_makes_testbeds_disagree_when_one_loses_it()
    {
        ScenarioResult result = Run(TwoGuests, new FakeTestbed("one"), new FakeTestbed("two", _ => null));

        result.Outcome.Should().Be(Outcome.Disagreed);
        result.Disagreements!.Value.Should().ContainSingle().Which.OtherSaw.Should().BeNull();
        string.Join('\n', FailureText.Of(result)).Should().Contain("the one delivers, and the two does not")
            .And.Contain("a hub called one").And.Contain("a hub called two");
    }

    [Fact]
    public void One_changed_byte_is_a_disagreement()
    {
        Delivery Spoil(Delivery delivery)
        {
            byte[] frame = delivery.Frame.ToArray();
            frame[^1] ^= 1;
            return delivery with { Frame = frame };
        }

        Run(TwoGuests, new FakeTestbed("one"), new FakeTestbed("two", Spoil)).Outcome.Should().Be(Outcome.Disagreed);
    }

    [Fact]
    public void With_one_testbed_agreement_is_not_checked_rather_than_given() =>
        Run(TwoGuests, new FakeTestbed("one")).Disagreements.Should().BeNull();

    [Theory]
    [InlineData("Then the sample expectation fails", Outcome.Failed, "as it should")]
    [InlineData("Then the sample binding has a bug", Outcome.Failed, "a bug")]
    [InlineData("Then the sample step is a mistake", Outcome.Mistaken, "cannot be")]
    [InlineData("Then nobody knows this step", Outcome.Mistaken, "no step is written")]
    public void What_a_step_throws_decides_the_outcome_and_ends_the_scenario(string step, Outcome outcome, string message)
    {
        TestbedRun run = Run($"{TwoGuests}\n    {step}\n    And the sample task ends", new FakeTestbed("one")).Runs.Single();

        run.Outcome.Should().Be(outcome);
        run.Steps[3].Message.Should().Contain(message);
        run.Steps[4].Outcome.Should().Be(Outcome.Skipped);
    }

    [Fact]
    public void A_scenario_that_cannot_be_carried_out_is_not_said_to_agree() =>
        Run($"{TwoGuests}\n    Then the sample step is a mistake", new FakeTestbed("one"), new FakeTestbed("two"))
            .Disagreements.Should().BeNull();

    [Fact]
    public void Whatever_happens_the_topology_is_taken_away()
    {
        FakeTestbed testbed = new("one");

        Run($"{TwoGuests}\n    Then the sample binding has a bug", testbed);

        testbed.Disposed.Should().Be(1).And.Be(testbed.Built);
    }

    [Fact]
    public void Hooks_run_around_scenarios_and_steps_and_contexts_are_disposed()
    {
        Notes.All.Clear();

        Run("    Given a sample table\n      | name | light |\n      | red  | 30    |\n      | blue | 40    |\n    Then the sample task ends", new FakeTestbed("one"));

        Notes.All.Should().Equal(
            "before scenario", "before step", "red 30", "blue 40", "before step", "task ended", "after scenario", "disposed");
    }

    [Fact]
    public void A_hook_with_a_tag_runs_only_for_scenarios_that_have_it()
    {
        Notes.All.Clear();

        _ = Runner(new FakeTestbed("one")).Run(Read("    Then the sample task ends", "@special"));

        Notes.All.Should().Contain("before special");
    }

    [Fact]
    public void A_scenario_tagged_for_one_testbed_runs_on_no_other()
    {
        ScenarioResult result = Runner(new FakeTestbed("simulator"), new FakeTestbed("kernel")).Run(Read(TwoGuests, "@simulator"));

        result.Runs.Select(run => run.Testbed).Should().Equal("simulator");
        result.LeftOut.Select(left => left.Testbed).Should().Equal("kernel");
        result.Disagreements.Should().BeNull();
    }

    [Fact]
    public void A_testbed_that_lacks_what_a_tag_names_is_left_out_with_its_reason()
    {
        ScenarioResult result = Runner(new FakeTestbed("simulator"), new FakeTestbed("kernel") { Beyond = "@needs-ears" }).Run(Read(TwoGuests, "@needs-ears"));

        result.Runs.Select(run => run.Testbed).Should().Equal("simulator");
        result.LeftOut.Should().Equal(new LeftOut("kernel", "nothing for @needs-ears"));
    }

    [Fact]
    public void A_testbed_that_abstains_is_left_out_with_its_reason_while_two_others_are_compared()
    {
        ScenarioResult result = Run(TwoGuests, new FakeTestbed("simulator"), new FakeTestbed("kernel") { Lacks = "ears" }, new FakeTestbed("libvirt"));

        result.LeftOut.Should().Equal(new LeftOut("kernel", "ears"));
        result.Outcome.Should().Be(Outcome.Passed);
        result.Disagreements!.Value.Should().BeEmpty();
    }

    [Fact]
    public void An_abstention_that_leaves_nobody_to_agree_with_is_a_refusal() =>
        Run(TwoGuests, new FakeTestbed("simulator"), new FakeTestbed("kernel") { Lacks = "ears" }).Outcome.Should().Be(Outcome.Refused);

    private static ScenarioResult Run(string steps, params ITestbed[] testbeds) => Runner(testbeds).Run(Read(steps));

    private static ScenarioRunner Runner(params ITestbed[] testbeds) =>
        new(StepLibrary.From(typeof(SampleSteps).Assembly), ImmutableDictionary<string, FilterDefinition>.Empty, testbeds);

    private static Scenario Read(string steps, string tags = "") =>
        FeatureReader.Read("f.feature", $"{tags}\nFeature: F\n  Scenario: S\n{steps}\n").Feature!.Scenarios.Single();
}
