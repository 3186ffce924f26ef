using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Engine.State;

/// <summary>The window tracking of nf_conntrack_proto_tcp.c: formulas as in switching.md section 4.3, names of tests A to D as there.</summary>
internal static class TcpWindow
{
    private const uint LeastAckWindow = 66000; // MAXACKWINCONST

    /// <summary>tcp_in_window: does the segment lie where the two ends allow it?</summary>
    /// <param name="held">The numbers as they were understood; null for a segment that did not have to fit, or did not.</param>
    public static TcpVerdict Check(
        TcpState state, TcpSide sender, TcpSide receiver, in TcpView segment, ConnectionDirection direction, TcpNumbers numbers, out TcpNumbers? held)
    {
        held = null;
        (uint sequence, uint acknowledgement, uint end, uint window) = numbers;
        uint selective = receiver.AllowsSack ? HighestSack(segment, acknowledgement) : acknowledgement;
        bool syn = segment.Flags.Has(TcpFlags.Syn), ack = segment.Flags.Has(TcpFlags.Ack), rst = segment.Flags.Has(TcpFlags.Rst);
        bool begins = sender.MaximumWindow == 0;
        if (syn && (begins || (TcpNumbers.After(end, sender.End) && state is TcpState.SynSent or TcpState.SynReceived)))
        {
            sender.Begin(receiver, segment, end, direction);
            if (!ack && (begins || direction == ConnectionDirection.Reply))
            {
                return TcpVerdict.Accepted; // simultaneous open
            }
        }
        else if (begins)
        {
            PickUp(sender, receiver, numbers, selective);
        }

        if (!ack || (rst && acknowledgement == 0))
        {
            acknowledgement = selective = receiver.End; // as good as none: pretend it fits
        }

        if (rst && sequence == 0 && state == TcpState.SynSent)
        {
            sequence = end = sender.End; // answers a SYN
        }

        uint ackWindow = Math.Max(LeastAckWindow, sender.MaximumWindow);
        bool ackNotTooHigh = !TcpNumbers.After(selective, receiver.End); // test B
        bool ackNotTooLow = TcpNumbers.After(selective, receiver.End - ackWindow - 1); // test D
        TcpVerdict outside = sender.Liberal || receiver.Liberal ? TcpVerdict.Accepted : TcpVerdict.Invalid;
        if (TcpNumbers.After(sequence, sender.MaximumEnd)) // test A
        {
            uint overshoot = end - sender.MaximumEnd + 1;
            bool near = receiver.MaximumWindow != 0 && overshoot <= receiver.MaximumWindow;
            return near && ackNotTooHigh && ackNotTooLow ? TcpVerdict.Ignored : outside;
        }

        if (!ackNotTooHigh)
        {
            return outside;
        }

        bool notOld = receiver.MaximumWindow == 0 || TcpNumbers.After(end, sender.End - receiver.MaximumWindow - 1); // test C
        if (!notOld || !ackNotTooLow)
        {
            return TcpVerdict.Ignored;
        }

        window = syn ? window : window << sender.Scale;
        Update(sender, receiver, end, ack ? acknowledgement : null, selective, acknowledgement, window);
        held = new(sequence, acknowledgement, end, segment.Window);
        return TcpVerdict.Accepted;
    }

    /// <summary>The first that is seen of a side, in the middle of a connection.</summary>
    private static void PickUp(TcpSide sender, TcpSide receiver, TcpNumbers numbers, uint selective)
    {
        sender.End = numbers.End;
        sender.MaximumWindow = Math.Max(1, numbers.Window << sender.Scale);
        sender.MaximumEnd = numbers.End + sender.MaximumWindow;
        if (receiver.MaximumWindow == 0)
        {
            receiver.End = receiver.MaximumEnd = selective;
        }
        else if (selective == receiver.End + 1)
        {
            receiver.End++; // likely the answer to a keepalive
        }
    }

    private static void Update(
        TcpSide sender, TcpSide receiver, uint end, uint? acknowledged, uint selective, uint acknowledgement, uint window)
    {
        sender.MaximumWindow = Math.Max(sender.MaximumWindow, window + (selective - acknowledgement));
        if (TcpNumbers.After(end, sender.End))
        {
            sender.End = end;
            sender.Unacknowledged = true;
        }

        if (acknowledged is { } value && (sender.MaximumAck is not { } highest || TcpNumbers.After(value, highest)))
        {
            sender.MaximumAck = value;
        }

        if (receiver.MaximumWindow != 0 && TcpNumbers.After(end, sender.MaximumEnd))
        {
            receiver.MaximumWindow += end - sender.MaximumEnd;
        }

        if (TcpNumbers.After(selective + window, receiver.MaximumEnd - 1))
        {
            receiver.MaximumEnd = selective + window + (window == 0 ? 1u : 0);
        }

        if (acknowledgement == receiver.End)
        {
            receiver.Unacknowledged = false;
        }
    }

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
                    highest = TcpNumbers.After(edge, highest) ? edge : highest;
                }

                break;
            }
        }

        return highest;
    }
}
