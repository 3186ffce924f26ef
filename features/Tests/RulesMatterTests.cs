using System.Reflection;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Scenarios.Matching;
using Lab.Scenarios.Reading;
using Lab.Scenarios.Running;
using Lab.Simulated;
using Lab.Testbeds;
using Lab.Tests;

namespace Lab.Features.Tests;

/// <summary>No rule of clean-traffic can be turned around without a scenario noticing.</summary>
public sealed class RulesMatterTests
{
    private const string Stock = "clean-traffic";

    public static IEnumerable<object[]> Rules => Family(Stock).Distinct().SelectMany(name =>
        FilterLibrary.Stock[name].Entries.OfType<RuleEntry>().Select(rule => new object[] { name, rule.Position.Line }));

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_turned_around_makes_a_scenario_fail(string filter, int line)
    {
        FilterDefinition spoilt = FilterLibrary.Stock[filter];
        spoilt = spoilt with { Entries = [.. spoilt.Entries.Select(entry => entry is RuleEntry rule && rule.Position.Line == line ? Turned(rule) : entry)] };
        StepLibrary steps = StepLibrary.From(Assembly.Load("Lab.Steps"));
        ScenarioRunner runner = new(steps, FilterLibrary.Stock.SetItem(filter, spoilt), [new SimulatedTestbed(PortPrograms.Compile)]);

        string file = Tree.At("features/clean-traffic.feature");
        Feature feature = FeatureReader.Read(file, File.ReadAllText(file)).Feature!;

        feature.Scenarios.Select(scenario => runner.Run(scenario)).Should().Contain(result => result.Outcome == Outcome.Failed);
    }

    private static RuleEntry Turned(RuleEntry rule) => rule with
    {
        Action = rule.Action == RuleAction.Drop ? RuleAction.Accept : RuleAction.Drop,
    };

    private static IEnumerable<string> Family(string filter) =>
        FilterLibrary.Stock[filter].Entries.OfType<ReferenceEntry>().SelectMany(entry => Family(entry.Filter)).Prepend(filter);
}
