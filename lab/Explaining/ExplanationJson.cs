using System.Text.Json;
using Lab.Engine.Diagnostics;
using Lab.Engine.Programs;
using Lab.Engine.Programs.Explaining;

namespace Lab.Explaining;

/// <summary>Explanations for tools; the words are those of the tree.</summary>
internal static class ExplanationJson
{
    public static void Write(Utf8JsonWriter json, IEnumerable<ExplainedPacket> packets)
    {
        json.WriteStartArray();
        foreach (ExplainedPacket packet in packets)
        {
            Write(json, packet);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ExplainedPacket packet)
    {
        Explanation explanation = packet.Explanation;
        json.WriteStartObject();
        json.WriteString("packet", packet.Asked.Label);
        json.WriteString("frame", Convert.ToHexStringLower(packet.Asked.Frame));
        json.WriteString("route", Camel(explanation.Route));
        json.WriteBoolean("passes", explanation.Passes && !packet.Refused);
        json.WriteString("connection", packet.Connection);
        json.WriteStartArray("stages");
        foreach (StageVisit visit in explanation.Visits)
        {
            Write(json, visit);
        }

        json.WriteEndArray();
        WriteChange(json, explanation.Change);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StageVisit visit)
    {
        json.WriteStartObject();
        json.WriteString("stage", visit.Name);
        json.WriteString("verdict", Camel(visit.Outcome.Verdict));
        json.WriteString("chain", visit.DecidingChain?.Name);
        WriteRule(json, "decider", visit.Outcome.Decider, visit.Stage);
        json.WriteStartArray("fields");
        foreach (ConditionAsked asked in visit.Deciding)
        {
            json.WriteStartObject();
            json.WriteString("condition", ConditionText.Of(asked.Condition));
            WriteActual(json, asked);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("path");
        foreach (RuleConsidered rule in visit.Steps.OfType<RuleConsidered>().Where(r => r.Matched))
        {
            json.WriteStartObject();
            json.WriteString("chain", rule.Chain.Name);
            WritePosition(json, rule.Rule.Origin.Position);
            json.WriteString("rule", ProgramText.Of(rule.Rule, visit.Stage));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteActual(Utf8JsonWriter json, ConditionAsked asked)
    {
        Field? field = asked.Condition switch
        {
            FieldEquals c => c.Field,
            FieldInRange c => c.Field,
            _ => null,
        };
        if (field is { } known)
        {
            json.WriteString("actual", asked.Actual is { } value ? ConditionText.Value(known, value) : null);
        }
    }

    private static void WriteRule(Utf8JsonWriter json, string name, Rule? rule, Stage stage)
    {
        if (rule is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("filter", rule.Origin.Filter);
        WritePosition(json, rule.Origin.Position);
        json.WriteString("rule", ProgramText.Of(rule, stage));
        json.WriteEndObject();
    }

    private static void WritePosition(Utf8JsonWriter json, SourcePosition position)
    {
        json.WriteString("file", position.File);
        json.WriteNumber("line", position.Line);
    }

    private static void WriteChange(Utf8JsonWriter json, SmallestChange? change)
    {
        if (change is null)
        {
            json.WriteNull("smallestChange");
            return;
        }

        json.WriteStartArray("smallestChange");
        foreach (FieldChange field in change.Fields)
        {
            json.WriteStartObject();
            json.WriteString("field", ConditionText.Name(field.Field));
            json.WriteString("from", ConditionText.Value(field.Field, field.From));
            json.WriteString("to", ConditionText.Value(field.Field, field.To));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Camel<T>(T word) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());
}
