using Lab.Engine.Packets;

namespace Lab.Engine.State;

/// <summary>What became of a segment.</summary>
internal enum TcpVerdict
{
    Invalid,

    /// <summary>Passes with the connection's state, changes nothing.</summary>
    Ignored,
    Accepted,

    /// <summary>A SYN reopens what is closed: forget the entry and look again.</summary>
    Reopened,

    /// <summary>A reset is the only answer there was: the entry goes at once.</summary>
    Refused,
}

/// <summary>The TCP part of an entry: the state machine of nf_conntrack_proto_tcp.c.</summary>
/// <remarks>With the defaults of a kernel: tcp_loose = 1, tcp_be_liberal = 0, tcp_max_retrans = 3.</remarks>
internal sealed class TcpConnection
{
    private const int MostRetransmissions = 3;

    private static readonly TimeSpan Retransmitting = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan Unacknowledged = TimeSpan.FromSeconds(300);

    private readonly TcpSide[] _sides = [new(), new()];
    private (TcpSegmentKind Kind, ConnectionDirection Direction, TcpNumbers Numbers) _last = (TcpSegmentKind.None, default, new(0, 0, 0, 1));
    private int _retransmissions;

    public TcpState State { get; private set; }

    /// <summary>Begins tracking with the first segment of a flow; false when no flow begins like that.</summary>
    public bool TryBegin(in TcpView segment, int length)
    {
        TcpState first = TcpTransitions.Next(ConnectionDirection.Original, TcpTransitions.KindOf(segment.Flags), TcpState.None);
        if (first == TcpTransitions.Invalid)
        {
            return false;
        }

        TcpSide sender = _sides[0];
        sender.End = TcpNumbers.Of(segment, length).End;
        sender.MaximumWindow = Math.Max(1u, segment.Window);
        sender.MaximumEnd = sender.End;
        if (first == TcpState.SynSent)
        {
            sender.ReadOptions(segment);
        }
        else
        {
            // Picked up in the middle: nothing is known of scaling, so windows are not held against anybody.
            sender.MaximumEnd += sender.MaximumWindow;
            sender.AllowsSack = _sides[1].AllowsSack = true;
            sender.Liberal = _sides[1].Liberal = true;
        }

        return true;
    }

    /// <param name="length">Header, options and payload in bytes.</param>
    public TcpVerdict Accept(in TcpView segment, int length, ConnectionDirection direction, Connection connection, TimeSpan now)
    {
        TcpSegmentKind kind = TcpTransitions.KindOf(segment.Flags);
        TcpState old = State;
        TcpState next = TcpTransitions.Next(direction, kind, old);
        if (next == TcpTransitions.Invalid)
        {
            return TcpVerdict.Invalid;
        }

        if (next == TcpState.SynSent && old >= TcpState.TimeWait)
        {
            if (_sides[0].BeganClose || _sides[1].BeganClose || (_last.Direction == direction && _last.Kind == TcpSegmentKind.Rst))
            {
                return TcpVerdict.Reopened;
            }

            next = TcpTransitions.Ignored;
        }

        if (next == TcpTransitions.Ignored && !Resynchronises(kind, direction, segment, ref old, ref next))
        {
            _last = (kind, direction, TcpNumbers.Of(segment, length));
            return TcpVerdict.Ignored;
        }

        if (next == TcpState.Close && kind == TcpSegmentKind.Rst)
        {
            ResetKind reset = JudgeReset(segment, direction, connection);
            if (reset == ResetKind.Invalid)
            {
                return TcpVerdict.Invalid;
            }

            next = reset == ResetKind.Inexact ? old : next;
            if (reset == ResetKind.Unquestioned)
            {
                return Enter(next, old, segment, kind, direction, connection, now);
            }
        }

        TcpVerdict window = TcpWindow.Check(
            State, _sides[(int)direction], _sides[1 - (int)direction], segment, direction, TcpNumbers.Of(segment, length), out TcpNumbers? held);
        if (held is { } numbers && kind == TcpSegmentKind.Ack)
        {
            CountRetransmissions(direction, numbers);
        }

        return window == TcpVerdict.Accepted ? Enter(next, old, segment, kind, direction, connection, now) : window;
    }

    /// <summary>A SYN+ACK that answers a SYN which was let through although it did not fit: the ends know better than we.</summary>
    private bool Resynchronises(
        TcpSegmentKind kind, ConnectionDirection direction, in TcpView segment, ref TcpState old, ref TcpState next)
    {
        if (kind != TcpSegmentKind.SynAck || _last.Kind != TcpSegmentKind.Syn || _last.Direction == direction
            || segment.Acknowledgement != _last.Numbers.End)
        {
            return false;
        }

        TcpSide other = _sides[(int)_last.Direction];
        (other.End, other.MaximumEnd, other.MaximumWindow) = (_last.Numbers.End, _last.Numbers.End, Math.Max(1, _last.Numbers.Window));
        other.Scale = 0;
        other.AllowsSack = false;
        TcpSide own = _sides[(int)direction];
        own.End = own.MaximumEnd = own.MaximumWindow = 0;
        (old, next) = (TcpState.SynSent, TcpState.SynReceived);
        return true;
    }

