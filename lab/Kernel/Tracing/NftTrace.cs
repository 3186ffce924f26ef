using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Engine.Interop.Netlink;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Kernel.Tracing;

/// <summary>A trace of the nft lowering: every base chain is a stage, and the devices tell the port.</summary>
/// <param name="kernel">Borrowed: it stays the caller's.</param>
/// <param name="backend">Which loads the policies.</param>
/// <param name="tracing">What sets packets' trace bits.</param>
internal sealed class NftTrace(KernelFirewall kernel, NftBackend backend, TraceSwitch tracing)
    : KernelTrace(kernel, tracing, [new(NftTraceEvent.BridgeFamily, "bridge", BridgeRuleset.TableName)])
{
    private readonly Dictionary<uint, OpenWalk> _open = [];
    private ImmutableDictionary<int, TracedPort> _ports = ImmutableDictionary<int, TracedPort>.Empty;

    protected override void Learn(ImmutableArray<PortPolicy> policies, IEnumerable<(InterfaceName Device, GuestName Guest)> ports)
    {
        BridgeRuleset ruleset = backend.Lower(policies).Value!; // it has been loaded
        HashSet<InterfaceName> ruled = [.. policies.Select(policy => policy.Device)];
        _ports = Kernel.Space.Run(() => ports.ToImmutableDictionary(port => DeviceIndex.Of(port.Device), port => new TracedPort(port.Guest, new(() =>
            ruled.Contains(port.Device) ? ruleset.SpansOf(port.Device) : ImmutableDictionary<RulePlace, RuleSpan>.Empty))));
    }

    protected override OpenWalk? Take(NftTraceEvent traced, RulePlace? at)
    {
        if (traced.EntersHook)
        {
            _open[traced.Packet] = Begin(traced);
        }

        return _open.TryGetValue(traced.Packet, out OpenWalk? walk) && walk.Take(traced, at) && _open.Remove(traced.Packet) ? walk : null;
    }

    /// <summary>A walk belongs to the port that is asked.</summary>
    private OpenWalk Begin(NftTraceEvent traced)
    {
        FilterPlace? place = BridgeRuleset.PlaceOf(traced.Chain);
        int asked = place is FilterPlace.ToGuest or FilterPlace.ToGuestForwarded ? traced.Egress : traced.Ingress;
        return new(place, _ports.GetValueOrDefault(asked), traced.Headers);
    }
}
