using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml.Linq;
using Lab.Reports.Text;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;

namespace Lab.Reports.Html;

/// <summary>The report as one HTML file that needs nothing else: no network, no neighbour, no server.</summary>
/// <remarks>
/// The page is <c>Assets/report.html</c> with style, script and data put in. Whoever opens it where scripts do not run
/// (the preview of a mail program) still sees every scenario with its outcome and the reason.
/// </remarks>
internal static class HtmlReport
{
    private static readonly ImmutableArray<string> Styles = ["report.css", "drawing.css"];

    /// <summary>In this order: each file uses what the ones before it define.</summary>
    private static readonly ImmutableArray<string> Scripts =
        ["report-elements.js", "report-address.js", "report-sources.js", "report-frames.js", "report-scenario.js", "report-page.js"];

    /// <remarks>The default encoder writes <c>&lt;</c> as an escape, so that no text can end the script element.</remarks>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Of(SuiteResult suite, string version) => Asset.Text("report.html")
        .Replace("/*style*/", string.Concat(Styles.Select(Asset.Text)), StringComparison.Ordinal)
        .Replace("/*script*/", string.Concat(Scripts.Select(Asset.Text)), StringComparison.Ordinal)
        .Replace("/*data*/", JsonSerializer.Serialize(PageWriter.Write(suite, version), Json), StringComparison.Ordinal)
        .Replace("<!--plain-->", Plain(suite).ToString(), StringComparison.Ordinal); // last: nothing looks into it any more

    private static XElement Plain(SuiteResult suite) => new("div", suite.Features.Select(feature => new XElement("section",
        new XElement("h2", XmlText.Clean(feature.Feature.Name)),
        new XElement("ul", feature.Scenarios.Select(scenario => new XElement("li",
            XmlText.Clean($"{scenario.Outcome}: {scenario.Scenario.Name}"),
            scenario.Outcome > Outcome.Skipped ? new XElement("pre", XmlText.Clean(FailureText.Headline(scenario))) : null))))));
}
