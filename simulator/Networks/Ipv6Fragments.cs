using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Simulator.Networks;

/// <summary>Which IPv6 packets connection tracking keeps until a datagram is complete (net/ipv6/netfilter/nf_conntrack_reasm.c).</summary>
/// <remarks>
/// Only that they are kept: unlike IPv4's, they are not put together again, so what a complete datagram would do is not
/// simulated.
/// </remarks>
internal static class Ipv6Fragments
{
    private const int FragmentLength = 8; // bytes of a fragment header (RFC 8200 section 4.5)
    private const int Header = 40; // bytes

    /// <param name="packet">From the IP header, trimmed to its length.</param>
    public static bool IsQueued(ReadOnlySpan<byte> packet)
    {
        IpProtocol next = (IpProtocol)packet[6];
        int at = Header;
        while (next != IpProtocol.Fragment)
        {
            if (next is not (IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.DestinationOptions or IpProtocol.Ah)
                || at + 8 > packet.Length)
            {
                return false; // find_prev_fhdr: no fragment header
            }

            int length = next == IpProtocol.Ah ? (packet[at + 1] + 2) * 4 : (packet[at + 1] + 1) * 8;
            next = (IpProtocol)packet[at];
            at += length;
        }

        if (at + FragmentLength > packet.Length)
        {
            return false;
        }

        // A piece that is not the last and does not end on eight bytes goes on as it is: EPROTO is no reason to drop it.
        bool more = (BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]) & 1) != 0;
        return !more || (packet.Length - at - FragmentLength) % 8 == 0;
    }
}
