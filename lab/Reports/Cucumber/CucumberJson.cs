using System.Text;
using System.Text.Json.Nodes;
using Lab.Reports.Text;
using Lab.Scenarios.Reading;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;

namespace Lab.Reports.Cucumber;

/// <summary>The results as Cucumber's JSON formatter writes them, for the tools that have read it for ten years.</summary>
/// <remarks>The format has no place for testbeds, so a step has the worst of its results, and disagreement is a failed hook.</remarks>
internal static class CucumberJson
{
    public static string Of(SuiteResult suite) => new JsonArray([.. suite.Features.Select(Feature)]).ToJsonString();

    private static JsonObject Feature(FeatureResult result) => new()
    {
        ["uri"] = result.Feature.File,
        ["id"] = Slug(result.Feature.Name),
        ["keyword"] = "Feature",
        ["name"] = result.Feature.Name,
        ["description"] = result.Feature.Description,
        ["line"] = 1,
        ["tags"] = Tags(result.Feature.Tags),
        ["elements"] = new JsonArray([.. result.Scenarios.Select(scenario => Scenario(result.Feature, scenario))]),
    };

    private static JsonObject Scenario(Feature feature, ScenarioResult result)
    {
        JsonObject element = new()
        {
            ["id"] = $"{Slug(feature.Name)};{Slug(result.Scenario.Name)}",
            ["keyword"] = "Scenario",
            ["type"] = "scenario",
            ["name"] = result.Scenario.Name,
            ["description"] = result.Scenario.Description,
            ["line"] = result.Scenario.Position.Line,
            ["tags"] = Tags(result.Scenario.Tags),
            ["steps"] = new JsonArray([.. result.Scenario.Steps.Select((step, index) => Step(result, step, index))]),
        };
        if (result.Disagreements is { } found)
        {
            string? differences = found.IsEmpty ? null : string.Join('\n', found.Select(FailureText.Words));
            element["after"] = new JsonArray(new JsonObject
            {
                ["match"] = new JsonObject { ["location"] = "agreement of the testbeds" },
                ["result"] = Result(new(found.IsEmpty ? "passed" : "failed", TimeSpan.Zero, differences)),
            });
        }

        return element;
    }

    private static JsonObject Step(ScenarioResult result, Step step, int index)
    {
        StepVerdict verdict = StepVerdict.Of(result, index);
        JsonObject element = new()
        {
            ["keyword"] = step.Keyword + " ",
            ["name"] = step.Text,
            ["line"] = step.Position.Line,
            ["match"] = new JsonObject { ["location"] = step.Position.ToString() },
            ["result"] = Result(verdict),
        };
        if (step.Table is { } table)
        {
            element["rows"] = new JsonArray([.. table.Rows.Select(row => row.Cells).Prepend(table.Header)
                .Select(cells => new JsonObject { ["cells"] = new JsonArray([.. cells.Select(cell => JsonValue.Create(cell))]) })]);
        }

        if (step.Doc is { } doc)
        {
            element["doc_string"] = new JsonObject
            {
                ["value"] = doc.Text,
                ["content_type"] = doc.MediaType,
                ["line"] = doc.Position.Line - 1,
            };
        }

        if (verdict.Message is not null)
        {
            element["embeddings"] = new JsonArray(new JsonObject
            {
                ["mime_type"] = "text/plain",
                ["name"] = "topology, frames, traces",
                ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Join('\n', FailureText.Of(result)))),
            });
        }

        return element;
    }

    private static JsonObject Result(StepVerdict verdict)
    {
        JsonObject element = new() { ["status"] = verdict.Status, ["duration"] = (long)verdict.Duration.TotalNanoseconds };
        if (verdict.Message is { } message)
        {
            element["error_message"] = message;
        }

        return element;
    }

    private static JsonArray Tags(IEnumerable<string> tags) => new([.. tags.Select(tag => new JsonObject { ["name"] = tag })]);

    private static string Slug(string name) => name.ToLowerInvariant().Replace(' ', '-');
}
