using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Reports;
using Lab.Reports.Text;
using Lab.Scenarios.Matching;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;
using Spectre.Console;

namespace Lab.Commands;

/// <summary><c>nwlab run PATH…</c>: scenarios on every testbed, and whether these agree.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Argument<string[]> paths = new("path") { Arity = ArgumentArity.OneOrMore, Description = "feature files, or folders of them" };
        Option<string?> on = new("--on") { Description = "testbeds, separated by commas: simulator, kernel, libvirt; without it simulator and kernel" };
        Option<bool> timings = new("--timings") { Description = "print how long each scenario took on each testbed" };
        Option<int> jobs = new("--jobs", "-j") { Description = "scenarios at a time", DefaultValueFactory = _ => Environment.ProcessorCount };
        Option<int> seed = new("--seed") { Description = "where everything random starts", DefaultValueFactory = _ => 1 };
        Option<bool> failFast = new("--fail-fast") { Description = "begin no scenario after one that did not pass" };
        Option<string?> report = new("--report") { Description = "folder for the HTML report, JUnit and Cucumber results, and captures" };
        Command command = new("run", "Run scenarios on every testbed and compare what they saw.")
        {
            paths, on, timings, jobs, seed, failFast, report,
        };
        command.SetAction(line => Run(new(
            [.. line.GetRequiredValue(paths)], line.GetValue(on), line.GetValue(timings), line.GetValue(jobs), line.GetValue(seed),
            line.GetValue(failFast), line.GetValue(report))));
        return command;
    }

    private sealed record Request(ImmutableArray<string> Paths, string? On, bool Timings, int Jobs, int Seed, bool FailFast,
        string? Report);

    private static int Run(Request request)
    {
        StepLibrary steps = StepLibrary.From(Assembly.Load("Lab.Steps"));
        Suite suite = Suite.Load(FeatureFiles.Find(request.Paths), steps);
        foreach (Diagnostic mistake in suite.Mistakes)
        {
            Console.Error.WriteLine(mistake);
        }

        Selection selection = Selection.Of(request.On);
        ProgressText progress = new(Terminal(), request.Timings);
        SuiteRunner runner = new(steps, FilterLibrary.Stock, selection.Create)
        {
            Jobs = request.Jobs,
            FailFast = request.FailFast,
            Finished = progress.Show,
        };
        Stopwatch watch = Stopwatch.StartNew();
        DateTimeOffset started = DateTimeOffset.Now;
        ImmutableArray<FeatureResult> features = runner.Run(suite, request.Seed, CancellationToken.None);
        SuiteResult result = new(features, suite.Mistakes, selection.Names, selection.LeftOut, request.Seed, started, watch.Elapsed);
        progress.Summary(result);
        if (request.Report is { } folder)
        {
            ReportFolder.Write(folder, result, PrintVersion.Text);
            Console.WriteLine($"report: {Path.Combine(folder, ReportFolder.Page)}");
        }

        return CodeOf(result);
    }

    /// <remarks>A log takes neither colours nor line breaks at 80 columns.</remarks>
    private static IAnsiConsole Terminal()
    {
        bool log = Console.IsOutputRedirected;
        IAnsiConsole console = AnsiConsole.Create(new() { Ansi = log ? AnsiSupport.No : AnsiSupport.Detect });
        if (log)
        {
            console.Profile.Width = int.MaxValue;
        }

        return console;
    }

    private static int CodeOf(SuiteResult result) =>
        !result.Mistakes.IsEmpty || result.Scenarios.Any(scenario => scenario.Outcome == Outcome.Mistaken) ? ExitCode.BadInput
        : result.Scenarios.Any(scenario => scenario.Outcome > Outcome.Skipped) ? ExitCode.Failed
        : ExitCode.Success;
}
