using System.Collections.Concurrent;
using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Model;
using Lab.Scenarios.Matching;
using Lab.Scenarios.Reading;
using Lab.Scenarios.Running;

namespace Lab.Scenarios.Suites;

/// <summary>Runs a suite on several threads; results come out in the order of the files, however the threads fare.</summary>
/// <param name="testbeds">Makes the testbeds of one thread.</param>
internal sealed class SuiteRunner(
    StepLibrary steps, ImmutableDictionary<string, FilterDefinition> filters, Func<IReadOnlyList<ITestbed>> testbeds)
{
    /// <summary>Called for each result, in order, never by two threads at once.</summary>
    public Action<ScenarioResult> Finished { get; init; } = _ => { };

    /// <summary>No scenario is begun after one that did not pass.</summary>
    public bool FailFast { get; init; }

    public int Jobs { get; init; } = 1;

    public ImmutableArray<FeatureResult> Run(Suite suite, int seed, CancellationToken cancelled)
    {
        Scenario[] scenarios = [.. suite.Scenarios];
        ScenarioResult?[] results = new ScenarioResult?[scenarios.Length];
        InOrder announce = new(results, Finished);
        int next = -1;
        bool stop = false;
        ConcurrentQueue<Exception> failures = new();
        Thread[] workers = [.. Enumerable.Range(0, Math.Clamp(Jobs, 1, Math.Max(1, scenarios.Length)))
            .Select(number => new Thread(Work) { Name = $"scenarios {number}", IsBackground = true })];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        if (failures.TryDequeue(out Exception? failure))
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        ILookup<string, ScenarioResult> byFile = results.OfType<ScenarioResult>().ToLookup(result => result.Scenario.Position.File);
        return [.. suite.Features.Select(feature => new FeatureResult(feature, [.. byFile[feature.File]]))];

        void Work()
        {
            try
            {
                IReadOnlyList<ITestbed> own = testbeds();
                ScenarioRunner runner = new(steps, filters, own);
                while (!Volatile.Read(ref stop) && !cancelled.IsCancellationRequested
                    && Interlocked.Increment(ref next) is var index && index < scenarios.Length)
                {
                    ScenarioResult result = runner.Run(scenarios[index], SeedOf(seed, scenarios[index]));
                    Volatile.Write(ref stop, stop || (FailFast && result.Outcome > Outcome.Skipped));
                    announce.Put(index, result);
                }

                foreach (ITestbed testbed in own)
                {
                    testbed.Dispose();
                }
            }
            catch (Exception unexpected)
            {
                Volatile.Write(ref stop, true);
                failures.Enqueue(unexpected);
            }
        }
    }

    /// <summary>Every scenario has a seed of its own that does not depend on which others run.</summary>
    private static int SeedOf(int seed, Scenario scenario) =>
        scenario.Id.Aggregate(seed, (hash, letter) => unchecked(hash * 31 + letter));

    /// <summary>Holds results back until all before them are there.</summary>
    private sealed class InOrder(ScenarioResult?[] results, Action<ScenarioResult> finished)
    {
        private readonly Lock _lock = new();
        private int _announced;

        public void Put(int index, ScenarioResult result)
        {
            lock (_lock)
            {
                results[index] = result;
                for (; _announced < results.Length && results[_announced] is { } next; _announced++)
                {
                    finished(next);
                }
            }
        }
    }
}
