using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Model;
using Lab.Scenarios.Matching;
using Lab.Scenarios.Reading;

namespace Lab.Scenarios.Running;

/// <summary>Carries scenarios out on every testbed given and compares what they saw.</summary>
/// <remarks>Not for two threads at once, since a testbed is not; give each thread a runner with testbeds of its own.</remarks>
/// <param name="filters">What every scenario may name without defining it.</param>
public sealed class ScenarioRunner(
    StepLibrary steps, ImmutableDictionary<string, FilterDefinition> filters, IReadOnlyList<ITestbed> testbeds)
{
    /// <summary>The testbeds that a tag can ask for; a scenario with any of these tags runs on no other.</summary>
    public static readonly ImmutableArray<string> TestbedTags = ["@simulator", "@kernel", "@libvirt"];

    private readonly TestbedRunner _runner = new(steps, filters);

    public ScenarioResult Run(Scenario scenario, int seed = 0)
    {
        ITestbed[] chosen = [.. testbeds.Where(testbed => WhyNot(scenario, testbed) is null)];
        ImmutableArray<TestbedRun> all = RunAll(describe: false), runs = Carried(all);
        ImmutableArray<Disagreement>? disagreements = Comparison.Of(runs);
        if (disagreements is { IsEmpty: false } && runs.All(run => run.Description is null))
        {
            runs = Carried(RunAll(describe: true)); // the same again, only that somebody will have to read it
        }

        return new(scenario, seed, runs, disagreements,
        [
            .. testbeds.Except(chosen).Select(testbed => new LeftOut(testbed.Name, WhyNot(scenario, testbed)!)),
            .. all.Where(run => runs.All(other => other.Testbed != run.Testbed)).Select(run => new LeftOut(run.Testbed, run.Abstention!)),
        ]);

        ImmutableArray<TestbedRun> RunAll(bool describe) =>
            [.. chosen.Select(testbed => _runner.Run(scenario, testbed, seed, describe))];
    }

    /// <summary>One of several lowerings may have no words for a filter; where two testbeds are not left, that is a refusal.</summary>
    private static ImmutableArray<TestbedRun> Carried(ImmutableArray<TestbedRun> runs) =>
        runs.Count(run => run.Abstention is null) < 2 ? runs : runs.RemoveAll(run => run.Abstention is not null);

    private static string? WhyNot(Scenario scenario, ITestbed testbed) =>
        IsMeantFor(scenario, testbed.Name) ? testbed.Lacks(scenario.Tags) : "its tags say so";

    private static bool IsMeantFor(Scenario scenario, string testbed) =>
        !scenario.Tags.Any(tag => TestbedTags.Contains(tag)) || scenario.Tags.Contains("@" + testbed.Split('-')[0]);
}
