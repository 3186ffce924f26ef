using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;
using Spectre.Console;

namespace Lab.Reports.Text;

/// <summary>What a person sees while a suite runs and when it ends; plain lines where there is no terminal.</summary>
internal sealed class ProgressText(IAnsiConsole console, bool timings, Suite suite)
{
    private const int NameWidth = 56; // columns; longer names push the rest to the right

    private readonly int _total = suite.Scenarios.Count();
    private readonly HashSet<Diagnostic> _remarks = []; // of a background's documents every scenario has them
    private string? _feature;
    private int _shown;

    public void Show(ScenarioResult result)
    {
        ClearCounter();
        if (_feature != result.Scenario.Position.File)
        {
            _feature = result.Scenario.Position.File;
            console.MarkupLineInterpolated($"[bold]{result.Scenario.Feature}[/]  [grey]{_feature}[/]");
        }

        string testbeds = string.Join("  ", result.Runs.Select(run => $"{run.Testbed} {Mark(run.Outcome)}{Time(run)}"));
        console.MarkupLine($"  {Mark(result.Outcome)} {Markup.Escape(result.Scenario.Name.PadRight(NameWidth))}  {testbeds}  {AgreementOf(result)}");
        if (result.Outcome > Outcome.Skipped && !IsToldAlready(result))
        {
            foreach (string line in FailureText.Of(result))
            {
                console.WriteLine("      " + line);
            }
        }

        foreach (Diagnostic remark in result.Remarks.Where(_remarks.Add))
        {
            console.MarkupLineInterpolated($"[yellow]      {remark.ToString().Replace("\n", "\n      ", StringComparison.Ordinal)}[/]");
        }

        ShowCounter();
    }

    public void Summary(SuiteResult suite)
    {
        ClearCounter();
        ScenarioResult[] all = [.. suite.Scenarios];
        string counts = string.Join(", ", all.GroupBy(result => result.Outcome).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}"));
        console.WriteLine($"{all.Length} scenarios: {(counts.Length == 0 ? "none ran" : counts)} in {suite.Duration.TotalSeconds:f1} s");
        if (all.Length < _total)
        {
            console.MarkupLineInterpolated($"[yellow]ended early: {_total - all.Length} of {_total} scenarios did not run[/]");
        }

        console.WriteLine(AgreementOf(all, suite.Testbeds));
        foreach (IGrouping<LeftOut, LeftOut> alike in all.SelectMany(result => result.LeftOut).GroupBy(left => left).OrderBy(alike => alike.Key.Testbed))
        {
            console.MarkupLineInterpolated($"[grey]{alike.Count()} not on {alike.Key.Testbed}: {alike.Key.Reason}[/]");
        }

        foreach ((string testbed, string reason) in suite.LeftOut)
        {
            console.MarkupLineInterpolated($"[yellow]the {testbed} testbed was left out: {reason}[/]");
        }

        if (_remarks.Count > 0)
        {
            console.MarkupLineInterpolated($"[yellow]{_remarks.Count} warnings about documents of the scenarios[/]");
        }

        if (timings)
        {
            foreach (string testbed in suite.Testbeds)
            {
                console.WriteLine(Timing(testbed, [.. all.SelectMany(result => result.Runs).Where(run => run.Testbed == testbed)]));
            }
        }
    }

    private static string AgreementOf(ScenarioResult[] all, ImmutableArray<string> testbeds)
    {
        int agree = all.Count(result => result.Disagreements is { IsEmpty: true });
        int disagree = all.Count(result => result.Disagreements is { IsEmpty: false });
        int unchecked_ = all.Length - agree - disagree;
        return testbeds.Length < 2 ? "agreement was not checked: fewer than two testbeds ran"
            : $"agreement of {string.Join(" and ", testbeds)}: {agree} agree, {disagree} disagree, {unchecked_} not checked";
    }

    private static string Timing(string testbed, TestbedRun[] runs)
    {
        double[] sorted = [.. runs.Select(run => run.Duration.TotalMilliseconds).Order()];
        return sorted.Length == 0 ? $"{testbed}: nothing ran"
            : $"{testbed}: median {sorted[sorted.Length / 2]:f1} ms a scenario (topology up, frames, down), " +
              $"slowest {sorted[^1]:f1} ms, {sorted.Length} scenarios";
    }

    /// <summary>Its only fault is a step that was complained about before anything ran.</summary>
    private bool IsToldAlready(ScenarioResult result) => result.Outcome == Outcome.Mistaken
        && result.Runs.SelectMany(run => run.Steps).Where(step => step.Outcome > Outcome.Skipped)
            .All(step => step.Diagnostics.Any(mistake => suite.Mistakes.Contains(mistake)));

    /// <summary>On a terminal, how far the run has come; it gives way to the next line.</summary>
    private void ShowCounter()
    {
        _shown++;
        if (console.Profile.Capabilities.Interactive && _shown < _total)
        {
            console.Markup($"[grey]{_shown} of {_total}[/]");
        }
    }

    private void ClearCounter()
    {
        if (console.Profile.Capabilities.Interactive && _shown is > 0 && _shown < _total)
        {
            console.Write(new ControlCode("\r\e[K")); // back to the first column, erase the line
        }
    }

    private string Time(TestbedRun run) => timings ? $" {run.Duration.TotalMilliseconds:f1} ms" : "";

    private static string Mark(Outcome outcome) => outcome switch
    {
        Outcome.Passed => "[green]ok[/]  ",
        Outcome.Skipped => "[grey]skip[/]",
        Outcome.Disagreed => "[red]DISAGREE[/]",
        Outcome.Mistaken => "[yellow]MISTAKE[/]",
        Outcome.Refused => "[red]REFUSED[/]",
        _ => "[red]FAIL[/]",
    };

    private static string AgreementOf(ScenarioResult result) => result.Disagreements switch
    {
        null => "[grey]agreement not checked[/]",
        { IsEmpty: true } => "[green]agree[/]",
        { } found => $"[red]{found.Length} differences[/]",
    };
}
