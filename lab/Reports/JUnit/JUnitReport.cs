using System.Xml.Linq;
using Lab.Reports.Text;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;

namespace Lab.Reports.JUnit;

/// <summary>The results in the XML of Ant's JUnit task, as CI servers read it: a suite per feature, a case per scenario.</summary>
/// <remarks>
/// Nobody owns this format. Elements and attributes are those that Ant's and Jenkins' schemas both allow, in the order
/// that the stricter of them asks for.
/// </remarks>
internal static class JUnitReport
{
    public static XDocument Of(SuiteResult suite) => new(new XElement("testsuites",
        new XAttribute("name", "nwlab"), Counts(suite.Scenarios),
        new XAttribute("time", Seconds(suite.Duration)),
        suite.Features.Select((feature, number) => Feature(suite, feature, number))));

    private static XElement Feature(SuiteResult suite, FeatureResult feature, int number) => new("testsuite",
        new XAttribute("name", XmlText.Clean(feature.Feature.Name)),
        new XAttribute("package", XmlText.Clean(ClassOf(feature.Feature.File))),
        new XAttribute("id", number),
        new XAttribute("timestamp", suite.Started.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss")), // Ant's schema takes no zone
        new XAttribute("hostname", "localhost"),
        Counts(feature.Scenarios),
        new XAttribute("time", Seconds(Sum(feature.Scenarios))),
        new XElement("properties",
            Property("seed", $"{suite.Seed}"),
            Property("testbeds", string.Join(',', suite.Testbeds)),
            suite.LeftOut.Select(left => Property($"left-out.{left.Testbed}", left.Reason))),
        feature.Scenarios.Select(scenario => Case(feature, scenario)),
        new XElement("system-out"),
        new XElement("system-err"));

    private static XElement Case(FeatureResult feature, ScenarioResult result) => new("testcase",
        new XAttribute("name", XmlText.Clean(result.Scenario.Name)),
        new XAttribute("classname", XmlText.Clean(ClassOf(feature.Feature.File))),
        new XAttribute("time", Seconds(Sum([result]))),
        result.Outcome switch
        {
            Outcome.Passed => null,
            Outcome.Skipped => new XElement("skipped"),
            Outcome.Failed or Outcome.Disagreed => Problem("failure", result),
            _ => Problem("error", result),
        });

    private static XElement Problem(string name, ScenarioResult result) => new(name,
        new XAttribute("type", result.Outcome.ToString().ToLowerInvariant()),
        new XAttribute("message", XmlText.Clean(FailureText.Headline(result))),
        XmlText.Clean(string.Join('\n', FailureText.Of(result))));

    private static IEnumerable<XAttribute> Counts(IEnumerable<ScenarioResult> scenarios)
    {
        Outcome[] outcomes = [.. scenarios.Select(scenario => scenario.Outcome)];
        return
        [
            new("tests", outcomes.Length),
            new("failures", outcomes.Count(outcome => outcome is Outcome.Failed or Outcome.Disagreed)),
            new("errors", outcomes.Count(outcome => outcome is Outcome.Refused or Outcome.Mistaken)),
            new("skipped", outcomes.Count(outcome => outcome is Outcome.Skipped)),
        ];
    }

    /// <summary>The file as a Java name, which is how CI servers group cases.</summary>
    private static string ClassOf(string file) => Path.ChangeExtension(file, null).TrimStart('.', '/').Replace('/', '.');

    private static XElement Property(string name, string value) =>
        new("property", new XAttribute("name", name), new XAttribute("value", XmlText.Clean(value)));

    private static TimeSpan Sum(IEnumerable<ScenarioResult> scenarios) =>
        TimeSpan.FromTicks(scenarios.SelectMany(scenario => scenario.Runs).Sum(run => run.Duration.Ticks));

    private static string Seconds(TimeSpan duration) => duration.TotalSeconds.ToString("f3");
}
