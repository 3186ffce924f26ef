using System.Collections.Immutable;
using System.Diagnostics;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Reports;
using Lab.Reports.Text;
using Lab.Scenarios.Matching;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;
using Spectre.Console;

namespace Lab.Commands.Running;

/// <summary>Carries out one <c>nwlab run</c>: once, or again and again while files change.</summary>
internal sealed class RunSession
{
    private readonly RunRequest _request;
    private readonly StepLibrary _steps;
    private readonly Selection _selection;
    private readonly FailedScenarios _failed = FailedScenarios.OfCurrentFolder();
    private readonly IAnsiConsole _console = Terminals.Output();

    private RunSession(RunRequest request)
    {
        _request = request;
        _steps = StepAssemblies.Load(request.Steps);
        _selection = Selection.Of(request.On);
    }

    /// <param name="cancelled">Ctrl-C: no scenario is begun any more, and what has run is summed up.</param>
    public static int Run(RunRequest request, CancellationToken cancelled)
    {
        RunSession session = new(request);
        if (!request.Watch)
        {
            return session.RunOnce(cancelled);
        }

        using Changes changes = new(request.Paths);
        int code;
        do
        {
            code = session.RunOnce(cancelled);
            session._console.WriteLine("waiting for changes; Ctrl-C ends");
        }
        while (changes.Wait(cancelled));
        return code;
    }

    private int RunOnce(CancellationToken cancelled)
    {
        Suite suite = Choose();
        foreach (Diagnostic mistake in suite.Mistakes)
        {
            Console.Error.WriteLine(mistake);
        }

        ProgressText progress = new(_console, _request.Timings, suite);
        SuiteRunner runner = new(_steps, FilterLibrary.Stock, () => _selection.Create(_request.Trace))
        {
            Jobs = _request.Jobs,
            FailFast = _request.FailFast,
            Finished = progress.Show,
        };
        Stopwatch watch = Stopwatch.StartNew();
        DateTimeOffset started = DateTimeOffset.Now;
        ImmutableArray<FeatureResult> features = runner.Run(suite, _request.Seed, cancelled);
        SuiteResult result = new(features, suite.Mistakes, _selection.Names, _selection.LeftOut, _request.Seed, started, watch.Elapsed);
        progress.Summary(result);
        Leave(result);
        return CodeOf(result, cancelled.IsCancellationRequested);
    }

    private Suite Choose()
    {
        ScenarioPath[] paths = [.. _request.Paths.Select(ScenarioPath.Parse)];
        Suite all = Suite.Load(FeatureFiles.Find(paths.Select(path => path.Path)), _steps);
        TagFilter tags = TagFilter.Parse(_request.Tags);
        return all.Where(scenario => paths.Any(path => path.Holds(scenario)) && tags.Holds(scenario)
            && (!_request.RerunFailed || _failed.Contains(scenario)));
    }

    private void Leave(SuiteResult result)
    {
        _failed.Note(result);
        if (_request.Annotations)
        {
            foreach (string line in GitHubAnnotations.Of(result))
            {
                _console.WriteLine(line);
            }
        }

        if (_request.Report is { } folder)
        {
            ReportFolder.Write(folder, result, PrintVersion.Text);
            _console.WriteLine($"report: {Path.Combine(folder, ReportFolder.Page)}");
        }
    }

    private static int CodeOf(SuiteResult result, bool cancelled) =>
        cancelled || !result.Mistakes.IsEmpty || result.Scenarios.Any(scenario => scenario.Outcome == Outcome.Mistaken) ? ExitCode.BadInput
        : result.Scenarios.Any(scenario => scenario.Outcome > Outcome.Skipped) ? ExitCode.Failed
        : ExitCode.Success;
}
