using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Engine.Interop.Netlink;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Nftables;
using Lab.Testbeds;

namespace Lab.Kernel.Tracing;

/// <summary>Which rules of the ports' programs the kernel walked, from nftrace.</summary>
/// <remarks>
/// An event names a rule by its handle; a listing says where in its chain that rule stands, and the lowering what stands
/// there.
/// </remarks>
/// <param name="kernel">Borrowed: it stays the caller's.</param>
/// <param name="backend">Which loads the policies.</param>
/// <param name="tracing">What sets packets' trace bits.</param>
internal sealed class KernelTrace(KernelFirewall kernel, NftBackend backend, TraceSwitch tracing) : IDisposable
{
    private readonly NftTraceSocket _socket = kernel.Space.Run(static () => new NftTraceSocket());
    private readonly Dictionary<uint, OpenWalk> _open = [];
    private ImmutableArray<PortPolicy> _followed; // default: nothing yet
    private ImmutableDictionary<int, TracedPort> _ports = ImmutableDictionary<int, TracedPort>.Empty;
    private Dictionary<ulong, RulePlace> _places = [];

    /// <summary>A rule has been met that is not among those followed.</summary>
    public bool IsStale { get; private set; }

    /// <summary>Learns what the kernel holds now and forgets what it held before; tracing is on from here.</summary>
    /// <param name="policies">In force; the same object as the last time if nothing has changed since.</param>
    /// <param name="ports">Devices that are there, and whose they are; what goes to others is not told.</param>
    public void Follow(ImmutableArray<PortPolicy> policies, IEnumerable<(InterfaceName Device, GuestName Guest)> ports)
    {
        if (_followed == policies)
        {
            return;
        }

        (_followed, IsStale) = (policies, false);
        kernel.Run(new(KernelTool.Nft, tracing.Text, []));
        BridgeRuleset ruleset = backend.Lower(policies).Value!; // it has been loaded
        HashSet<InterfaceName> ruled = [.. policies.Select(policy => policy.Device)];
        _ports = kernel.Space.Run(() => ports.ToImmutableDictionary(port => DeviceIndex.Of(port.Device), port => new TracedPort(port.Guest, new(() =>
            ruled.Contains(port.Device) ? ruleset.SpansOf(port.Device) : ImmutableDictionary<RulePlace, RuleSpan>.Empty))));
        string listing = kernel.ListNft($"list table bridge {BridgeRuleset.TableName}", NftOutput.Handles | NftOutput.Stateless | NftOutput.Terse);
        _places = ListedRules.Read(listing).ToDictionary(rule => rule.Handle, rule => new RulePlace(rule.Chain, rule.Position));
    }

    /// <summary>The kernel's account of a frame that has just gone through.</summary>
    public Decision Decide(Stimulus stimulus)
    {
        ImmutableArray<StageWalk> walks = [.. Take().Select(traced => traced.Walk)];
        return new(stimulus, [.. walks.SelectMany(WalkWords.Lines)]) { Verdicts = [.. walks.Select(WalkWords.Verdict)], Walks = walks };
    }

    /// <returns>False when no frame was traced in time.</returns>
    public bool Wait(TimeSpan atMost) => _socket.Wait(atMost);

    /// <summary>The walks that have ended since the last call, each with how its frame begins.</summary>
    public ImmutableArray<(StageWalk Walk, ReadOnlyMemory<byte> Frame)> Take()
    {
        ImmutableArray<(StageWalk, ReadOnlyMemory<byte>)>.Builder walks = ImmutableArray.CreateBuilder<(StageWalk, ReadOnlyMemory<byte>)>();
        while (_socket.TryRead() is { } traced)
        {
            if (traced is { Family: NftTraceEvent.BridgeFamily, Table: BridgeRuleset.TableName } && Take(traced) is { } done)
            {
                walks.Add(done);
            }
        }

        return walks.ToImmutable();
    }

    public void Dispose() => _socket.Dispose();

    /// <returns>The walk that this event ends; null for none, and for one that no port with a filter was asked on.</returns>
    private (StageWalk, ReadOnlyMemory<byte>)? Take(NftTraceEvent traced)
    {
        if (traced.EntersHook)
        {
            _open[traced.Packet] = Begin(traced);
        }

        bool known = _places.TryGetValue(traced.Handle, out RulePlace place);
        IsStale |= !known && traced.Handle != 0;
        if (!_open.TryGetValue(traced.Packet, out OpenWalk? walk) || !walk.Take(traced, known ? place : null))
        {
            return null;
        }

        _open.Remove(traced.Packet);
        return walk.Close() is { } done ? (done, walk.Frame) : null;
    }

    /// <summary>A walk belongs to the port that is asked; what goes to the marker's port is nobody's.</summary>
    private OpenWalk Begin(NftTraceEvent traced)
    {
        FilterPlace? place = BridgeRuleset.PlaceOf(traced.Chain);
        bool toNobody = traced.Egress != 0 && !_ports.ContainsKey(traced.Egress);
        int asked = place is FilterPlace.ToGuest or FilterPlace.ToGuestForwarded ? traced.Egress : traced.Ingress;
        return new(place, toNobody ? null : _ports.GetValueOrDefault(asked), traced.Headers);
    }
}

/// <param name="Spans">What the rules of its chains stand for; empty without a filter.</param>
internal sealed record TracedPort(GuestName Guest, Lazy<ImmutableDictionary<RulePlace, RuleSpan>> Spans);
