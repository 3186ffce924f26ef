using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Simulator.Networks;

/// <summary>The reset of a stack that has no such connection (RFC 9293 section 3.10.7.1; net/ipv4/tcp_ipv4.c).</summary>
internal readonly record struct TcpReset(ushort From, ushort To, byte Flags, uint Sequence, uint Acknowledge)
{
    /// <summary>Of the window, which a reset leaves at 0; in bytes of the segment.</summary>
    public const int WindowAt = 14;

    private const byte Fin = 1, Syn = 2, Rst = 4, Ack = 16;

    /// <summary>What answers a segment; null for one that is a reset itself, or is none.</summary>
    public static TcpReset? Answering(ReadOnlySpan<byte> payload)
    {
        if (!TcpView.TryRead(payload, out TcpView segment) || (payload[13] & Rst) != 0)
        {
            return null;
        }

        byte flags = payload[13];
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(payload[4..]), acknowledged = BinaryPrimitives.ReadUInt32BigEndian(payload[8..]);
        int consumed = payload.Length - (payload[12] >> 4) * 4 + ((flags & Syn) != 0 ? 1 : 0) + ((flags & Fin) != 0 ? 1 : 0);
        return (flags & Ack) != 0
            ? new(segment.DestinationPort, segment.SourcePort, Rst, acknowledged, 0)
            : new(segment.DestinationPort, segment.SourcePort, Rst | Ack, 0, sequence + (uint)consumed);
    }
}
