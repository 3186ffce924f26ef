using System.Reflection;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using Lab.Reports.JUnit;
using Lab.Scenarios.Running;

namespace Lab.Tests.Reports.JUnit;

public sealed class JUnitReportTests
{
    private static readonly XElement Report = XDocument.Parse(JUnitReport.Of(SampleSuite.Result).ToString()).Root!;

    [Fact]
    public void It_is_what_the_common_schema_allows()
    {
        XmlSchemaSet schema = new();
        using Stream file = Assembly.GetExecutingAssembly().GetManifestResourceStream("junit.xsd")!;
        using XmlReader reader = XmlReader.Create(file);
        schema.Add("", reader);
        List<string> mistakes = [];

        new XDocument(Report).Validate(schema, (_, found) => mistakes.Add(found.Message));

        mistakes.Should().BeEmpty();
    }

    [Fact]
    public void A_scenario_is_a_case_that_fails_when_it_failed_and_errs_when_it_could_not_be_carried_out()
    {
        Dictionary<string, string> cases = Report.Descendants("testcase").ToDictionary(
            found => found.Attribute("name")!.Value, found => found.Elements().SingleOrDefault()?.Name.LocalName ?? "passed");

        cases.Should().BeEquivalentTo(SampleSuite.Result.Scenarios.ToDictionary(result => result.Scenario.Name, result => result.Outcome switch
        {
            Outcome.Passed => "passed",
            Outcome.Failed or Outcome.Disagreed => "failure",
            _ => "error",
        }));
        Report.Attribute("failures")!.Value.Should().Be($"{cases.Values.Count(kind => kind == "failure")}");
    }

    [Fact]
    public void A_failure_names_the_rule_that_decided() =>
        Report.Descendants("failure").First().Value.Should().Contain("dropped by no-mac-spoofing (fixtures/filters/no-mac-spoofing/filter.xml:");
}
