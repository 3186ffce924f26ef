using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Kernel.Tracing;

/// <summary>Which rules of the ports' programs the kernel walked, from nftrace.</summary>
/// <remarks>
/// Every frame but markers is traced from the moment a port takes it, whatever the kernel itself sends from the moment it
/// leaves the stack. An event names a rule by its handle; a listing says where in its chain that rule stands, and the
/// lowering what stands there.
/// </remarks>
internal sealed class KernelTrace : IDisposable
{
    /// <summary>In front of every chain of ours, which begin at -300.</summary>
    private static readonly string Switch =
        $$"""
        table bridge lab-trace
        delete table bridge lab-trace
        table bridge lab-trace {
          chain arriving { type filter hook prerouting priority -400; ether saddr != {{Devices.MarkerMac}} meta nftrace set 1
          }
          chain sent { type filter hook output priority -400; meta nftrace set 1
          }
        }

        """;

    private readonly KernelFirewall _kernel;
    private readonly NftBackend _backend;
    private readonly NftTraceSocket _socket;
    private ImmutableArray<PortPolicy> _followed; // default: nothing yet
    private ImmutableDictionary<int, TracedPort> _ports = ImmutableDictionary<int, TracedPort>.Empty;
    private Dictionary<ulong, RulePlace> _places = [];

    /// <param name="kernel">Borrowed: it stays the caller's.</param>
    /// <param name="backend">Which loads the policies.</param>
    public KernelTrace(KernelFirewall kernel, NftBackend backend)
    {
        (_kernel, _backend) = (kernel, backend);
        _socket = kernel.Space.Run(static () => new NftTraceSocket());
    }

    /// <summary>Learns what the kernel holds now and forgets what it held before; tracing is on from here.</summary>
    /// <param name="policies">In force; the same object as the last time if nothing has changed since.</param>
    /// <param name="ports">Every port of the bridge that belongs to a guest, with its device.</param>
    public void Follow(ImmutableArray<PortPolicy> policies, IEnumerable<(InterfaceName Device, GuestName Guest)> ports)
    {
        if (_followed == policies)
        {
            return;
        }

        _followed = policies;
        _kernel.Run(new(KernelTool.Nft, Switch, []));
        BridgeRuleset ruleset = _backend.Lower(policies).Value!; // it has been loaded
        HashSet<InterfaceName> ruled = [.. policies.Select(policy => policy.Device)];
        _ports = _kernel.Space.Run(() => ports.ToImmutableDictionary(port => DeviceIndex.Of(port.Device), port => new TracedPort(
            port.Guest, ruled.Contains(port.Device) ? ruleset.SpansOf(port.Device) : ImmutableDictionary<RulePlace, RuleSpan>.Empty)));
        string listing = _kernel.ListNft($"list table bridge {BridgeRuleset.TableName}", NftOutput.Handles | NftOutput.Stateless | NftOutput.Terse);
        _places = ListedRules.Read(listing).ToDictionary(rule => rule.Handle, rule => new RulePlace(rule.Chain, rule.Position));
    }

    /// <summary>The kernel's account of a frame that has just gone through.</summary>
    public Decision Decide(Stimulus stimulus)
    {
        ImmutableArray<StageWalk> walks = Take();
        return new(stimulus, [.. walks.SelectMany(WalkWords.Lines)]) { Verdicts = [.. walks.Select(WalkWords.Verdict)], Walks = walks };
    }

    /// <summary>What the frames have met that have gone through since the last call.</summary>
    private ImmutableArray<StageWalk> Take()
    {
        List<StageWalk> walks = [];
        Dictionary<uint, OpenWalk> open = [];
        while (_socket.TryRead() is { } traced)
        {
            if (traced is not { Family: NftTraceEvent.BridgeFamily, Table: BridgeRuleset.TableName })
            {
                continue;
            }

            if (traced.EntersHook)
            {
                open[traced.Packet] = Begin(traced);
            }

            if (open.TryGetValue(traced.Packet, out OpenWalk? walk) && walk.Take(traced, PlaceOf(traced.Handle)))
            {
                open.Remove(traced.Packet);
                walks.AddRange(walk.Close() is { } done ? [done] : []);
            }
        }

        return [.. walks];
    }

    public void Dispose() => _socket.Dispose();

    private RulePlace? PlaceOf(ulong handle) => _places.TryGetValue(handle, out RulePlace place) ? place : null;

    /// <summary>A walk belongs to the port that is asked; what goes to the marker's port is nobody's.</summary>
    private OpenWalk Begin(NftTraceEvent traced)
    {
        FilterPlace? place = BridgeRuleset.PlaceOf(traced.Chain);
        bool toNobody = traced.Egress != 0 && !_ports.ContainsKey(traced.Egress);
        int asked = place is FilterPlace.ToGuest or FilterPlace.ToGuestForwarded ? traced.Egress : traced.Ingress;
        return new(place, toNobody ? null : _ports.GetValueOrDefault(asked));
    }
}

/// <param name="Spans">What the rules of its chains stand for; empty without a filter.</param>
internal sealed record TracedPort(GuestName Guest, ImmutableDictionary<RulePlace, RuleSpan> Spans);
