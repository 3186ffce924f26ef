using System.Runtime.CompilerServices;
using Lab.Engine.State;

namespace Lab.Engine.Programs;

/// <summary>Counts connections per rule and source, as xt_connlimit does (net/netfilter/nf_conncount.c).</summary>
/// <remarks>
/// Each rule keeps a list for every source that reached it. A packet adds its connection, if it is not there; whatever
/// the tracker no longer knows, or knows as closing, is taken off before counting.
/// </remarks>
public sealed class ConnectionCounts(ConnectionTracker tracker) : IConnectionCounts
{
    private readonly ConditionalWeakTable<ConnectionLimitAbove, Dictionary<(bool IsIpv6, UInt128 Source), List<FlowKey>>> _lists = [];
    private FlowKey? _current;

    /// <summary>Which packet the next questions are about; one without a connection counts by its own addresses.</summary>
    public void Now(in TrackingResult packet, ReadOnlySpan<byte> frame) => _current = packet.Connection is { } connection
        ? packet.Direction == ConnectionDirection.Original ? connection.Original : connection.Reply
        : FlowKey.TryRead(frame, out FlowKey own) ? own : null;

    /// <inheritdoc/>
    public int Count(ConnectionLimitAbove condition)
    {
        if (_current is not { } flow)
        {
            return 0;
        }

        Dictionary<(bool, UInt128), List<FlowKey>> sources = _lists.GetOrCreateValue(condition);
        if (!sources.TryGetValue((flow.IsIpv6, flow.Source), out List<FlowKey>? flows))
        {
            sources[(flow.IsIpv6, flow.Source)] = flows = [];
        }

        _ = flows.RemoveAll(known => known != flow && IsGone(known));
        if (!flows.Contains(flow))
        {
            flows.Add(flow);
        }

        return flows.Count;
    }

    /// <summary>already_closed in nf_conncount.c: a TCP connection in time-wait or close counts no longer.</summary>
    private bool IsGone(in FlowKey flow) => tracker.Find(flow) is not { } connection
        || connection.TcpState is TcpState.TimeWait or TcpState.Close;
}
