using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Values;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Templates;

/// <summary>Closes a template with the parameters of one interface.</summary>
public sealed class Instantiation
{
    private readonly Template _template;
    private readonly List<Diagnostic> _found = [];

    private Instantiation(Template template, ParameterSet parameters) => (_template, Parameters) = (template, parameters);

    private ParameterSet Parameters { get; }

    /// <summary>The program of one interface; warnings are the template's, not repeated here.</summary>
    /// <param name="parameters">The binding's own; <c>MAC</c> is added when it is not among them.</param>
    public static CompileResult Of(Template template, MacAddress mac, ParameterSet parameters)
    {
        Instantiation run = new(template, Complete(parameters, mac, template.Meaning));
        ImmutableArray<VariableReference> open = Unresolved(template, run.Parameters);
        if (!open.IsEmpty)
        {
            SourcePosition first = template.Stages.SelectMany(s => s.Chains).SelectMany(c => c.Rules)
                .SelectMany(r => r.Holes).FirstOrDefault(h => open.Contains(h.Variable))?.Use ?? default;
            return new(null, [TemplateErrors.Unresolved(first, open)]) { Unresolved = open };
        }

        FilterProgram program = new(
            template.Meaning,
            run.Close(template.EthernetFromGuest), run.Close(template.EthernetToGuest),
            run.Close(template.Ipv4), run.Close(template.Ipv6));
        return new(run._found.Count == 0 ? program : null, [.. run._found.Distinct()]);
    }

    /// <summary>The parameters as the tree sees them, the automatic ones included (nwfilter.md sections 3.4, 3.5).</summary>
    public static ParameterSet Complete(ParameterSet parameters, MacAddress mac, Meaning meaning)
    {
        ParameterSet complete = parameters.Over(ParameterSet.Empty.Append("MAC", new(mac.ToString(), Binding)));
        return meaning == Meaning.Strict && complete.Values.TryGetValue("DHCPSERVER", out ImmutableArray<ParameterValue> server)
            ? complete.Over(new(ParameterSet.Empty.Values.Add("DHCPSERVERV6", server))) // quirk 43
            : complete;
    }

    /// <summary>Distinct references without a value, in the order of their use; exactly <c>{IP}</c> is a case for learning.</summary>
    public static ImmutableArray<VariableReference> Unresolved(Template template, ParameterSet complete) =>
        [.. template.Stages.SelectMany(s => s.Chains).SelectMany(c => c.Rules).SelectMany(r => r.Expansion.Unresolved(complete)).Distinct()];

    /// <summary>The values that fill the holes of one rule, row by row; what could not be read is reported and left out.</summary>
    /// <param name="complete">From <see cref="Complete"/>, with nothing <see cref="Unresolved"/>.</param>
    public static ImmutableArray<ImmutableArray<AttributeValue>> Fillings(
        TemplateRule rule, ParameterSet complete, Meaning meaning, ICollection<Diagnostic> found)
    {
        var rows = rule.Expansion.Rows(complete, meaning, found);
        return [.. rows.Select(row => ImmutableArray.Create(
                [.. rule.Holes.Select(hole => Read(hole, row[hole.Column], meaning, found)).OfType<AttributeValue>()]))
            .Where(filling => filling.Length == rule.Holes.Length)];
    }

    /// <summary>The rule with its holes filled.</summary>
    public static Rule Fill(TemplateRule rule, ImmutableArray<AttributeValue> filling)
    {
        if (rule.Holes.IsEmpty)
        {
            return rule.Shape;
        }

        Condition[] conditions = [.. rule.Shape.Conditions];
        for (int i = 0; i < filling.Length; i++)
        {
            Hole hole = rule.Holes[i];
            conditions[hole.Condition] = ConditionParts.Fill(conditions[hole.Condition], hole.Part, filling[i]);
        }

        return rule.Shape with { Conditions = [.. conditions.Select(ConditionParts.Settle)] };
    }

    private IpStages? Close(TemplateIpStages? stages) => stages is null ? null
        : new(Close(stages.FromGuestForwarded)!, Close(stages.ToGuestForwarded)!, Close(stages.FromGuestToHost)!);

    private Stage? Close(TemplateStage? stage) => stage is null ? null
        : new([.. stage.Chains.Select(chain => new Chain(chain.Name, [.. chain.Rules.SelectMany(Close)], chain.End))]);

    private IEnumerable<Rule> Close(TemplateRule rule) => rule.Holes.IsEmpty && rule.Expansion.References.IsEmpty ? [rule.Shape] : CloseEach(rule);

    private IEnumerable<Rule> CloseEach(TemplateRule rule)
    {
        foreach (ImmutableArray<AttributeValue> filling in Fillings(rule, Parameters, _template.Meaning, _found))
        {
            Rule closed = Fill(rule, filling);
            if (rule.Holes.FirstOrDefault(h => ConditionParts.ReversedRange(closed.Conditions[h.Condition]) is not null) is { } hole)
            {
                _found.Add(TemplateErrors.ReversedRange(hole.Use, hole.Attribute.Name));
            }

            bool ip = !closed.Conditions.Any(condition => condition is FieldEquals { Field: Field.EtherType });
            foreach (Hole open in rule.Holes)
            {
                if (_template.Meaning == Meaning.Libvirt && ConditionParts.RefusedByTools(closed.Conditions[open.Condition], ip) is { } reason)
                {
                    _found.Add(TemplateErrors.RefusedByTools(open.Use, open.Attribute.Name, reason));
                }
            }

            yield return closed;
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

    /// <summary>Where a value comes from that no document gave.</summary>
    private static readonly SourcePosition Binding = new("binding", 0, 0);
}
