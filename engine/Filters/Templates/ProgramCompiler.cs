using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Templates;

/// <summary>From a filter tree to a program: <c>tree -> template -> program</c> (design.md section 4).</summary>
public static class ProgramCompiler
{
    /// <summary>Resolves the tree under a filter; the result serves every interface that uses that filter.</summary>
    /// <param name="filters">The definitions that references may name, by name.</param>
    public static TemplateResult Resolve(
        IReadOnlyDictionary<string, FilterDefinition> filters, string filter, Meaning meaning = Meaning.Libvirt)
    {
        if (!filters.TryGetValue(filter, out FilterDefinition? top))
        {
            return new(null, [TemplateErrors.MissingFilter(new(filter, 0, 0), filter)]);
        }

        List<Diagnostic> found = [];
        ImmutableArray<TreeRule> rules = new FilterTree(filters, meaning, found).Flatten(top);
        WarnOfNames(rules, meaning, found);
        (TemplateStage? fromGuest, TemplateStage? toGuest) = new EthernetStages(rules, meaning, found).Build();
        TemplateIpStages? ipv4 = new IpStageBuilder(ProtocolLayer.Ipv4, rules, meaning, found).Build();
        TemplateIpStages? ipv6 = new IpStageBuilder(ProtocolLayer.Ipv6, rules, meaning, found).Build();
        ImmutableArray<Diagnostic> distinct = [.. found.Distinct()];
        bool failed = distinct.Any(d => d.Severity == Severity.Error);
        return new(failed ? null : new(filter, meaning, fromGuest, toGuest, ipv4, ipv6, distinct), distinct);
    }

    /// <summary>Resolves the tree and closes it for one interface.</summary>
    public static CompileResult Compile(
        IReadOnlyDictionary<string, FilterDefinition> filters, string filter, MacAddress mac, ParameterSet parameters,
        Meaning meaning = Meaning.Libvirt)
    {
        TemplateResult resolved = Resolve(filters, filter, meaning);
        if (resolved.Template is null)
        {
            return new(null, resolved.Diagnostics);
        }

        CompileResult closed = Instantiation.Of(resolved.Template, mac, parameters);
        return closed with { Diagnostics = [.. resolved.Diagnostics, .. closed.Diagnostics] };
    }

    /// <summary>Quirk 44 is in the content of one stock filter and can only be told by its name.</summary>
    private static void WarnOfNames(ImmutableArray<TreeRule> rules, Meaning meaning, List<Diagnostic> found)
    {
        const string Name = "no-ipv6-spoofing";
        if (meaning == Meaning.Libvirt && rules.FirstOrDefault(r => r.Filter.Name == Name) is { } rule)
        {
            found.Add(QuirkRegister.Of(Quirk.NoIpv6SpoofingBlocksNeighbourDiscovery).Warn(rule.Filter.Position,
                "the guest cannot resolve its neighbours' addresses",
                "accept ICMPv6 from fe80::/10 and :: in the same chain, at a lower priority"));
        }
    }
}
