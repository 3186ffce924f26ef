using System.Reflection;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters;
using Lab.Fuzz;
using Lab.Scenarios.Matching;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;
using Lab.Simulated;
using Lab.Testbeds;

namespace Lab.Tests.Fuzz;

/// <summary>A find is written as a feature that sets up the very topology in which it was made.</summary>
public sealed class FeatureWriterTests
{
    private static readonly StepLibrary Steps = StepLibrary.From(Assembly.Load("Lab.Steps"));

    public static TheoryData<string> Topologies => [.. Surroundings.All.Select(known => known.Name)];

    [Theory]
    [MemberData(nameof(Topologies))]
    public void Run_again_it_builds_the_same_topology_and_everybody_receives_the_same(string around)
    {
        CaseGenerator generator = new(1, 30, new Coverage(), Surroundings.All.Single(known => known.Name == around));
        using Recorder recorder = new();
        Case[] cases = [.. Enumerable.Range(0, 20).Select(generator.Make).Where(made => !made.Stimuli.IsEmpty && recorder.Takes(made)).Take(5)];
        cases.Should().HaveCount(5);
        foreach (Case @case in cases)
        {
            using ILiveTopology live = recorder.Build(@case.Topology);
            string feature = FeatureWriter.Write("case", @case, [.. @case.Stimuli.Select(stimulus => live.Send([stimulus]))]);

            ScenarioResult result = Run(feature, recorder);

            result.Outcome.Should().Be(Outcome.Passed, feature);
            recorder.Built!.Host.Should().BeEquivalentTo(@case.Topology.Host);
            recorder.Built.Guests.Should().BeEquivalentTo(@case.Topology.Guests, same => same.RespectingRuntimeTypes()
                .Excluding(guest => guest.Filter!.Parameters), "parameters know where they were written");
            recorder.Built.Guests.Select(Parameters).Should().Equal(@case.Topology.Guests.Select(Parameters));
        }
    }

    private static ScenarioResult Run(string feature, ITestbed testbed)
    {
        string folder = Directory.CreateTempSubdirectory("feature").FullName;
        try
        {
            string file = Path.Combine(folder, "case.feature");
            File.WriteAllText(file, feature);
            Suite suite = Suite.Load(FeatureFiles.Find([file]), Steps);
            suite.Mistakes.Should().BeEmpty();
            return new SuiteRunner(Steps, FilterLibrary.Stock, () => [testbed]) { Jobs = 1 }.Run(suite, 1, CancellationToken.None)
                .SelectMany(run => run.Scenarios).Single();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Parameters(Guest guest) => guest.Filter is not { } use ? ""
        : string.Join(' ', use.Parameters.Values.Select(list => $"{list.Key}={string.Join(',', list.Value.Select(value => value.Text))}"));

    /// <summary>The simulator, and the last topology that it was to build.</summary>
    private sealed class Recorder : ITestbed
    {
        private readonly SimulatedTestbed _simulator = new(PortPrograms.Compile);

        public string Name => _simulator.Name;

        public Topology? Built { get; private set; }

        public ILiveTopology Build(Topology topology) => _simulator.Build(Built = topology);

        public bool Takes(Case @case)
        {
            try
            {
                _simulator.Build(@case.Topology).Dispose();
                return true;
            }
            catch (TestbedException)
            {
                return false; // stateful rules on a macvtap
            }
        }

        public void Dispose() => _simulator.Dispose(); // after the runner, who does not know that it is still needed
    }
}
