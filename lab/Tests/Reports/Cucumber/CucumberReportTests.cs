using System.Text.Json.Nodes;
using Lab.Reports.Cucumber;
using Lab.Scenarios.Suites;

namespace Lab.Tests.Reports.Cucumber;

public sealed class CucumberReportTests
{
    private static readonly JsonArray Json = JsonNode.Parse(CucumberJson.Of(SampleSuite.Result))!.AsArray();

    private static readonly (string Kind, JsonObject Content)[] Messages =
        [.. CucumberMessages.Of(SampleSuite.Result, "test").Select(line => JsonNode.Parse(line)!.AsObject().Single())
            .Select(pair => (pair.Key, pair.Value!.AsObject()))];

    [Theory]
    [InlineData("Honest traffic arrives", "passed", "passed", "passed")]
    [InlineData("A wrong expectation about a spoofed MAC", "passed", "passed", "failed")]
    [InlineData("A mistake in the XML", "passed", "failed", "skipped")]
    [InlineData("An unknown step [yodels]", "passed", "undefined")]
    public void In_JSON_each_step_has_the_worst_of_its_results(string scenario, params string[] statuses) =>
        Element(scenario)["steps"]!.AsArray().Select(step => step!["result"]!["status"]!.GetValue<string>()).Should().Equal(statuses);

    [Fact]
    public void In_JSON_disagreement_is_a_failed_hook_and_agreement_a_passed_one()
    {
        Status("One testbed spoils a byte").Should().Be("failed");
        Status("Honest traffic arrives").Should().Be("passed");

        static string Status(string scenario) => Element(scenario)["after"]![0]!["result"]!["status"]!.GetValue<string>();
    }

    [Fact]
    public void Messages_speak_of_nothing_that_was_not_introduced_before()
    {
        HashSet<string> known = [];
        foreach ((_, JsonObject content) in Messages)
        {
            ILookup<bool, string> ids = Fields(content)
                .Where(pair => pair.Name is "id" or "astNodeIds" || pair.Name.EndsWith("Id", StringComparison.Ordinal))
                .ToLookup(pair => pair.Name == "id", pair => pair.Value);
            ids[true].Where(id => !known.Add(id)).Should().BeEmpty("an id is given once");
            ids[false].Except(known).Should().BeEmpty();
        }
    }

    [Fact]
    public void Messages_begin_and_end_every_step_of_every_scenario()
    {
        string[] promised = [.. Of("testCase").SelectMany(testCase => testCase["testSteps"]!.AsArray()).Select(step => step!["id"]!.GetValue<string>())];

        Of("testStepStarted").Select(step => step["testStepId"]!.GetValue<string>()).Should().Equal(promised);
        Of("testStepFinished").Select(step => step["testStepId"]!.GetValue<string>()).Should().Equal(promised);
        Of("testCase").Should().HaveCount(SampleSuite.Result.Scenarios.Count());
        Of("testRunFinished").Single()["success"]!.GetValue<bool>().Should().BeFalse();
    }

    [Fact]
    public void Messages_know_no_agreement_where_none_was_checked()
    {
        SuiteResult alone = SampleSuite.Result with
        {
            Features = [.. SampleSuite.Result.Features.Select(feature => feature with
            {
                Scenarios = [.. feature.Scenarios.Select(scenario => scenario with { Disagreements = null })],
            })],
        };

        CucumberMessages.Of(alone, "test").Select(line => JsonNode.Parse(line)!["testCase"]).OfType<JsonNode>()
            .SelectMany(testCase => testCase["testSteps"]!.AsArray()).Should().OnlyContain(step => step!["hookId"] == null);
        Of("testCase").First()["testSteps"]!.AsArray().Last()!["hookId"].Should().NotBeNull();
    }

    [Fact]
    public void A_row_of_an_outline_is_a_pickle_of_the_outline_and_the_row()
    {
        JsonObject outline = Of("gherkinDocument").Single()["feature"]!["children"]!.AsArray()
            .Select(child => child!["scenario"]).OfType<JsonObject>().Single(scenario => scenario["keyword"]!.GetValue<string>() == "Scenario Outline");
        JsonObject pickle = Of("pickle").Single(found => found["name"]!.GetValue<string>() == "An unknown step [yodels]");

        pickle["astNodeIds"]!.AsArray().Select(id => id!.GetValue<string>()).Should().Equal(
            outline["id"]!.GetValue<string>(), outline["examples"]![0]!["tableBody"]![0]!["id"]!.GetValue<string>());
    }

    private static JsonObject Element(string scenario) => Json[0]!["elements"]!.AsArray()
        .Select(element => element!.AsObject()).Single(element => element["name"]!.GetValue<string>() == scenario);

    private static IEnumerable<JsonObject> Of(string kind) => Messages.Where(message => message.Kind == kind).Select(message => message.Content);

    /// <summary>Every text in the tree with the name it stands under; those of lists under the list's.</summary>
    private static IEnumerable<(string Name, string Value)> Fields(JsonNode? node, string name = "") => node switch
    {
        JsonObject made => made.SelectMany(pair => Fields(pair.Value, pair.Key)),
        JsonArray list => list.SelectMany(item => Fields(item, name)),
        JsonValue value when value.TryGetValue(out string? text) => [(name, text)],
        _ => [],
    };
}
