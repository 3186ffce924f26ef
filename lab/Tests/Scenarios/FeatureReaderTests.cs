using Lab.Scenarios.Reading;

namespace Lab.Tests.Scenarios;

public sealed class FeatureReaderTests
{
    private const string Outline = """
        @all
        Feature: Outlines
          Background:
            Given a world

          @some
          Scenario Outline: <who> does
            When <who> sends
              | to     |
              | <whom> |

            Examples:
              | who   | whom |
              | alice | bob  |
              | carol | dave |
        """;

    [Fact]
    public void Each_row_of_an_outline_is_a_scenario_with_its_values_filled_in()
    {
        Scenario[] scenarios = [.. Read(Outline).Scenarios];

        scenarios.Select(scenario => scenario.Name).Should().Equal("alice does", "carol does");
        scenarios[1].Steps.Select(step => step.Text).Should().Equal("a world", "carol sends");
        scenarios[1].Steps[1].Table!.Rows[0]["to"].Should().Be("dave");
    }

    [Fact]
    public void Rows_whose_names_are_alike_are_told_apart_by_their_values() =>
        Read(Outline.Replace("<who> does", "Someone does")).Scenarios.Select(scenario => scenario.Name)
            .Should().Equal("Someone does [alice, bob]", "Someone does [carol, dave]");

    [Fact]
    public void A_scenario_has_the_tags_of_its_feature_too() =>
        Read(Outline).Scenarios[0].Tags.Should().Equal("@all", "@some");

    [Fact]
    public void A_row_stands_at_its_own_line_and_its_steps_where_the_outline_has_them()
    {
        Scenario second = Read(Outline).Scenarios[1];

        second.Position.Line.Should().Be(15);
        second.Steps[1].Position.Line.Should().Be(8);
        second.Steps[0].FromBackground.Should().BeTrue();
    }

    [Fact]
    public void A_text_below_a_step_begins_where_the_file_has_it()
    {
        Step step = Read("Feature: F\n  Scenario: S\n    Given x\n      \"\"\"xml\n      <a/>\n      \"\"\"\n").Scenarios[0].Steps[0];

        step.Doc!.Text.Should().Be("<a/>");
        step.Doc.MediaType.Should().Be("xml");
        step.Doc.Position.ToString().Should().Be("f.feature:5:7");
    }

    [Fact]
    public void Every_mistake_of_a_file_is_reported_with_its_line() =>
        FeatureReader.Read("f.feature", "Feature: F\n  Scenario: S\n    Given a\n    nonsense\n    Given b\n    rubbish\n").Diagnostics
            .Select(mistake => (mistake.Code, mistake.Position.Line)).Should().Equal(("SC002", 4), ("SC002", 6));

    [Fact]
    public void A_table_row_that_never_ends_has_no_cells() =>
        Read("Feature: F\n  Scenario: S\n    Given a\n      | loose\n").Scenarios[0].Steps[0].Table!.Header.Should().BeEmpty();

    [Fact]
    public void Gherkin_in_another_language_is_read() =>
        FeatureReader.Read("f.feature", "# language: de\nFunktionalität: F\n  Szenario: S\n    Angenommen x\n").Feature!
            .Scenarios[0].Steps[0].Keyword.Should().Be("Angenommen");

    private static Feature Read(string text) => FeatureReader.Read("f.feature", text).Feature!;
}
