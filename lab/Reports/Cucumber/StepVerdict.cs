using Lab.Scenarios.Running;

namespace Lab.Reports.Cucumber;

/// <summary>A step's results on all testbeds as the one result that Cucumber's formats have room for.</summary>
/// <param name="Status">A word of Cucumber's, in lower case.</param>
/// <param name="Duration">On all testbeds together.</param>
/// <param name="Message">What each testbed said; null when the step passed.</param>
internal sealed record StepVerdict(string Status, TimeSpan Duration, string? Message)
{
    private const string NoSuchStep = "SC003"; // the code of the diagnostic

    public static StepVerdict Of(ScenarioResult result, int step)
    {
        (string Testbed, StepResult Step)[] all = [.. result.Runs.Where(run => step < run.Steps.Length)
            .Select(run => (run.Testbed, run.Steps[step]))];
        Outcome worst = all.Select(one => one.Step.Outcome).DefaultIfEmpty(Outcome.Skipped).Max();
        bool unknown = all.Any(one => one.Step.Diagnostics.Any(found => found.Code == NoSuchStep));
        string[] said = [.. all.Where(one => one.Step.Message is not null).Select(one => $"on the {one.Testbed}: {Explanation(one.Step)}")];
        return new(
            worst switch
            {
                Outcome.Passed => "passed",
                Outcome.Skipped => "skipped",
                Outcome.Mistaken when unknown => "undefined",
                _ => "failed",
            },
            TimeSpan.FromTicks(all.Sum(one => one.Step.Duration.Ticks)),
            said.Length == 0 ? null : string.Join('\n', said));
    }

    private static string Explanation(StepResult step) =>
        step.Diagnostics.IsEmpty ? step.Message! : string.Join('\n', step.Diagnostics);
}
