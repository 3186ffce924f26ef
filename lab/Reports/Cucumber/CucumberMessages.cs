using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Lab.Reports.Text;
using Lab.Scenarios.Reading;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;

namespace Lab.Reports.Cucumber;

/// <summary>The results as Cucumber messages, one JSON object a line: what Cucumber's own reports are made from.</summary>
/// <remarks>
/// <code>
/// meta | source, gherkinDocument, pickle ... per feature | testRunStarted | hook
///      | testCase, testCaseStarted, (testStepStarted, attachment?, testStepFinished) ..., testCaseFinished ... | testRunFinished
/// </code>
/// As in <see cref="CucumberJson"/>, a step has the worst of its results; that the testbeds agree is a hook behind the steps.
/// </remarks>
internal sealed class CucumberMessages
{
    private const string AgreementHook = "agreement-hook";

    private readonly List<JsonObject> _lines = [];
    private readonly MessageIds _ids = new();
    private DateTimeOffset _now;

    private CucumberMessages(SuiteResult suite, string version)
    {
        _now = suite.Started;
        Say("meta", new()
        {
            ["protocolVersion"] = "27.0.0",
            ["implementation"] = new JsonObject { ["name"] = "nwlab", ["version"] = version },
            ["runtime"] = new JsonObject { ["name"] = ".NET", ["version"] = Environment.Version.ToString() },
            ["os"] = new JsonObject { ["name"] = Environment.OSVersion.Platform.ToString(), ["version"] = Environment.OSVersion.VersionString },
            ["cpu"] = new JsonObject { ["name"] = RuntimeInformation.ProcessArchitecture.ToString() },
        });
        (ScenarioResult Result, string Pickle, string[] Steps)[] pickles = [.. suite.Features.SelectMany(Announce)];
        Say("testRunStarted", new() { ["timestamp"] = Timestamp() });
        Say("hook", new()
        {
            ["id"] = AgreementHook,
            ["name"] = "agreement of the testbeds",
            ["sourceReference"] = new JsonObject { ["uri"] = "nwlab" },
        });
        foreach ((ScenarioResult result, string pickle, string[] steps) in pickles)
        {
            Tell(result, pickle, steps);
        }

        Say("testRunFinished", new()
        {
            ["success"] = suite.Scenarios.All(result => result.Outcome <= Outcome.Skipped),
            ["timestamp"] = Timestamp(),
        });
    }

    public static IEnumerable<string> Of(SuiteResult suite, string version) =>
        new CucumberMessages(suite, version)._lines.Select(line => line.ToJsonString());

    private IEnumerable<(ScenarioResult Result, string Pickle, string[] Steps)> Announce(FeatureResult feature)
    {
        Say("source", new()
        {
            ["uri"] = feature.Feature.File,
            ["data"] = feature.Feature.Text,
            ["mediaType"] = "text/x.cucumber.gherkin+plain",
        });
        GherkinMessage document = new(feature.Feature.File, feature.Feature.Text, _ids);
        Say("gherkinDocument", document.Document);
        return [.. feature.Scenarios.Select(result => Pickle(feature.Feature, result, document))];
    }

    private (ScenarioResult Result, string Pickle, string[] Steps) Pickle(Feature feature, ScenarioResult result, GherkinMessage document)
    {
        string id = _ids.Next();
        string[] steps = [.. result.Scenario.Steps.Select(_ => _ids.Next())];
        string[] row = document.RowsAround(result.Scenario.Position.Line);
        Say("pickle", new()
        {
            ["id"] = id,
            ["uri"] = feature.File,
            ["name"] = result.Scenario.Name,
            ["language"] = feature.Language,
            ["astNodeIds"] = Strings(row),
            ["tags"] = new JsonArray([.. result.Scenario.Tags.Select(tag =>
                new JsonObject { ["name"] = tag, ["astNodeId"] = document.TagNode(tag) })]),
            ["steps"] = new JsonArray([.. result.Scenario.Steps.Select((step, index) => PickleStep(step, steps[index], document, row))]),
        });
        return (result, id, steps);
    }

