using Lab.Reports.Text;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;

namespace Lab.Commands.Running;

/// <summary>Workflow commands that GitHub shows beside the changed lines.</summary>
internal static class GitHubAnnotations
{
    public static IEnumerable<string> Of(SuiteResult result) =>
        result.Mistakes.Select(mistake => Line(mistake.Position.File, mistake.Position.Line, $"{mistake.Code}: {mistake.Message}"))
            .Concat(result.Scenarios.SelectMany(scenario => scenario.Remarks).Distinct()
                .Select(remark => Line(remark.Position.File, remark.Position.Line, $"{remark.Code}: {remark.Message}", "warning")))
            .Concat(result.Scenarios.Where(scenario => scenario.Outcome > Outcome.Skipped && scenario.Outcome != Outcome.Mistaken)
                .Select(scenario => Line(scenario.Scenario.Position.File, LineOf(scenario),
                    $"{scenario.Scenario.Name}: {FailureText.Headline(scenario)}")));

    private static int LineOf(ScenarioResult scenario) => scenario.Runs.SelectMany(run => run.Steps)
        .FirstOrDefault(step => step.Outcome > Outcome.Skipped)?.Step.Position.Line ?? scenario.Scenario.Position.Line;

    /// <remarks>Percent signs and line ends have a meaning of their own there.</remarks>
    private static string Line(string file, int line, string message, string level = "error") =>
        $"::{level} file={Escaped(file).Replace(",", "%2C", StringComparison.Ordinal)},line={line}::{Escaped(message)}";

    private static string Escaped(string text) => text.Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);
}
