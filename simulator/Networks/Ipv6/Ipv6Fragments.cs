using System.Buffers.Binary;
using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Simulator.Networks.Ipv4;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks.Ipv6;

/// <summary>Cuts IPv6 packets to a size (RFC 8200 section 4.5; net/ipv6/ip6_output.c, ip6_fragment).</summary>
internal static class Ipv6Fragments
{
    private const int MinimumMtu = 1280; // bytes (RFC 8200 section 5)

    /// <summary>Whether a packet goes out whole: it fits the device, and what it came in was no smaller.</summary>
    /// <param name="largestPiece">Of those that it came in, headers included; 0 if it came whole.</param>
    public static bool Fits(int length, int mtu, int largestPiece) => length <= mtu && (largestPiece == 0 || length <= largestPiece);

    /// <summary>The largest piece that a packet came in, headers included.</summary>
    public static int LargestPiece(ReadOnlySpan<byte> packet, ImmutableArray<int> sizes) =>
        sizes.IsDefaultOrEmpty ? 0 : HeadLength(packet) + Ipv6FragmentHeader.Length + sizes.Max();

    /// <summary>Sends a packet in pieces behind the given link header.</summary>
    /// <param name="sizes">Payload bytes of the pieces that it came in.</param>
    /// <param name="keepSizes">The new ones are as large as those; not where a bridge has copied the packet for several ports, whose
    /// new ones are as large as they may be, be it a single one that holds everything.</param>
    /// <param name="identification">Of the new fragments; a kernel draws one (ipv6_select_ident).</param>
    public static void Send(
        ReadOnlySpan<byte> frame, int linkLength, int mtu, ImmutableArray<int> sizes, bool keepSizes, uint identification, IFrameSink sink)
    {
        ReadOnlySpan<byte> packet = frame[linkLength..];
        int head = HeadLength(packet);
        int room = Math.Min(mtu, Math.Max(LargestPiece(packet, sizes), MinimumMtu)) - head - Ipv6FragmentHeader.Length;
        ReadOnlySpan<byte> rest = packet[head..];
        for (int piece = 0, offset = 0; !rest.IsEmpty; piece++)
        {
            int length = Math.Min(rest.Length, keepSizes && piece < sizes.Length ? sizes[piece] : rest.Length <= room ? rest.Length : room & ~7);
            bool more = length < rest.Length;
            byte[] made = [.. frame[..(linkLength + head)], .. new byte[Ipv6FragmentHeader.Length], .. rest[..length]];
            Finish(made.AsSpan(linkLength), head, (ushort)(offset | (more ? 1 : 0)), identification);
            sink.Accept(made);
            rest = rest[length..];
            offset += length;
        }
    }

    private static void Finish(Span<byte> piece, int head, ushort field, uint identification)
    {
        int next = Ipv6Packet.NextHeaderBefore(piece, head);
        Ipv4Rewriter.Put(piece, 4, (ushort)(piece.Length - Ipv6View.Length));
        (piece[head], piece[next]) = (piece[next], (byte)IpProtocol.Fragment);
        Ipv4Rewriter.Put(piece, head + 2, field);
        BinaryPrimitives.WriteUInt32BigEndian(piece[(head + 4)..], identification);
    }

    /// <summary>The part that every piece repeats: up to the last hop-by-hop or routing header (ip6_find_1stfragopt).</summary>
    private static int HeadLength(ReadOnlySpan<byte> packet)
    {
        IpProtocol next = (IpProtocol)packet[6];
        int at = Ipv6View.Length, end = at;
        while (next is IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.DestinationOptions && at + 8 <= packet.Length)
        {
            int length = (packet[at + 1] + 1) * 8;
            end = next == IpProtocol.DestinationOptions ? end : at + length;
            next = (IpProtocol)packet[at];
            at += length;
        }

        return end;
    }
}
