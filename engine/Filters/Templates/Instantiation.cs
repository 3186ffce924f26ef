using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Values;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Templates;

/// <summary>Closes a template with the parameters of one interface.</summary>
/// <remarks>What interfaces share is made once per template; each costs the values of its own parameters.</remarks>
public static class Instantiation
{
    /// <summary>Where a value comes from that no document gave.</summary>
    private static readonly SourcePosition Binding = new("binding", 0, 0);

    /// <summary>The program of one interface; warnings are the template's, not repeated here.</summary>
    /// <param name="parameters">The binding's own; <c>MAC</c> is added when it is not among them.</param>
    public static CompileResult Of(Template template, MacAddress mac, ParameterSet parameters)
    {
        ParameterSet complete = Complete(parameters, mac, template.Meaning);
        ImmutableArray<VariableReference> open = Unresolved(template, complete);
        if (!open.IsEmpty)
        {
            SourcePosition first = template.OpenRules.SelectMany(r => r.Holes).FirstOrDefault(h => open.Contains(h.Variable))?.Use ?? default;
            return new(null, [TemplateErrors.Unresolved(first, open, asksToLearn: complete.Values.ContainsKey("CTRL_IP_LEARNING"))]) { Unresolved = open };
        }

        List<Diagnostic> found = [];
        FilledRule[] filled = new FilledRule[template.OpenRules.Length];
        for (int i = 0; i < filled.Length; i++)
        {
            filled[i] = Fill(template.OpenRules[i], complete, template.Meaning, found);
        }

        return new(found.Count == 0 ? template.Families.Member(template, filled) : null, [.. found.Distinct()]);
    }

    /// <summary>The parameters as the tree sees them, the automatic ones included (nwfilter.md sections 3.4, 3.5).</summary>
    public static ParameterSet Complete(ParameterSet parameters, MacAddress mac, Meaning meaning)
    {
        ParameterSet complete = parameters.Values.ContainsKey("MAC") ? parameters : parameters.Append("MAC", new(mac.ToString(), Binding));
        return meaning == Meaning.Strict && complete.Values.TryGetValue("DHCPSERVER", out ImmutableArray<ParameterValue> server)
            ? complete.Over(new(ParameterSet.Empty.Values.Add("DHCPSERVERV6", server))) // quirk 43
            : complete;
    }

    /// <summary>Distinct references without a value, in the order of their use; exactly <c>{IP}</c> is a case for learning.</summary>
    private static ImmutableArray<VariableReference> Unresolved(Template template, ParameterSet complete)
    {
        ImmutableArray<VariableReference> open = [];
        foreach (TemplateRule rule in template.OpenRules)
        {
            if (!rule.Expansion.IsResolvedBy(complete))
            {
                open = [.. open.Union(rule.Expansion.Unresolved(complete))];
            }
        }

        return open;
    }

    /// <summary>The rows of values that fill a rule's holes; what could not be read is reported and left out.</summary>
    private static FilledRule Fill(TemplateRule rule, ParameterSet complete, Meaning meaning, List<Diagnostic> found)
    {
        ImmutableArray<ImmutableArray<ParameterValue>> rows = rule.Expansion.Rows(complete, meaning, found);
        ImmutableArray<AttributeValue>[] filled = new ImmutableArray<AttributeValue>[rows.Length];
        int good = 0;
        foreach (ImmutableArray<ParameterValue> row in rows)
        {
            AttributeValue?[] values = new AttributeValue?[rule.Holes.Length];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = Read(rule.Holes[i], row[rule.Holes[i].Column], meaning, found);
            }

            if (!values.Contains(null))
            {
                filled[good++] = ImmutableCollectionsMarshal.AsImmutableArray(values)!;
                Check(rule, filled[good - 1], meaning, found);
            }
        }

        return new(rule, ImmutableArray.Create(filled, 0, good));
    }

    /// <summary>What a literal in the hole's place would have been refused for.</summary>
    private static void Check(TemplateRule rule, ImmutableArray<AttributeValue> values, Meaning meaning, List<Diagnostic> found)
    {
        ImmutableArray<Condition> conditions = FilledRule.Close(rule, values).Conditions;
        if (rule.Holes.FirstOrDefault(h => ConditionParts.ReversedRange(conditions[h.Condition]) is not null) is { } hole)
        {
            found.Add(TemplateErrors.ReversedRange(hole.Use, hole.Attribute.Name));
        }

        bool ip = !conditions.Any(condition => condition is FieldEquals { Field: Field.EtherType });
        foreach (Hole open in rule.Holes)
        {
            if (meaning == Meaning.Libvirt && ConditionParts.RefusedByTools(conditions[open.Condition], ip) is { } reason)
            {
                found.Add(TemplateErrors.RefusedByTools(open.Use, open.Attribute.Name, reason));
            }
        }
    }

    /// <summary>Quirk 25: where libvirt pastes any text, a value must be one that the attribute would take as a literal.</summary>
    private static AttributeValue? Read(Hole hole, ParameterValue value, Meaning meaning, ICollection<Diagnostic> found)
    {
        ValueGrammar grammar = ValueGrammar.Of(hole.Attribute.Type);
        if (meaning == Meaning.Libvirt && hole.Attribute.Field == Field.VlanEncapsulatedType
            && CNumber.TryReadUnsigned(value.Text, 16, out uint type))
        {
            return new NumberValue((ushort)type); // quirk 19: ebtables reads every digit as hexadecimal
        }

        ParsedValue parsed = grammar.Parse(hole.Attribute, value.Text);
        if (parsed.Value is null)
        {
            found.Add(TemplateErrors.NotAValue(value.Position, hole, value.Text, $"it takes {grammar.Describe(hole.Attribute)}",
                meaning == Meaning.Libvirt ? "libvirt would paste the text into a firewall command" : null));
        }

        return parsed.Value;
    }
}
