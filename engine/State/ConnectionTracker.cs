using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Engine.State;

/// <summary>
/// Connection tracking as Linux does it, on a clock of the caller's: which state and direction a packet has
/// (nwfilter.md section 4.7, switching.md section 4).
/// </summary>
/// <remarks>
/// <code>
///  frame ──> Track ──> filters ──> passed?  Confirm: a new connection enters the table
///                            └──> dropped?  nothing: a new connection is forgotten, a known one keeps what it learnt
/// </code>
/// Looking up a known flow allocates nothing. Fragments must have been put together before, as the kernel does; a piece
/// is invalid here, but for the first of an IPv6 datagram, which is looked at as if it were whole (get_l4proto in
/// nf_conntrack_core.c): some go on without the rest. No helper announces expectations. Frames that are not sound IP, and tagged ones, are never tracked.
/// </remarks>
public sealed class ConnectionTracker
{
    /// <summary>What a kernel with 4 GiB of memory takes by default (net.netfilter.nf_conntrack_max).</summary>
    public const int DefaultCapacity = 262_144;

    private static readonly TimeSpan IcmpTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UdpTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UdpStreamTimeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan UdpStreamAge = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan GenericTimeout = TimeSpan.FromSeconds(600);

    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly int _capacity;
    private readonly Dictionary<FlowKey, (Connection Connection, ConnectionDirection Direction)> _flows = [];
    private readonly LinkedList<Connection> _unassured = []; // oldest first: what a full table may evict

