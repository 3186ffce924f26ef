using Lab.Contract.Bindings;
using Lab.Contract.Testbeds;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Programs;

namespace Lab.Testbeds;

/// <summary>From a guest's filter use to the program of its port, for every testbed alike.</summary>
internal static class PortPrograms
{
    /// <exception cref="ScenarioMistakeException">The filter cannot be instantiated; positions of rules and values tell why.</exception>
    public static FilterProgram Compile(Topology topology, Guest guest)
    {
        FilterUse use = guest.Filter!;
        CompileResult result = ProgramCompiler.Compile(topology.Filters, use.Filter, guest.Mac, use.Parameters, topology.Meaning);
        FilterProgram program = result.Program ?? throw new ScenarioMistakeException(
            [.. result.Diagnostics.Where(found => found.Severity == Severity.Error)]);
        RequireSets(topology, guest, program.Ipv4, version6: false);
        RequireSets(topology, guest, program.Ipv6, version6: true);
        return program;
    }

    /// <summary>Neither iptables nor ip6tables takes a rule about a set that is not there, or is for the other's addresses.</summary>
    private static void RequireSets(Topology topology, Guest guest, IpStages? stages, bool version6)
    {
        string[] missing = stages is null ? [] :
        [
            .. new[] { stages.FromGuestForwarded, stages.ToGuestForwarded, stages.FromGuestToHost }
                .SelectMany(stage => stage.Chains).SelectMany(chain => chain.Rules).SelectMany(rule => rule.Conditions).OfType<InIpSet>()
                .Select(condition => condition.Set).Where(name => !topology.IpSets.Any(set => set.Name == name && set.Version6 == version6)).Distinct(),
        ];
        if (missing.Length > 0)
        {
            throw new ScenarioMistakeException($"the filter of {guest.Name} asks for an ipset of IPv{(version6 ? 6 : 4)} addresses that is not there: {string.Join(", ", missing)}");
        }
    }
}
