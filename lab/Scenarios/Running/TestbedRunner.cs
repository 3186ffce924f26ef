using System.Collections.Immutable;
using System.Diagnostics;
using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Scenarios.Matching;
using Lab.Scenarios.Reading;

namespace Lab.Scenarios.Running;

/// <summary>Carries a scenario out on one testbed, step by step.</summary>
internal sealed class TestbedRunner(StepLibrary steps, ImmutableDictionary<string, FilterDefinition> filters)
{
    /// <param name="describe">Ask the testbed for its state at the end, whatever the outcome.</param>
    public TestbedRun Run(Scenario scenario, ITestbed testbed, int seed, bool describe)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Scene scene = new(testbed, filters);
        ImmutableArray<StepResult> results;
        string? description;
        using (scene)
        {
            results = RunSteps(scenario, scene, seed);
            bool failed = results.Any(result => result.Outcome > Outcome.Skipped);
            description = describe || failed ? scene.Describe() : null;
        }

        return new(testbed.Name, results, [.. scene.Exchanges], scene.Topology, [.. scene.Draft.Guests], description, watch.Elapsed);
    }

    private ImmutableArray<StepResult> RunSteps(Scenario scenario, Scene scene, int seed)
    {
        using Container container = new();
        container.Lend(scene);
        container.Lend(new ScenarioInfo(scenario.Feature, scenario.Name, scenario.Tags, scenario.Position,
            Path.GetDirectoryName(Path.GetFullPath(scenario.Position.File))!, seed));
        List<StepResult> results = [];
        try
        {
            RunHooks<BeforeScenarioAttribute>(scenario, container);
            foreach (Step step in scenario.Steps)
            {
                bool stopped = results.Count > 0 && results[^1].Outcome != Outcome.Passed;
                results.Add(stopped ? new(step, Outcome.Skipped, null, [], TimeSpan.Zero, (scene.Exchanges.Count, 0))
                    : RunStep(scenario, step, scene, container));
            }
        }
        finally
        {
            RunHooks<AfterScenarioAttribute>(scenario, container);
        }

        return [.. results];
    }

    private StepResult RunStep(Scenario scenario, Step step, Scene scene, Container container)
    {
        (StepMatch? match, Diagnostic? mistake) = steps.Find(step);
        if (match is null)
        {
            return new(step, Outcome.Mistaken, mistake!.Message, [mistake], TimeSpan.Zero, (scene.Exchanges.Count, 0));
        }

        (int before, int told) = (scene.Exchanges.Count, scene.Remarks.Count);
        Stopwatch watch = Stopwatch.StartNew();
        (Outcome outcome, string? message, ImmutableArray<Diagnostic> diagnostics, string? abstention) = Attempt(step, () =>
        {
            RunHooks<BeforeStepAttribute>(scenario, container);
            match.Definition.Method.InvokeUnwrapped(
                match.Definition.Method.IsStatic ? null : container.Get(match.Definition.Method.DeclaringType!),
                StepArguments.Of(step, match));
            RunHooks<AfterStepAttribute>(scenario, container);
        });
        return new(step, outcome, message, [.. diagnostics, .. scene.Remarks.Skip(told)], watch.Elapsed, (before, scene.Exchanges.Count - before)) { Abstention = abstention };
    }

    /// <remarks>Assertion libraries have exceptions of their own, so anything unknown counts as an unmet expectation.</remarks>
    private static (Outcome Outcome, string? Message, ImmutableArray<Diagnostic> Diagnostics, string? Abstention) Attempt(Step step, Action action)
    {
        try
        {
            action();
            return (Outcome.Passed, null, [], null);
        }
        catch (ScenarioMistakeException mistake)
        {
            return (Outcome.Mistaken, mistake.Message, !mistake.Diagnostics.IsEmpty ? mistake.Diagnostics
                : [new("SC001", Severity.Error, step.Position, mistake.Message)], null);
        }
        catch (TestbedException refused)
        {
            return (Outcome.Refused, refused.Message, [], refused.Abstention);
        }
        catch (ExpectationException unmet)
        {
            return (Outcome.Failed, unmet.Message, [], null);
        }
        catch (Exception other) when (other is not (OutOfMemoryException or ThreadInterruptedException))
        {
            bool fromAssertion = other.GetType().Namespace?.StartsWith("Xunit", StringComparison.Ordinal) ?? false;
            return (Outcome.Failed, fromAssertion ? other.Message : other.ToString(), [], null);
        }
    }

    private void RunHooks<T>(Scenario scenario, Container container) where T : HookAttribute
    {
        int sign = typeof(T).Name.StartsWith("After", StringComparison.Ordinal) ? -1 : 1;
        foreach (Hook hook in steps.Hooks.Where(hook => hook.When is T && hook.AppliesTo(scenario.Tags)).OrderBy(hook => sign * hook.When.Order))
        {
            hook.Method.InvokeUnwrapped(hook.Method.IsStatic ? null : container.Get(hook.Method.DeclaringType!));
        }
    }
}
