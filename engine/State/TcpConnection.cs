using System.Buffers.Binary;
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

/// <summary>The TCP part of an entry: state machine and window tracking of nf_conntrack_proto_tcp.c.</summary>
/// <remarks>
/// With the defaults of a kernel: tcp_loose = 1, tcp_be_liberal = 0, tcp_max_retrans = 3. Formulas as in
/// switching.md section 4.3; names of tests A to D as there.
/// </remarks>
internal sealed class TcpConnection
{
    private const int MostRetransmissions = 3;
    private const uint LeastAckWindow = 66000; // MAXACKWINCONST

    private static readonly TimeSpan Retransmitting = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan Unacknowledged = TimeSpan.FromSeconds(300);

    private readonly Side[] _sides = [new(), new()];
    private (TcpSegmentKind Kind, ConnectionDirection Direction, uint Sequence, uint Acknowledgement, uint End, uint Window) _last =
        (TcpSegmentKind.None, default, 0, 0, 0, 1);
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

        Side sender = _sides[0];
        sender.End = EndOf(segment, length);
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
            _last = (kind, direction, segment.Sequence, segment.Acknowledgement, EndOf(segment, length), segment.Window);
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

        TcpVerdict window = CheckWindow(segment, length, kind, direction);
        return window == TcpVerdict.Accepted ? Enter(next, old, segment, kind, direction, connection, now) : window;
    }

    /// <summary>A SYN+ACK that answers a SYN which was let through although it did not fit: the ends know better than we.</summary>
    private bool Resynchronises(
        TcpSegmentKind kind, ConnectionDirection direction, in TcpView segment, ref TcpState old, ref TcpState next)
    {
        if (kind != TcpSegmentKind.SynAck || _last.Kind != TcpSegmentKind.Syn || _last.Direction == direction
            || segment.Acknowledgement != _last.End)
        {
            return false;
        }

        Side other = _sides[(int)_last.Direction];
        (other.End, other.MaximumEnd, other.MaximumWindow) = (_last.End, _last.End, Math.Max(1, _last.Window));
        other.Scale = 0;
        other.AllowsSack = false;
        Side own = _sides[(int)direction];
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

        Side peer = _sides[1 - (int)direction];
        ResetKind found = ResetKind.Exact;
        if (peer.MaximumAck is { } acknowledged && _last.Kind != TcpSegmentKind.Syn)
        {
            bool established = State == TcpState.Established;
            if (segment.Sequence == 0 && !established)
            {
                return ResetKind.Exact;
            }

            if (Before(segment.Sequence, acknowledged))
            {
                return ResetKind.Invalid;
            }

            if (!established || segment.Sequence == acknowledged
                || (_last.Kind == TcpSegmentKind.Ack && _last.Direction == direction && segment.Sequence == _last.End))
            {
                return ResetKind.Exact;
            }

            found = ResetKind.Inexact;
        }

        bool answersLetThrough = ((connection.SeenReply && _last.Kind == TcpSegmentKind.Syn)
            || (!connection.Assured && _last.Kind == TcpSegmentKind.Ack)) && segment.Acknowledgement == _last.End;
        return answersLetThrough || AnswersHalfOpen(segment, direction, connection) ? ResetKind.Unquestioned : found;
    }

    /// <summary>Who gets an acknowledgement of what it never sent resets with the number that was acknowledged (RFC 9293 section
    /// 3.10.7.3). Seen on Linux 6.18: with that number the reset passes, whatever else it says, and with another it is invalid.</summary>
    private bool AnswersHalfOpen(in TcpView segment, ConnectionDirection direction, Connection connection) =>
        !connection.Assured && _last.Kind == TcpSegmentKind.Ack && _last.Direction != direction && segment.Sequence == _last.Acknowledgement;

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
            : _last.Window == 0 && timeout > Retransmitting ? Retransmitting
            : timeout;
    }

    /// <summary>tcp_in_window: does the segment lie where the two ends allow it?</summary>
    private TcpVerdict CheckWindow(in TcpView segment, int length, TcpSegmentKind kind, ConnectionDirection direction)
    {
        Side sender = _sides[(int)direction], receiver = _sides[1 - (int)direction];
        uint sequence = segment.Sequence, acknowledgement = segment.Acknowledgement, window = segment.Window;
        uint end = EndOf(segment, length);
        uint selective = receiver.AllowsSack ? HighestSack(segment, acknowledgement) : acknowledgement;
        bool syn = segment.Flags.Has(TcpFlags.Syn), ack = segment.Flags.Has(TcpFlags.Ack), rst = segment.Flags.Has(TcpFlags.Rst);

        if (sender.MaximumWindow == 0)
        {
            if (syn)
            {
                sender.Begin(receiver, segment, end, direction);
                if (!ack)
                {
                    return TcpVerdict.Accepted; // simultaneous open
                }
            }
            else
            {
                sender.End = end;
                sender.MaximumWindow = Math.Max(1, window << sender.Scale);
                sender.MaximumEnd = end + sender.MaximumWindow;
                if (receiver.MaximumWindow == 0)
                {
                    receiver.End = receiver.MaximumEnd = selective;
                }
                else if (selective == receiver.End + 1)
                {
                    receiver.End++; // likely the answer to a keepalive
                }
            }
        }
        else if (syn && After(end, sender.End) && State is TcpState.SynSent or TcpState.SynReceived)
        {
            sender.Begin(receiver, segment, end, direction);
            if (direction == ConnectionDirection.Reply && !ack)
            {
                return TcpVerdict.Accepted;
            }
        }

        if (!ack || (rst && acknowledgement == 0))
        {
            acknowledgement = selective = receiver.End; // as good as none: pretend it fits
        }

        if (rst && sequence == 0 && State == TcpState.SynSent)
        {
            sequence = end = sender.End; // answers a SYN
        }

        uint ackWindow = Math.Max(LeastAckWindow, sender.MaximumWindow);
        bool ackNotTooHigh = !After(selective, receiver.End); // test B
        bool ackNotTooLow = After(selective, receiver.End - ackWindow - 1); // test D
        TcpVerdict outside = sender.Liberal || receiver.Liberal ? TcpVerdict.Accepted : TcpVerdict.Invalid;
        if (After(sequence, sender.MaximumEnd)) // test A
        {
            uint overshoot = end - sender.MaximumEnd + 1;
            bool near = receiver.MaximumWindow != 0 && overshoot <= receiver.MaximumWindow;
            return near && ackNotTooHigh && ackNotTooLow ? TcpVerdict.Ignored : outside;
        }

        if (!ackNotTooHigh)
        {
            return outside;
        }

        bool notOld = receiver.MaximumWindow == 0 || After(end, sender.End - receiver.MaximumWindow - 1); // test C
        if (!notOld || !ackNotTooLow)
        {
            return TcpVerdict.Ignored;
        }

        window = syn ? window : window << sender.Scale;
        Update(sender, receiver, end, ack ? acknowledgement : null, selective, acknowledgement, window);
        CountRetransmissions(kind, direction, sequence, acknowledgement, end, segment.Window);
        return TcpVerdict.Accepted;
    }

    private static void Update(
        Side sender, Side receiver, uint end, uint? acknowledged, uint selective, uint acknowledgement, uint window)
    {
        sender.MaximumWindow = Math.Max(sender.MaximumWindow, window + (selective - acknowledgement));
        if (After(end, sender.End))
        {
            sender.End = end;
            sender.Unacknowledged = true;
        }

        if (acknowledged is { } value && (sender.MaximumAck is not { } highest || After(value, highest)))
        {
            sender.MaximumAck = value;
        }

        if (receiver.MaximumWindow != 0 && After(end, sender.MaximumEnd))
        {
            receiver.MaximumWindow += end - sender.MaximumEnd;
        }

        if (After(selective + window, receiver.MaximumEnd - 1))
        {
            receiver.MaximumEnd = selective + window + (window == 0 ? 1u : 0);
        }

        if (acknowledgement == receiver.End)
        {
            receiver.Unacknowledged = false;
        }
    }

    private void CountRetransmissions(
        TcpSegmentKind kind, ConnectionDirection direction, uint sequence, uint acknowledgement, uint end, uint window)
    {
        if (kind != TcpSegmentKind.Ack)
        {
            return;
        }

        bool same = (_last.Direction, _last.Sequence, _last.Acknowledgement, _last.End, _last.Window) == (direction, sequence, acknowledgement, end, window);
        _retransmissions = same ? _retransmissions + 1 : 0;
        _last = (_last.Kind, direction, sequence, acknowledgement, end, window);
    }

    private static uint EndOf(in TcpView segment, int length) => segment.Sequence + (uint)(length - segment.HeaderLength)
        + (segment.Flags.Has(TcpFlags.Syn) ? 1u : 0) + (segment.Flags.Has(TcpFlags.Fin) ? 1u : 0);

    /// <summary>Sequence numbers wrap (RFC 9293 section 3.4).</summary>
    private static bool Before(uint a, uint b) => (int)(a - b) < 0;

    private static bool After(uint a, uint b) => Before(b, a);

    private static uint HighestSack(in TcpView segment, uint acknowledgement)
    {
        uint highest = acknowledgement;
        foreach (TcpOption option in new TcpOptionList(segment.Options))
        {
            if (option is { Kind: TcpOption.SelectiveAck, Data.Length: >= 8 } && option.Data.Length % 8 == 0)
            {
                for (int at = 4; at < option.Data.Length; at += 8)
                {
                    uint edge = BinaryPrimitives.ReadUInt32BigEndian(option.Data[at..]);
                    highest = After(edge, highest) ? edge : highest;
                }

                break;
            }
        }

        return highest;
    }

    /// <summary>What is known of one end (struct ip_ct_tcp_state).</summary>
    private sealed class Side
    {
        /// <summary>The highest sequence number sent, and one.</summary>
        public uint End { get; set; }

        /// <summary>The highest that the peer allows.</summary>
        public uint MaximumEnd { get; set; }

        /// <summary>The largest window offered, scaled; 0 as long as the side has sent nothing.</summary>
        public uint MaximumWindow { get; set; }

        public uint? MaximumAck { get; set; }

        public int Scale { get; set; }

        public bool ScalesWindow { get; set; }

        public bool AllowsSack { get; set; }

        public bool Liberal { get; set; }

        public bool BeganClose { get; set; }

        public bool Unacknowledged { get; set; }

        public void Begin(Side receiver, in TcpView segment, uint end, ConnectionDirection direction)
        {
            End = MaximumEnd = end;
            MaximumWindow = Math.Max(1u, segment.Window);
            ReadOptions(segment);
            if (direction == ConnectionDirection.Reply && !(ScalesWindow && receiver.ScalesWindow))
            {
                Scale = receiver.Scale = 0; // both must offer it (RFC 7323 section 1.3)
            }
        }

        public void ReadOptions(in TcpView segment)
        {
            (Scale, ScalesWindow, AllowsSack) = (0, false, false);
            foreach (TcpOption option in new TcpOptionList(segment.Options))
            {
                if (option is { Kind: TcpOption.WindowScale, Data.Length: 1 })
                {
                    (Scale, ScalesWindow) = (Math.Min((int)option.Data[0], 14), true);
                }
                else if (option is { Kind: TcpOption.SackPermitted, Data.Length: 0 })
                {
                    AllowsSack = true;
                }
            }
        }
    }
}
