using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Interop.Netlink;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Ebiptables;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Kernel.Tracing;

/// <summary>A trace of the ebtables and iptables lowering: a jump into the root of a stage tells the stage and the port.</summary>
/// <remarks>One base chain may lead to several stages, one after the other; each ends where the packet is decided on, or met by
/// a rule of another chain.</remarks>
/// <param name="kernel">Borrowed: it stays the caller's.</param>
/// <param name="tracing">What sets packets' trace bits.</param>
internal sealed class TablesTrace(KernelFirewall kernel, TraceSwitch tracing) : KernelTrace(kernel, tracing,
[
    new(FamilyOf(TablesTool.Ebtables), "bridge", "nat"), new(FamilyOf(TablesTool.Iptables), "ip", "filter"), new(FamilyOf(TablesTool.Ip6tables), "ip6", "filter"),
])
{
    private readonly Dictionary<uint, ReadOnlyMemory<byte>> _frames = [];
    private readonly Dictionary<uint, (OpenWalk Walk, TracedStage Stage)> _open = [];
    private Dictionary<(byte Family, string Root), TracedStage> _stages = [];

    /// <param name="Chains">The names of its chains in the kernel.</param>
    private sealed record TracedStage(FilterPlace Place, TracedPort Port, ImmutableHashSet<string> Chains);

    protected override void Learn(ImmutableArray<PortPolicy> policies, IEnumerable<(InterfaceName Device, GuestName Guest)> ports)
    {
        Dictionary<InterfaceName, GuestName> guests = ports.ToDictionary(port => port.Device, port => port.Guest);
        _stages = policies.SelectMany(policy => EbiptablesLowering.Lower(policy).Value!.Chains // they have been loaded
                .GroupBy(chain => (Family: FamilyOf(chain.Tool), chain.Place)).Select(stage => (stage.Key, Guest: guests[policy.Device], Chains: stage.ToArray())))
            .ToDictionary(stage => (stage.Key.Family, stage.Chains[0].Name), stage => new TracedStage(
                stage.Key.Place, new(stage.Guest, new(() => SpansOf(stage.Chains))), [.. stage.Chains.Select(chain => chain.Name)]));
    }

    protected override OpenWalk? Take(NftTraceEvent traced, RulePlace? at)
    {
        if (traced.EntersHook)
        {
            _frames[traced.Packet] = traced.Headers;
        }

        OpenWalk? ended = null;
        if (_open.TryGetValue(traced.Packet, out (OpenWalk Walk, TracedStage Stage) under)
            && (under.Stage.Chains.Contains(traced.Chain) ? under.Walk.Take(traced, at) : under.Walk.Leave()))
        {
            _open.Remove(traced.Packet);
            ended = under.Walk;
        }

        if (_stages.TryGetValue((traced.Family, traced.Target), out TracedStage? entered))
        {
            _open[traced.Packet] = (new(entered.Place, entered.Port, _frames.GetValueOrDefault(traced.Packet)) { IsAsked = true }, entered);
        }

        return ended;
    }

    private static byte FamilyOf(TablesTool tool) => tool switch
    {
        TablesTool.Ebtables => NftTraceEvent.BridgeFamily,
        TablesTool.Iptables => NftTraceEvent.Ipv4Family,
        _ => NftTraceEvent.Ipv6Family,
    };

    private static ImmutableDictionary<RulePlace, RuleSpan> SpansOf(IEnumerable<TablesChain> chains) => chains.SelectMany(chain =>
            Enumerable.Range(0, chain.Rules.Length).Select(i => KeyValuePair.Create(new RulePlace(chain.Name, i), new RuleSpan(chain.ProgramChain, i, 1))))
        .ToImmutableDictionary();
}
