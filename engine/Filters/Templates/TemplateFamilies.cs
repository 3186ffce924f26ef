using System.Collections.Concurrent;
using System.Collections.Immutable;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Templates;

/// <summary>The programs made of one template: those whose rules are repeated equally often differ in values only.</summary>
internal sealed class TemplateFamilies
{
    private readonly ConcurrentDictionary<string, ProgramFamily> _families = new(StringComparer.Ordinal);

    /// <param name="filled">Every open rule of the template, in order.</param>
    public PortProgram Member(Template template, FilledRule[] filled)
    {
        string key = KeyOf(filled);
        if (!_families.TryGetValue(key, out ProgramFamily? family))
        {
            family = _families.GetOrAdd(key, Found(template, filled));
        }

        return new(family, ValuesOf(filled));
    }

    /// <summary>What members have in common beside the template; the empty text for the plainest and most frequent case.</summary>
    private static string KeyOf(FilledRule[] filled) =>
        Array.TrueForAll(filled, rule => rule.Rows.Length == 1 && rule.Rule.AsksForValuesOnly)
            ? ""
            : string.Join('\n', filled.Select(rule => rule.Rule.AsksForValuesOnly
                ? $"{rule.Rows.Length}"
                : string.Join('\r', rule.Close().Select(closed => string.Join(' ', closed.Conditions)))));

    private static ImmutableArray<UInt128> ValuesOf(FilledRule[] filled)
    {
        ImmutableArray<UInt128>.Builder values = ImmutableArray.CreateBuilder<UInt128>();
        foreach (FilledRule rule in filled)
        {
            if (rule.Rule.AsksForValuesOnly)
            {
                foreach (ImmutableArray<Model.AttributeValue> row in rule.Rows)
                {
                    foreach (Model.AttributeValue value in row)
                    {
                        values.Add(ConditionParts.Bits(value));
                    }
                }
            }
        }

        return values.DrainToImmutable();
    }

    /// <summary>The family whose first member this is.</summary>
    private static ProgramFamily Found(Template template, FilledRule[] filled)
    {
        Dictionary<TemplateRule, ImmutableArray<Rule>> closed = new(ReferenceEqualityComparer.Instance);
        ImmutableArray<OpenComparison>.Builder open = ImmutableArray.CreateBuilder<OpenComparison>();
        int value = 0;
        foreach (FilledRule rule in filled)
        {
            closed[rule.Rule] = [.. rule.Close()];
            foreach (Rule one in rule.Rule.AsksForValuesOnly ? closed[rule.Rule] : [])
            {
                open.AddRange(rule.Rule.Holes.Select(hole => new OpenComparison(one, hole.Condition, value++)));
            }
        }

        FilterProgram example = new(
            template.Meaning, Close(template.EthernetFromGuest), Close(template.EthernetToGuest), CloseIp(template.Ipv4), CloseIp(template.Ipv6));
        return new(example, open.ToImmutable());

        IpStages? CloseIp(TemplateIpStages? stages) => stages is null ? null
            : new(Close(stages.FromGuestForwarded)!, Close(stages.ToGuestForwarded)!, Close(stages.FromGuestToHost)!);

        Stage? Close(TemplateStage? stage) => stage is null ? null : new([.. stage.Chains.Select(chain => new Chain(
            chain.Name, [.. chain.Rules.SelectMany(rule => closed.TryGetValue(rule, out ImmutableArray<Rule> rules) ? rules : [rule.Shape])], chain.End))]);
    }
}
