using System.Collections.Immutable;
using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Templates;

/// <summary>A rule of a template with the values of one interface.</summary>
/// <param name="Rows">The rule is repeated once for each row; a row has a value for each hole.</param>
internal readonly record struct FilledRule(TemplateRule Rule, ImmutableArray<ImmutableArray<AttributeValue>> Rows)
{
    public IEnumerable<Rule> Close()
    {
        TemplateRule rule = Rule;
        return Rows.Select(row => Close(rule, row));
    }

    public static Rule Close(TemplateRule rule, ImmutableArray<AttributeValue> values)
    {
        if (rule.Holes.IsEmpty)
        {
            return rule.Shape;
        }

        Condition[] conditions = [.. rule.Shape.Conditions];
        for (int i = 0; i < values.Length; i++)
        {
            Hole hole = rule.Holes[i];
            conditions[hole.Condition] = ConditionParts.Fill(conditions[hole.Condition], hole.Part, values[i]);
        }

        foreach (Hole hole in rule.Holes)
        {
            conditions[hole.Condition] = ConditionParts.Settle(conditions[hole.Condition]);
        }

        return rule.Shape with { Conditions = [.. conditions] };
    }
}
