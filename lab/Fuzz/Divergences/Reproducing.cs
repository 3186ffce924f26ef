using System.Reflection;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters;
using Lab.Scenarios.Matching;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;

namespace Lab.Fuzz.Divergences;

internal enum Reproduction
{
    AsWritten,

    /// <summary>It passes where it is said to fail.</summary>
    Healed,

    /// <summary>It fails where it is said to pass.</summary>
    Broken,

    /// <summary>The testbed cannot run here.</summary>
    NotChecked,
}

/// <summary>Runs the feature of an entry on every testbed that the entry names.</summary>
internal static class Reproducing
{
    /// <summary>Some entries are about timing; one that shows itself once in so many tries has not healed.</summary>
    private const int Tries = 5;

    public static IEnumerable<(string Testbed, Reproduction Outcome, string? Reason)> Check(string name, Divergence entry)
    {
        StepLibrary steps = StepLibrary.From(Assembly.Load("Lab.Steps"));
        foreach ((string testbed, bool passes) in (IEnumerable<(string, bool)>)
            [.. entry.Right.Select(right => (right, true)), .. entry.Wrong.Select(wrong => (wrong, false))])
        {
            TestbedKind kind = TestbedCatalog.All.Single(kind => kind.Name == testbed);
            if (kind.WhyNot() is { } reason)
            {
                yield return (testbed, Reproduction.NotChecked, reason);
                continue;
            }

            bool shown = Enumerable.Range(0, Tries).Any(_ => Passes(name, kind, steps) == passes);
            yield return (testbed, shown ? Reproduction.AsWritten : passes ? Reproduction.Broken : Reproduction.Healed, null);
        }
    }

    private static bool Passes(string name, TestbedKind kind, StepLibrary steps)
    {
        string folder = Directory.CreateTempSubdirectory("divergence").FullName;
        try
        {
            string file = Path.Combine(folder, $"{name}.feature");
            File.WriteAllText(file, Ledger.FeatureOf(name));
            Suite suite = Suite.Load(FeatureFiles.Find([file]), steps);
            if (!suite.Mistakes.IsEmpty)
            {
                throw new TestbedException($"{name}: {string.Join('\n', suite.Mistakes)}");
            }

            SuiteRunner runner = new(steps, FilterLibrary.Stock, () => [kind.Create()]) { Jobs = 1 };
            return runner.Run(suite, 1, CancellationToken.None).SelectMany(feature => feature.Scenarios)
                .All(scenario => scenario.Outcome == Outcome.Passed);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