    private enum ResetKind
    {
        Exact,

        /// <summary>In window, but not the byte that is expected: a challenge, the state stays.</summary>
        Inexact,

        /// <summary>Answers something that we only let through; no window to check.</summary>
        Unquestioned,
        Invalid,
    }

    private ResetKind JudgeReset(in TcpView segment, ConnectionDirection direction, Connection connection)
    {
        if (State is TcpState.FinWait or TcpState.LastAck or TcpState.TimeWait or TcpState.Close or TcpState.CloseWait)
        {
            return ResetKind.Unquestioned; // tcp_can_early_drop
        }

        TcpSide peer = _sides[1 - (int)direction];
        ResetKind found = ResetKind.Exact;
        if (peer.MaximumAck is { } acknowledged && _last.Kind != TcpSegmentKind.Syn)
        {
            bool established = State == TcpState.Established;
            if (segment.Sequence == 0 && !established)
            {
                return ResetKind.Exact;
            }

            if (TcpNumbers.Before(segment.Sequence, acknowledged))
            {
                return ResetKind.Invalid;
            }

            if (!established || segment.Sequence == acknowledged
                || (_last.Kind == TcpSegmentKind.Ack && _last.Direction == direction && segment.Sequence == _last.Numbers.End))
            {
                return ResetKind.Exact;
            }

            found = ResetKind.Inexact;
        }

        bool answersLetThrough = ((connection.SeenReply && _last.Kind == TcpSegmentKind.Syn)
            || (!connection.Assured && _last.Kind == TcpSegmentKind.Ack)) && segment.Acknowledgement == _last.Numbers.End;
        return answersLetThrough || AnswersHalfOpen(segment, direction, connection) ? ResetKind.Unquestioned : found;
    }

    /// <summary>Who gets an acknowledgement of what it never sent resets with the number that was acknowledged (RFC 9293 section
    /// 3.10.7.3). Seen on Linux 6.18: with that number the reset passes, whatever else it says, and with another it is invalid.</summary>
    private bool AnswersHalfOpen(in TcpView segment, ConnectionDirection direction, Connection connection) =>
        !connection.Assured && _last.Kind == TcpSegmentKind.Ack && _last.Direction != direction && segment.Sequence == _last.Numbers.Acknowledgement;

    private TcpVerdict Enter(
        TcpState next, TcpState old, in TcpView segment, TcpSegmentKind kind, ConnectionDirection direction, Connection connection, TimeSpan now)
    {
        _last.Kind = kind;
        _last.Direction = direction;
        State = next;
        if (old != next && next == TcpState.FinWait)
        {
            _sides[(int)direction].BeganClose = true;
        }

        TimeSpan timeout = TimeoutOf(next, segment.Flags.Has(TcpFlags.Rst));
        if (!connection.SeenReply)
        {
            if (kind == TcpSegmentKind.Rst)
            {
                return TcpVerdict.Refused;
            }

            if (kind == TcpSegmentKind.Syn && old == TcpState.SynSent)
            {
                return TcpVerdict.Accepted; // a repeated SYN does not extend the timeout
            }

            timeout = next == TcpState.Established && timeout > Unacknowledged ? Unacknowledged : timeout;
        }
        else if (!connection.Assured && old is TcpState.SynReceived or TcpState.Established && next == TcpState.Established)
        {
            connection.Assured = true;
        }

        connection.Expires = now + timeout;
        return TcpVerdict.Accepted;
    }

    private TimeSpan TimeoutOf(TcpState state, bool reset)
    {
        TimeSpan timeout = TimeSpan.FromSeconds(state switch
        {
            TcpState.SynSent or TcpState.SynSent2 or TcpState.FinWait or TcpState.TimeWait => 120,
            TcpState.SynReceived or TcpState.CloseWait => 60,
            TcpState.Established => 432000,
            TcpState.LastAck => 30,
            _ => 10,
        });
        return _retransmissions >= MostRetransmissions && timeout > Retransmitting ? Retransmitting
            : reset ? TimeSpan.FromSeconds(10)
            : (_sides[0].Unacknowledged || _sides[1].Unacknowledged) && timeout > Unacknowledged ? Unacknowledged
            : _last.Numbers.Window == 0 && timeout > Retransmitting ? Retransmitting
            : timeout;
    }

    private void CountRetransmissions(ConnectionDirection direction, TcpNumbers numbers)
    {
        _retransmissions = (_last.Direction, _last.Numbers) == (direction, numbers) ? _retransmissions + 1 : 0;
        _last = (_last.Kind, direction, numbers);
    }
}
