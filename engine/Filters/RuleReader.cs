using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters.Model;

namespace Lab.Engine.Filters;

/// <summary>Reads <c>&lt;rule&gt;</c> with its protocol elements (nwfilter.md sections 1.4 and 1.5).</summary>
internal sealed class RuleReader(Findings findings)
{
    private static readonly ImmutableArray<(string, RuleAction)> Actions =
        [.. Enum.GetValues<RuleAction>().Select(a => (Words.Of(a), a))];

    private static readonly ImmutableArray<(string, RuleDirection)> Directions =
        [.. Enum.GetValues<RuleDirection>().Select(d => (Words.Of(d), d))];

    public RuleEntry Read(DocumentElement element)
    {
        ElementReader rule = new(element, findings);
        RuleAction action = ReadWord(rule.Required("action"), Actions, DiagnosticTable.UnknownAction);
        RuleDirection direction = ReadWord(rule.Required("direction"), Directions, DiagnosticTable.UnknownDirection);
        int priority = ReadPriority(rule.Optional("priority"));
        bool stateMatch = ReadStateMatch(rule.Optional("statematch"));
        ProtocolElements protocol = new(findings);
        foreach (DocumentElement child in element.Children)
        {
            _ = rule.Children(child.Name);
            protocol.Read(child);
        }

        protocol.Finish();
        rule.ReportTheRest();
        return new(action, direction, priority, stateMatch, protocol.Protocol, protocol.Attributes(), element.Position);
    }

    private T ReadWord<T>(DocumentAttribute? attribute, ImmutableArray<(string Word, T Value)> words, DiagnosticKind kind)
    {
        foreach ((string word, T value) in words)
        {
            if (attribute is null || attribute.Value == word)
            {
                return value; // a missing attribute has been reported; any value will do
            }
        }

        findings.Add(kind, attribute!.Position, $"'{attribute.Value}' is not {(kind == DiagnosticTable.UnknownAction ? "an action" : "a direction")}",
            Spelling.Suggest(attribute.Value, words.Select(w => w.Word)));
        return words[0].Value;
    }

    private int ReadPriority(DocumentAttribute? priority)
    {
        if (priority is null)
        {
            return RulePriority.Default;
        }

        if (RulePriority.TryRead(priority.Value, out int number))
        {
            return number;
        }

        findings.Add(DiagnosticTable.RulePriority, priority.Position,
            $"'{priority.Value}' is not a rule priority, so {RulePriority.Default} is taken");
        return RulePriority.Default;
    }

    private bool ReadStateMatch(DocumentAttribute? attribute)
    {
        if (attribute is null)
        {
            return true;
        }

        bool off = attribute.Value == "0" || attribute.Value.Equals("false", StringComparison.OrdinalIgnoreCase);
        if (!off)
        {
            findings.Add(DiagnosticTable.StateMatch, attribute.Position, $"statematch='{attribute.Value}' has no effect");
        }

        return !off;
    }
}