    private static JsonObject PickleStep(Step step, string id, GherkinMessage document, string[] row)
    {
        JsonObject made = new()
        {
            ["id"] = id,
            ["text"] = step.Text,
            ["astNodeIds"] = Strings([document.NodeAt(step.Position.Line), .. step.FromBackground ? [] : row.Skip(1)]),
        };
        if (step.Table is { } table)
        {
            made["argument"] = new JsonObject
            {
                ["dataTable"] = new JsonObject
                {
                    ["rows"] = new JsonArray(
                [.. table.Rows.Select(line => line.Cells).Prepend(table.Header).Select(cells => new JsonObject
                {
                    ["cells"] = new JsonArray([.. cells.Select(cell => new JsonObject { ["value"] = cell })]),
                })])
                }
            };
        }
        else if (step.Doc is { } doc)
        {
            made["argument"] = new JsonObject { ["docString"] = new JsonObject { ["content"] = doc.Text, ["mediaType"] = doc.MediaType } };
        }

        return made;
    }

    private void Tell(ScenarioResult result, string pickle, string[] pickleSteps)
    {
        string testCase = _ids.Next(), started = _ids.Next();
        string[] steps = [.. pickleSteps.Select(_ => _ids.Next())];
        string? hook = result.Disagreements is null ? null : _ids.Next(); // a skipped hook would make the scenario a skipped one
        Say("testCase", new()
        {
            ["id"] = testCase,
            ["pickleId"] = pickle,
            ["testSteps"] = new JsonArray(
            [
                .. steps.Select((id, index) => new JsonObject
                {
                    ["id"] = id, ["pickleStepId"] = pickleSteps[index],
                    ["stepDefinitionIds"] = new JsonArray(), ["stepMatchArgumentsLists"] = new JsonArray(),
                }),
                .. hook is null ? [] : new[] { new JsonObject { ["id"] = hook, ["hookId"] = AgreementHook } },
            ]),
        });
        Say("testCaseStarted", new() { ["id"] = started, ["testCaseId"] = testCase, ["attempt"] = 0, ["timestamp"] = Timestamp() });
        for (int index = 0; index < steps.Length; index++)
        {
            TellStep(result, started, steps[index], StepVerdict.Of(result, index));
        }

        if (hook is not null && result.Disagreements is { } found)
        {
            TellStep(result, started, hook, found.IsEmpty ? new("passed", TimeSpan.Zero, null)
                : new("failed", TimeSpan.Zero, string.Join('\n', found.Select(FailureText.Words))));
        }

        Say("testCaseFinished", new() { ["testCaseStartedId"] = started, ["timestamp"] = Timestamp(), ["willBeRetried"] = false });
    }

    private void TellStep(ScenarioResult result, string testCase, string step, StepVerdict verdict)
    {
        Say("testStepStarted", new() { ["testCaseStartedId"] = testCase, ["testStepId"] = step, ["timestamp"] = Timestamp() });
        if (verdict.Message is not null)
        {
            Say("attachment", new()
            {
                ["testCaseStartedId"] = testCase,
                ["testStepId"] = step,
                ["mediaType"] = "text/plain",
                ["contentEncoding"] = "BASE64",
                ["body"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Join('\n', FailureText.Of(result)))),
            });
        }

        JsonObject outcome = new() { ["status"] = verdict.Status.ToUpperInvariant(), ["duration"] = Nanoseconds(verdict.Duration) };
        if (verdict.Message is { } message)
        {
            outcome["message"] = message;
        }

        _now += verdict.Duration;
        Say("testStepFinished", new()
        {
            ["testCaseStartedId"] = testCase,
            ["testStepId"] = step,
            ["testStepResult"] = outcome,
            ["timestamp"] = Timestamp(),
        });
    }

    private void Say(string kind, JsonObject content) => _lines.Add(new() { [kind] = content });

    private JsonObject Timestamp() => Nanoseconds(_now - DateTimeOffset.UnixEpoch);

    private static JsonObject Nanoseconds(TimeSpan span) => new()
    {
        ["seconds"] = span.Ticks / TimeSpan.TicksPerSecond,
        ["nanos"] = span.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick,
    };

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}

/// <summary>Names for the nodes of one run of messages.</summary>
internal sealed class MessageIds
{
    private int _last;

    public string Next() => $"{++_last}";
}