    /// <param name="capacity">
    /// Connections at most. The kernel, when full, looks at 8 hash buckets from a place its random hash decides and
    /// evicts what is not assured there; if nothing is, it drops the packet (early_drop in nf_conntrack_core.c). This
    /// table evicts the oldest connection that is not assured, and refuses the packet when there is none.
    /// </param>
    public ConnectionTracker(TimeProvider clock, int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_clock, _capacity, _start) = (clock, capacity, clock.GetTimestamp());
    }

    /// <summary>Confirmed connections, expired ones that nobody asked for included.</summary>
    public int Count => _flows.Count / 2;

    private TimeSpan Now => _clock.GetElapsedTime(_start);

    /// <summary>Looks a packet up and lets its connection learn from it; call it once per packet.</summary>
    public TrackingResult Track(ReadOnlySpan<byte> frame)
    {
        if (!EthernetView.TryRead(frame, out EthernetView ethernet) || ethernet.Type is not (EtherType.Ipv4 or EtherType.Ipv6)
            || !UpperLayer.TryFind(frame, out UpperLayer upper))
        {
            return TrackingResult.None;
        }

        bool version6 = ethernet.Type == EtherType.Ipv6;
        ReadOnlySpan<byte> packet = Trimmed(frame, version6);
        if (version6 && !TrySkipAuthentication(frame, ref upper))
        {
            return TrackingResult.Invalid;
        }

        if ((version6 ? upper.IsLaterFragment : upper.IsFragment) || upper.Offset > EthernetView.Length + packet.Length)
        {
            return TrackingResult.Invalid;
        }

        ReadOnlySpan<byte> payload = packet[(upper.Offset - EthernetView.Length)..];
        if (upper.Protocol == (version6 ? IpProtocol.Icmp : IpProtocol.IcmpV6))
        {
            return TrackingResult.Invalid; // each tracker asks for its own version (nf_conntrack_icmp_packet, nf_conntrack_icmpv6_packet)
        }

        bool icmp = upper.Protocol == (version6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp);
        if (!PacketSanity.IsSound(packet, version6, upper.Protocol, payload))
        {
            return TrackingResult.Invalid;
        }

        if (icmp && IcmpQueries.IsUntracked(version6, payload[0]))
        {
            return TrackingResult.Untracked;
        }

        if (icmp && IcmpQueries.IsError(version6, payload[0]))
        {
            return Related(packet, version6, payload);
        }

        FlowKey key = FlowKeys.Of(packet, version6, upper.Protocol, payload);
        return Learn(key, upper.Protocol, payload, icmp);
    }

    /// <summary>For IPv6, tracking looks behind AH, and finds nothing where a packet says that nothing follows
    /// (ipv6_skip_exthdr in net/ipv6/exthdrs_core.c).</summary>
    private static bool TrySkipAuthentication(ReadOnlySpan<byte> frame, ref UpperLayer upper)
    {
        while (upper is { Protocol: IpProtocol.Ah, IsLaterFragment: false })
        {
            if (upper.Offset + 8 > frame.Length)
            {
                return false;
            }

            // RFC 4302 section 2.2: the length counts words of four bytes, less two.
            upper = upper with { Protocol = (IpProtocol)frame[upper.Offset], Offset = upper.Offset + (frame[upper.Offset + 1] + 2) * 4 };
        }

        return upper.Protocol != IpProtocol.NoNextHeader;
    }

    /// <summary>The packet got through: its new connection enters the table. Known connections need no second confirmation.</summary>
    /// <remarks>What the host answers to a packet that it rejects confirms nothing, though it belongs to its connection. Neither direction
    /// may be another connection's.</remarks>
    public void Confirm(in TrackingResult packet)
    {
        if (packet is not { Direction: ConnectionDirection.Original, Connection: { Confirmed: false } connection }
            || Lookup(connection.Original) is not null || Lookup(connection.Reply) is not null)
        {
            return;
        }

        connection.Confirmed = true;
        _flows[connection.Original] = (connection, ConnectionDirection.Original);
        _flows[connection.Reply] = (connection, ConnectionDirection.Reply);
        connection.Unassured = _unassured.AddLast(connection);
    }

    /// <summary>The connection of a flow, in whichever direction the key looks; null if there is none or it has expired.</summary>
    public Connection? Find(in FlowKey key) => Lookup(key)?.Connection;

    /// <summary>All live connections, in no particular order.</summary>
    public IEnumerable<Connection> Connections =>
        _flows.Values.Where(flow => flow.Direction == ConnectionDirection.Original && flow.Connection.Expires > Now).Select(flow => flow.Connection);

    /// <summary>Lets an address translation say what answers will look like; before <see cref="Confirm"/> only.</summary>
    /// <exception cref="InvalidOperationException">The connection is in the table already.</exception>
    public static void ExpectReply(Connection connection, in FlowKey reply)
    {
        if (connection.Confirmed)
        {
            throw new InvalidOperationException("a confirmed connection keeps its addresses");
        }

        connection.Reply = reply;
    }

    /// <summary>Takes a connection out of the table before its time.</summary>
    public void Forget(Connection connection) => Remove(connection);

    private (Connection Connection, ConnectionDirection Direction)? Lookup(in FlowKey key)
    {
        if (!_flows.TryGetValue(key, out var flow))
        {
            return null;
        }

        if (flow.Connection.Expires > Now)
        {
            return flow;
        }

        Remove(flow.Connection);
        return null;
    }

    private TrackingResult Learn(in FlowKey key, IpProtocol protocol, ReadOnlySpan<byte> payload, bool icmp)
    {
        if (Lookup(key) is not { } flow)
        {
            return Begin(key, protocol, payload, icmp);
        }

        (Connection connection, ConnectionDirection direction) = flow;
        switch (Advance(connection, direction, protocol, payload))
        {
            case TcpVerdict.Invalid:
                return TrackingResult.Invalid;
            case TcpVerdict.Reopened:
                Remove(connection);
                return Begin(key, protocol, payload, icmp);
            case TcpVerdict.Refused:
                Remove(connection);
                break;
        }

        ConnectionStates state = direction == ConnectionDirection.Reply || connection.SeenReply
            ? ConnectionStates.Established
            : ConnectionStates.New;
        connection.SeenReply |= direction == ConnectionDirection.Reply;
        if (connection is { Assured: true, Unassured: { } node })
        {
            _unassured.Remove(node);
            connection.Unassured = null;
        }

        return new(state, direction, connection);
    }

    private TrackingResult Begin(in FlowKey key, IpProtocol protocol, ReadOnlySpan<byte> payload, bool icmp)
    {
        if (icmp && !IcmpQueries.IsQuery(key.IsIpv6, payload[0]))
        {
            return TrackingResult.Invalid;
        }

        if (Count >= _capacity && !MakeRoom())
        {
            return new(ConnectionStates.None, null, null, Refused: true);
        }

        Connection connection = new(key, Now);
        if (protocol == IpProtocol.Tcp)
        {
            connection.Tcp = new();
            if (!TcpView.TryRead(payload, out TcpView segment) || !connection.Tcp.TryBegin(segment, payload.Length))
            {
                return TrackingResult.Invalid;
            }
        }

        return Advance(connection, ConnectionDirection.Original, protocol, payload) == TcpVerdict.Invalid
            ? TrackingResult.Invalid
            : new(ConnectionStates.New, ConnectionDirection.Original, connection);
    }

    /// <summary>What the protocol makes of the packet: state and timeout.</summary>
    private TcpVerdict Advance(Connection connection, ConnectionDirection direction, IpProtocol protocol, ReadOnlySpan<byte> payload)
    {
        switch (protocol)
        {
            case IpProtocol.Tcp when connection.Tcp is { } tcp && TcpView.TryRead(payload, out TcpView segment):
                return tcp.Accept(segment, payload.Length, direction, connection, Now);
            case IpProtocol.Sctp:
                SctpState next = SctpTransitions.Next(direction, payload[12], connection.Sctp);
                if (next == SctpTransitions.Invalid)
                {
                    return TcpVerdict.Invalid;
                }

                connection.Assured |= connection.Sctp == SctpState.CookieEchoed && next == SctpState.Established;
                connection.Sctp = next;
                connection.Expires = Now + SctpTransitions.TimeoutOf(next);
                return TcpVerdict.Accepted;
            case IpProtocol.Udp or IpProtocol.UdpLite:
                // A flow that still talks both ways after two seconds is a stream (nf_conntrack_udp_packet).
                bool stream = connection.SeenReply && Now > connection.Created + UdpStreamAge;
                connection.Assured |= stream;
                connection.Expires = Now + (stream ? UdpStreamTimeout : UdpTimeout);
                return TcpVerdict.Accepted;
            default:
                connection.Expires = Now + (protocol is IpProtocol.Icmp or IpProtocol.IcmpV6 ? IcmpTimeout : GenericTimeout);
                return TcpVerdict.Accepted;
        }
    }

    /// <summary>An ICMP error belongs to the connection of the packet that it quotes (nf_conntrack_inet_error).</summary>
    private TrackingResult Related(ReadOnlySpan<byte> packet, bool version6, ReadOnlySpan<byte> message)
    {
        if (!IcmpView.TryRead(message, out IcmpView icmp) || !FlowKeys.TryReadQuoted(icmp.Payload, version6, out FlowKey quoted))
        {
            return TrackingResult.Invalid;
        }

        UInt128 destination = version6
            ? BinaryPrimitives.ReadUInt128BigEndian(packet[24..])
            : BinaryPrimitives.ReadUInt32BigEndian(packet[16..]);
        FlowKey inverted = quoted.Inverted();
        return destination == quoted.Source && Lookup(inverted) is { } flow
            ? new(ConnectionStates.Related, flow.Direction, flow.Connection)
            : TrackingResult.Invalid;
    }

    private bool MakeRoom()
    {
        TimeSpan now = Now;
        foreach (Connection expired in _flows.Values.Select(f => f.Connection).Where(c => c.Expires <= now).Distinct().ToList())
        {
            Remove(expired);
        }

        if (Count >= _capacity && _unassured.First is { } oldest)
        {
            Remove(oldest.Value);
        }

        return Count < _capacity;
    }

    private void Remove(Connection connection)
    {
        _ = _flows.Remove(connection.Original);
        _ = _flows.Remove(connection.Reply);
        if (connection.Unassured is { } node)
        {
            _unassured.Remove(node);
            connection.Unassured = null;
        }
    }

    /// <summary>The IP packet without what the frame holds behind it; bridge netfilter has cut that off before conntrack looks.</summary>
    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> frame, bool version6)
    {
        int claimed = version6
            ? Ipv6View.Length + BinaryPrimitives.ReadUInt16BigEndian(frame[(EthernetView.Length + 4)..])
            : BinaryPrimitives.ReadUInt16BigEndian(frame[(EthernetView.Length + 2)..]);
        return frame.Slice(EthernetView.Length, claimed);
    }
}
