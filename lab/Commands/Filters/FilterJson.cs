using System.Text.Json;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Values;

namespace Lab.Commands.Filters;

/// <summary>Filters and findings as JSON.</summary>
internal static class FilterJson
{
    public static void WriteSummary(Utf8JsonWriter json, FilterDefinition filter)
    {
        json.WriteStartObject();
        WriteIdentity(json, filter);
        json.WriteEndObject();
    }

    public static void WriteFilter(Utf8JsonWriter json, FilterDefinition filter)
    {
        json.WriteStartObject();
        WriteIdentity(json, filter);
        json.WriteStartArray("entries");
        foreach (FilterEntry entry in filter.Entries)
        {
            json.WriteStartObject();
            WriteEntry(json, entry);
            json.WriteNumber("line", entry.Position.Line);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteDiagnostics(Utf8JsonWriter json, IEnumerable<Diagnostic> diagnostics)
    {
        json.WriteStartArray("diagnostics");
        foreach (Diagnostic diagnostic in diagnostics)
        {
            json.WriteStartObject();
            json.WriteString("code", diagnostic.Code);
            json.WriteString("severity", diagnostic.Severity == Severity.Error ? "error" : "warning");
            json.WriteString("file", diagnostic.Position.File);
            json.WriteNumber("line", diagnostic.Position.Line);
            json.WriteNumber("column", diagnostic.Position.Column);
            json.WriteString("message", diagnostic.Message);
            json.WriteString("help", diagnostic.Help);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteIdentity(Utf8JsonWriter json, FilterDefinition filter)
    {
        json.WriteString("name", filter.Name);
        json.WriteString("uuid", filter.Uuid?.ToString());
        json.WriteString("chain", filter.Chain.ToString());
        json.WriteNumber("priority", filter.ChainPriority);
        json.WriteString("file", filter.Position.File);
    }

    private static void WriteEntry(Utf8JsonWriter json, FilterEntry entry)
    {
        if (entry is ReferenceEntry reference)
        {
            json.WriteString("filterref", reference.Filter);
            json.WriteStartObject("parameters");
            foreach ((string name, var values) in reference.Parameters.Values)
            {
                json.WriteStartArray(name);
                values.ToList().ForEach(value => json.WriteStringValue(value.Text));
                json.WriteEndArray();
            }

            json.WriteEndObject();
            return;
        }

        RuleEntry rule = (RuleEntry)entry;
        json.WriteString("action", Words.Of(rule.Action));
        json.WriteString("direction", Words.Of(rule.Direction));
        json.WriteNumber("priority", rule.Priority);
        json.WriteBoolean("statematch", rule.StateMatch);
        json.WriteString("protocol", rule.Protocol?.Name);
        json.WriteStartArray("attributes");
        foreach (AttributeMatch attribute in rule.Attributes)
        {
            json.WriteStartObject();
            json.WriteString("name", attribute.Attribute.Name);
            json.WriteString("value", ValueGrammar.Print(attribute.Attribute, attribute.Value));
            json.WriteBoolean("negated", attribute.Negated);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
