using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Scenarios.Matching;
using Lab.Scenarios.Reading;

namespace Lab.Scenarios.Suites;

/// <summary>Features read and checked, ready to run.</summary>
/// <param name="Mistakes">All that is wrong with them, found without running anything.</param>
public sealed record Suite(ImmutableArray<Feature> Features, ImmutableArray<Diagnostic> Mistakes)
{
    public IEnumerable<Scenario> Scenarios => Features.SelectMany(feature => feature.Scenarios);

    /// <exception cref="IOException">A file that cannot be read.</exception>
    public static Suite Load(IEnumerable<string> files, StepLibrary steps)
    {
        FeatureReadResult[] read = [.. files.Select(file => FeatureReader.Read(file, File.ReadAllText(file)))];
        ImmutableArray<Feature> features = [.. read.Select(result => result.Feature).OfType<Feature>()];
        return new(features, [.. read.SelectMany(result => result.Diagnostics), .. features.SelectMany(feature => steps.Check(feature))]);
    }

    /// <summary>The same without the scenarios that do not interest; features left empty disappear.</summary>
    public Suite Where(Func<Scenario, bool> interesting) => this with
    {
        Features = [.. Features.Select(feature => feature with { Scenarios = [.. feature.Scenarios.Where(interesting)] })
            .Where(feature => !feature.Scenarios.IsEmpty)],
    };
}
