using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Engine.State;

/// <summary>Reads the key of a flow out of a packet, or out of the beginning of one that an ICMP error quotes.</summary>
internal static class FlowKeys
{
    /// <param name="packet">From the IP header.</param>
    /// <param name="payload">From the transport header; as much of it as <see cref="Needed"/> says.</param>
    public static FlowKey Of(ReadOnlySpan<byte> packet, bool version6, IpProtocol protocol, ReadOnlySpan<byte> payload)
    {
        UInt128 source = version6 ? BinaryPrimitives.ReadUInt128BigEndian(packet[8..]) : BinaryPrimitives.ReadUInt32BigEndian(packet[12..]);
        UInt128 destination = version6 ? BinaryPrimitives.ReadUInt128BigEndian(packet[24..]) : BinaryPrimitives.ReadUInt32BigEndian(packet[16..]);
        (ushort first, ushort second) = protocol switch
        {
            IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.UdpLite or IpProtocol.Sctp =>
                (BinaryPrimitives.ReadUInt16BigEndian(payload), BinaryPrimitives.ReadUInt16BigEndian(payload[2..])),
            _ when protocol == (version6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp) =>
                (BinaryPrimitives.ReadUInt16BigEndian(payload[4..]), BinaryPrimitives.ReadUInt16BigEndian(payload)),
            _ => ((ushort)0, (ushort)0),
        };
        return new(version6, protocol, source, destination, first, second);
    }

    /// <summary>An error quotes an IP header and what tells the flow behind it; the rest of the packet may be missing.</summary>
    public static bool TryReadQuoted(ReadOnlySpan<byte> quoted, bool version6, out FlowKey key)
    {
        key = default;
        int offset;
        IpProtocol protocol;
        if (version6)
        {
            if (!Ipv6View.TryRead(quoted, out Ipv6View ip) || !ip.TryFindUpperLayer(out UpperLayer upper) || upper.IsLaterFragment)
            {
                return false;
            }

            (offset, protocol) = (upper.Offset, upper.Protocol);
        }
        else
        {
            if (!Ipv4View.TryRead(quoted, out Ipv4View ip) || ip.FragmentOffset != 0)
            {
                return false;
            }

            (offset, protocol) = (ip.HeaderLength, ip.Protocol);
        }

        if (quoted.Length < offset + Needed(protocol, version6))
        {
            return false;
        }

        key = Of(quoted, version6, protocol, quoted[offset..]);
        return true;
    }

    /// <summary>Bytes of a header that tell its flow: two ports, or the head of an ICMP message (nf_ct_get_tuple, net/netfilter/nf_conntrack_core.c).</summary>
    private static int Needed(IpProtocol protocol, bool version6) => protocol switch
    {
        IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.UdpLite or IpProtocol.Sctp => 4,
        _ when protocol == (version6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp) => IcmpView.Length,
        _ => 0,
    };
}
