using Lab.Reports.Captures;
using Lab.Reports.Cucumber;
using Lab.Reports.Html;
using Lab.Reports.JUnit;
using Lab.Scenarios.Suites;

namespace Lab.Reports;

/// <summary>Everything that a run leaves for people and programs, in one folder.</summary>
internal static class ReportFolder
{
    /// <summary>The file to open first.</summary>
    public const string Page = "report.html";

    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public static void Write(string folder, SuiteResult suite, string version)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, Page), HtmlReport.Of(suite, version));
        JUnitReport.Of(suite).Save(Path.Combine(folder, "junit.xml"));
        File.WriteAllText(Path.Combine(folder, "cucumber.json"), CucumberJson.Of(suite));
        File.WriteAllLines(Path.Combine(folder, "cucumber.ndjson"), CucumberMessages.Of(suite, version));
        foreach (string testbed in suite.Testbeds)
        {
            using FileStream capture = File.Create(Path.Combine(folder, $"{testbed}.pcapng"));
            TestbedCapture.Write(suite, testbed, capture);
        }
    }
}
