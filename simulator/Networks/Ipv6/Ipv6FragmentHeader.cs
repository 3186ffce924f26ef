using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Simulator.Networks.Ipv6;

/// <summary>Where a packet's fragment header is, and what it says (RFC 8200 section 4.5).</summary>
/// <remarks><code>
///  0      1          2                  4                    8
///  | next | reserved | offset 13, 2, M  | identification     | piece of the payload ...
/// </code></remarks>
/// <param name="NextHeaderAt">Of the byte in the header before, which names this one.</param>
/// <param name="At">From the first byte of the IP header.</param>
internal readonly record struct Ipv6FragmentHeader(int NextHeaderAt, int At, IpProtocol Next, int Offset, bool More, uint Identification)
{
    public const int Length = 8; // bytes

    private const int FixedHeader = 40, NextOfFixedHeader = 6;

    /// <summary>Where the piece of the payload begins.</summary>
    public int PayloadAt => At + Length;

    /// <summary>Finds it behind headers that may stand before it (find_prev_fhdr, net/ipv6/netfilter/nf_conntrack_reasm.c).</summary>
    public static bool TryFind(ReadOnlySpan<byte> packet, out Ipv6FragmentHeader found)
    {
        found = default;
        (int nextAt, int at) = (NextOfFixedHeader, FixedHeader);
        IpProtocol next = (IpProtocol)packet[nextAt];
        while (next != IpProtocol.Fragment)
        {
            if (next is not (IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.DestinationOptions or IpProtocol.Ah)
                || at + 8 > packet.Length)
            {
                return false;
            }

            (nextAt, at) = (at, at + (next == IpProtocol.Ah ? (packet[at + 1] + 2) * 4 : (packet[at + 1] + 1) * 8));
            next = (IpProtocol)packet[nextAt];
        }

        if (at + Length > packet.Length)
        {
            return false;
        }

        ushort field = BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]);
        found = new(nextAt, at, (IpProtocol)packet[at], field & ~7, (field & 1) != 0, BinaryPrimitives.ReadUInt32BigEndian(packet[(at + 4)..]));
        return true;
    }

    /// <summary>The first piece must hold every header (section 4.5); one that does not is left alone (ipv6frag_thdr_truncated).</summary>
    public bool CutsHeaders(ReadOnlySpan<byte> packet)
    {
        if (Offset != 0 || !Ipv6View.TryRead(packet, out Ipv6View ip) || !ip.TryFindUpperLayer(out UpperLayer upper))
        {
            return false;
        }

        int needed = upper.Protocol switch
        {
            IpProtocol.Tcp => TcpView.MinimumLength,
            IpProtocol.Udp => UdpView.Length,
            IpProtocol.IcmpV6 => IcmpView.Length,
            _ => 1,
        };
        return upper.Offset + needed > packet.Length;
    }
}
