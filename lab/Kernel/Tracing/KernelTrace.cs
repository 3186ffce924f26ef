using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Engine.Interop.Netlink;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Nftables;
using Lab.Testbeds;

namespace Lab.Kernel.Tracing;

/// <summary>Which rules of the ports' programs the kernel walked, from nftrace.</summary>
/// <remarks>
/// An event names a rule by its handle; a listing says where in its chain that rule stands, and the lowering what stands
/// there. The ebtables and iptables of today keep their rules in nf_tables too.
/// </remarks>
/// <param name="kernel">Borrowed: it stays the caller's.</param>
/// <param name="tracing">What sets packets' trace bits.</param>
/// <param name="tables">Where the rules are.</param>
internal abstract class KernelTrace(KernelFirewall kernel, TraceSwitch tracing, ImmutableArray<TracedTable> tables) : IDisposable
{
    private readonly NftTraceSocket _socket = kernel.Space.Run(static () => new NftTraceSocket());
    private Dictionary<(byte Family, ulong Handle), RulePlace> _places = [];
    private ImmutableArray<PortPolicy> _followed; // default: nothing yet

    protected KernelFirewall Kernel => kernel;

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
        Learn(policies, ports);
        _places = tables.SelectMany(table => ListedRules.Read(kernel.ListNft($"list table {table.FamilyName} {table.Name}", NftOutput.Handles | NftOutput.Stateless | NftOutput.Terse))
            .Select(rule => (Key: (table.Family, rule.Handle), Place: new RulePlace(rule.Chain, rule.Position)))).ToDictionary(rule => rule.Key, rule => rule.Place);
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
            if (!tables.Any(table => table.Family == traced.Family && table.Name == traced.Table))
            {
                continue;
            }

            bool known = _places.TryGetValue((traced.Family, traced.Handle), out RulePlace place);
            IsStale |= !known && traced.Handle != 0;
            if (Take(traced, known ? place : null) is { } ended && ended.Close() is { } walk)
            {
                walks.Add((walk, ended.Frame));
            }
        }

        return walks.ToImmutable();
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Learns what the rules stand for.</summary>
    protected abstract void Learn(ImmutableArray<PortPolicy> policies, IEnumerable<(InterfaceName Device, GuestName Guest)> ports);

    /// <param name="at">Where the rule of the event stands; null for none, and for one that is not known.</param>
    /// <returns>The walk that this event ends; null for none.</returns>
    protected abstract OpenWalk? Take(NftTraceEvent traced, RulePlace? at);
}

/// <param name="Family">NFPROTO_*.</param>
/// <param name="FamilyName">The same as nft says it.</param>
internal sealed record TracedTable(byte Family, string FamilyName, string Name);

/// <param name="Spans">What the rules of its chains stand for; empty without a filter.</param>
internal sealed record TracedPort(GuestName Guest, Lazy<ImmutableDictionary<RulePlace, RuleSpan>> Spans);
