using System.Collections.Immutable;
using System.Reflection;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters;
using Lab.Reports.Text;
using Lab.Scenarios.Matching;
using Lab.Scenarios.Reading;
using Lab.Scenarios.Running;

namespace Lab.Scenarios.Suites;

/// <summary>A folder of features for any test framework: each scenario is a case with a name, run by that name.</summary>
/// <param name="folder">Searched with all folders below it.</param>
/// <param name="steps">Assemblies with bindings, besides those that come with the product.</param>
public sealed class FeatureFolder(string folder, params Assembly[] steps)
{
    private readonly StepLibrary _steps = StepLibrary.From([Assembly.Load("Lab.Steps"), .. steps]);
    private ImmutableDictionary<string, Scenario>? _scenarios;

    /// <summary>Rows of one name each, as xunit's MemberData wants them: file below the folder, line, scenario.</summary>
    /// <exception cref="InvalidDataException">A feature cannot be read, or has a step that nobody knows.</exception>
    public IEnumerable<object[]> Cases => Scenarios.Keys.Order(StringComparer.Ordinal).Select(name => new object[] { name });

    /// <summary>Why a testbed cannot run on this machine, or null if it can: for skipping with a reason.</summary>
    public static string? WhyNot(string testbed) => Find(testbed).WhyNot();

    /// <summary>Runs one case on the named testbeds and compares them, down to the rules that frames met where testbeds can tell.</summary>
    /// <returns>What each testbed saw, and which of those named abstained.</returns>
    /// <exception cref="ScenarioFailedException">It did not pass; the message is the whole story.</exception>
    public ScenarioResult Run(string name, params IEnumerable<string> testbeds)
    {
        ITestbed[] chosen = [.. testbeds.Select(testbed => Find(testbed).Create(tracing: true))];
        try
        {
            ScenarioResult result = new ScenarioRunner(_steps, FilterLibrary.Stock, chosen).Run(Scenarios[name]);
            if (result.Outcome > Outcome.Skipped)
            {
                throw new ScenarioFailedException(string.Join('\n', FailureText.Of(result)));
            }

            return result;
        }
        finally
        {
            Array.ForEach(chosen, testbed => testbed.Dispose());
        }
    }

    private ImmutableDictionary<string, Scenario> Scenarios => _scenarios ??= Load();

    private ImmutableDictionary<string, Scenario> Load()
    {
        Suite suite = Suite.Load(FeatureFiles.Find([folder]), _steps);
        return suite.Mistakes.IsEmpty
            ? suite.Scenarios.ToImmutableDictionary(scenario =>
                $"{Path.GetRelativePath(folder, scenario.Position.File)}:{scenario.Position.Line} {scenario.Name}")
            : throw new InvalidDataException(string.Join('\n', suite.Mistakes));
    }

    private static TestbedKind Find(string name) => TestbedCatalog.All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new UserMistakeException($"there is no testbed called '{name}'");
}

/// <summary>A scenario run as a test did not pass.</summary>
public sealed class ScenarioFailedException : Exception
{
    public ScenarioFailedException()
    {
    }

    public ScenarioFailedException(string message) : base(message)
    {
    }

    public ScenarioFailedException(string message, Exception inner) : base(message, inner)
    {
    }
}
