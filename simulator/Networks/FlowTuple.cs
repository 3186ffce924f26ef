using Lab.Engine.Packets;

namespace Lab.Simulator.Networks;

/// <summary>One direction of a flow, as it stands in a packet. Ports are 0 where the protocol has none; an ICMP query has
/// its identifier in both places.</summary>
internal readonly record struct FlowTuple(
    IpProtocol Protocol, Ipv4Address Source, ushort SourcePort, Ipv4Address Destination, ushort DestinationPort)
{
    public FlowTuple Inverse => new(Protocol, Destination, DestinationPort, Source, SourcePort);

    public static bool HasPorts(IpProtocol protocol) =>
        protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.UdpLite or IpProtocol.Sctp;

    /// <summary>Reads a packet, or as much of one as an error quotes: the header and eight bytes.</summary>
    public static FlowTuple Read(ReadOnlySpan<byte> packet)
    {
        IpProtocol protocol = (IpProtocol)packet[9];
        ReadOnlySpan<byte> behind = packet[Math.Min(packet.Length, Ipv4Rewriter.HeaderLength(packet))..];
        (ushort from, ushort to) = behind.Length < 8 ? default
            : HasPorts(protocol) ? (Ipv4Rewriter.Word(behind, 0), Ipv4Rewriter.Word(behind, 2))
            : IsQuery(protocol, behind[0]) ? (Ipv4Rewriter.Word(behind, 4), Ipv4Rewriter.Word(behind, 4))
            : default;
        return new(
            protocol, Ipv4Address.Read(packet[Ipv4Rewriter.SourceOffset..]), from,
            Ipv4Address.Read(packet[Ipv4Rewriter.DestinationOffset..]), to);
    }

    /// <summary>Echo, timestamp, information and address mask, requests and replies (RFC 792, RFC 950).</summary>
    public static bool IsQuery(IpProtocol protocol, byte type) => protocol == IpProtocol.Icmp && type is 0 or 8 or (>= 13 and <= 18);

    /// <summary>Where the error's quotation starts in the packet; null for every other packet.</summary>
    public static int? QuotationOf(ReadOnlySpan<byte> packet)
    {
        int header = Ipv4Rewriter.HeaderLength(packet);
        bool error = (IpProtocol)packet[9] == IpProtocol.Icmp && packet.Length >= header + 8 + 28
            && packet[header] is 3 or 4 or 5 or 11 or 12;
        return error && packet.Length >= header + 8 + Ipv4Rewriter.HeaderLength(packet[(header + 8)..]) + 8 ? header + 8 : null;
    }
}
