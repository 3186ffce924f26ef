using System.Text.Json;
using System.Text.RegularExpressions;
using Lab.Engine.Programs;
using Lab.Reports.Html;

namespace Lab.Tests.Reports.Html;

public sealed partial class HtmlReportTests
{
    private static readonly string Page = HtmlReport.Of(SampleSuite.Result, "nwlab test");

    private static readonly JsonElement Data = JsonDocument.Parse(DataElement().Match(Page).Groups[1].Value).RootElement;

    [Fact]
    public void The_page_needs_no_other_file_and_no_network() =>
        ForeignAddress().Matches(Page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal)).Should().BeEmpty();

    [Fact]
    public void No_text_of_a_user_can_end_the_script_that_holds_the_data() =>
        Page.Split("</script>").Should().HaveCount(3);

    [Fact]
    public void Nothing_is_left_of_the_placeholders() =>
        Page.Should().NotContainAny("/*style*/", "/*script*/", "/*data*/", "<!--plain-->");

    [Fact]
    public void Where_no_script_runs_every_scenario_is_named_with_its_outcome()
    {
        string plain = Page[Page.IndexOf("<noscript>", StringComparison.Ordinal)..Page.IndexOf("</noscript>", StringComparison.Ordinal)];

        plain.Should().ContainAll(SampleSuite.Result.Scenarios.Select(result => $"{result.Outcome}: {result.Scenario.Name.Split('<')[0]}"));
        plain.Should().Contain("hums &lt;/script&gt;");
    }

    [Fact]
    public void Every_rule_that_decided_can_be_looked_up_in_the_page()
    {
        Origin[] deciding = [.. SampleSuite.Result.Scenarios.SelectMany(result => result.Runs).SelectMany(run => run.Exchanges)
            .SelectMany(exchange => exchange.Seen.Decisions).SelectMany(decision => decision.Verdicts).Select(verdict => verdict.By).OfType<Origin>()];

        deciding.Should().NotBeEmpty();
        deciding.Should().OnlyContain(origin => Sources(origin.Position.File).Split('\n')[origin.Position.Line - 1].Contains("<rule"));
    }

    [Fact]
    public void A_mistake_in_inline_XML_points_into_the_feature_that_the_page_carries()
    {
        string line = Sources(SampleSuite.File).Split('\n')[
            SampleSuite.Scenario("A mistake in the XML").Runs[0].Steps.SelectMany(step => step.Diagnostics).Single().Position.Line - 1];

        line.Should().Contain("dstportstart='telnet'");
    }

    [Fact]
    public void Equal_frames_and_topologies_are_stored_once()
    {
        Data.GetProperty("drawings").GetArrayLength().Should().Be(1);
        string[] frames = [.. Data.GetProperty("frames").EnumerateArray().Select(frame => frame.GetProperty("hex").GetString()!)];
        frames.Should().OnlyHaveUniqueItems();
    }

    private static string Sources(string file) => Data.GetProperty("sources").GetProperty(file).GetString()!;

    [GeneratedRegex("""<script type="application/json" id="data">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex DataElement();

    [GeneratedRegex("""(https?:)?//[a-z0-9.-]+\.[a-z]{2,}|<link[^>]+href="(?!data:)|src=|@import|url\(""")]
    private static partial Regex ForeignAddress();
}
