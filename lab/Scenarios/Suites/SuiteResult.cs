using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Scenarios.Reading;
using Lab.Scenarios.Running;

namespace Lab.Scenarios.Suites;

/// <param name="Feature">With the scenarios that were chosen.</param>
/// <param name="Scenarios">In the order of the file; fewer than the feature has when the run was ended early.</param>
public sealed record FeatureResult(Feature Feature, ImmutableArray<ScenarioResult> Scenarios);

/// <param name="Testbeds">Those that took part.</param>
/// <param name="LeftOut">Those that could not, with the reason.</param>
public sealed record SuiteResult(
    ImmutableArray<FeatureResult> Features, ImmutableArray<Diagnostic> Mistakes, ImmutableArray<string> Testbeds,
    ImmutableArray<(string Testbed, string Reason)> LeftOut, int Seed, DateTimeOffset Started, TimeSpan Duration)
{
    public IEnumerable<ScenarioResult> Scenarios => Features.SelectMany(feature => feature.Scenarios);
}
