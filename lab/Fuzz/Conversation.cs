using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Fuzz;

/// <summary>Turns one frame into an exchange, so that connection tracking has something to track.</summary>
internal sealed class Conversation(Random random)
{
    private const byte Fin = 1, Syn = 2, Rst = 4, Push = 8, Ack = 16;

    /// <param name="Reply">It goes the other way round than the frame that opened the exchange.</param>
    public readonly record struct Turn(FrameRecipe Recipe, bool Reply);

    /// <summary>The frame, what the other side would answer, and so on; some turns are left out or come twice.</summary>
    public IEnumerable<Turn> Around(FrameRecipe opening)
    {
        IpProtocol protocol = (IpProtocol)(byte)opening[opening.Type == EtherType.Ipv4 ? Field.Ipv4Protocol : Field.Ipv6Protocol];
        IEnumerable<Turn> turns = protocol switch
        {
            IpProtocol.Tcp => Tcp(opening),
            IpProtocol.Icmp or IpProtocol.IcmpV6 => Echo(opening, protocol),
            _ => [new(opening, false), new(Reversed(opening), true), new(opening, false), new(Reversed(opening), true)],
        };
        foreach (Turn turn in turns)
        {
            int times = random.Next(12) switch { 0 => 0, 1 => 2, _ => 1 };
            for (int i = 0; i < times; i++)
            {
                yield return turn;
            }
        }

        if (random.Next(3) == 0)
        {
            yield return new(Unreachable(opening), true);
        }
    }

    private IEnumerable<Turn> Tcp(FrameRecipe opening)
    {
        uint[] next = [1000, 5000]; // the next sequence number of either side
        yield return Segment(opening, false, Syn, next, 0);
        yield return Segment(opening, true, Syn | Ack, next, 0);
        yield return Segment(opening, false, Ack, next, 0);
        yield return Segment(opening, false, Push | Ack, next, 6);
        yield return Segment(opening, true, Ack, next, 0);
        if (random.Next(3) == 0)
        {
            yield return Segment(opening, random.Next(2) == 0, Rst, next, 0);
        }
        else
        {
            yield return Segment(opening, false, Fin | Ack, next, 0);
            yield return Segment(opening, true, Fin | Ack, next, 0);
        }
    }

    private static Turn Segment(FrameRecipe opening, bool reply, byte flags, uint[] next, int length)
    {
        FrameRecipe segment = reply ? Reversed(opening) : opening.Copy();
        (int here, int there) = reply ? (1, 0) : (0, 1);
        segment[Field.TcpFlags] = flags;
        segment.TcpSequence = next[here];
        segment.TcpAcknowledgement = (flags & Ack) != 0 ? next[there] : 0;
        segment.Payload = new byte[length];
        next[here] += (uint)(length + FrameRecipe.SerialLength + ((flags & (Syn | Fin)) != 0 ? 1 : 0));
        return new(segment, reply);
    }

    private static IEnumerable<Turn> Echo(FrameRecipe opening, IpProtocol protocol)
    {
        (byte request, byte reply) = protocol == IpProtocol.Icmp ? ((byte)8, (byte)0) : ((byte)128, (byte)129);
        FrameRecipe there = opening.Copy(), back = Reversed(opening);
        (there.IcmpType, there.IcmpCode) = (request, 0);
        (back.IcmpType, back.IcmpCode) = (reply, 0);
        return [new(there, false), new(back, true), new(there, false), new(back, true)];
    }

    /// <summary>An ICMP error of the other side about the opening frame (RFC 792, RFC 4443 section 3.1): related to it.</summary>
    public static FrameRecipe Unreachable(FrameRecipe opening)
    {
        FrameRecipe error = Reversed(opening);
        bool v4 = opening.Type == EtherType.Ipv4;
        error[v4 ? Field.Ipv4Protocol : Field.Ipv6Protocol] = (byte)(v4 ? IpProtocol.Icmp : IpProtocol.IcmpV6);
        (error.IcmpType, error.IcmpCode, error.IcmpRest) = (v4 ? (byte)3 : (byte)1, v4 ? (byte)3 : (byte)4, 0);
        byte[] quoted = opening.ToBytes(0)[(14 + 4 * opening.Tags.Length)..];
        error.Payload = quoted[..Math.Min(quoted.Length, v4 ? 28 : 48)];
        return error;
    }

    public static FrameRecipe Reversed(FrameRecipe frame)
    {
        FrameRecipe reversed = frame.Copy();
        foreach (FieldInfo field in FieldTable.All)
        {
            if (field.Opposite != field.Field)
            {
                reversed[field.Field] = frame[field.Opposite];
            }
        }

        return reversed;
    }
}
