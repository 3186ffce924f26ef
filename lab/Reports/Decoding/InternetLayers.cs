using Lab.Engine.Packets;

namespace Lab.Reports.Decoding;

/// <summary>The protocols that IPv4 and IPv6 carry.</summary>
internal static class InternetLayers
{
    /// <summary>Which layer a protocol number announces; null for one without decoder.</summary>
    public static LayerDecoder? ForProtocol(IpProtocol protocol) => protocol switch
    {
        IpProtocol.Icmp => IcmpLayer.Read,
        IpProtocol.IcmpV6 => Icmpv6Layer.Read,
        IpProtocol.Igmp => IgmpLayer.Read,
        IpProtocol.Tcp => TcpLayer.Read,
        IpProtocol.Udp => UdpLayer.Read,
        IpProtocol.UdpLite => UdpLayer.ReadLite,
        IpProtocol.Sctp => SctpLayer.Read,
        IpProtocol.Esp => SecurityLayers.ReadEncapsulation,
        IpProtocol.Ah => SecurityLayers.ReadAuthentication,
        IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.Fragment or IpProtocol.DestinationOptions
            or IpProtocol.Mobility => Ipv6Extensions.DecoderFor(protocol),
        _ => null,
    };

    public static string ProtocolInWords(ulong protocol) => Enum.IsDefined((IpProtocol)protocol)
        ? $"{protocol} ({Name((IpProtocol)protocol)})" : $"{protocol}";

    private static string Name(IpProtocol protocol) => protocol switch
    {
        IpProtocol.HopByHop => "hop-by-hop options",
        IpProtocol.DestinationOptions => "destination options",
        IpProtocol.NoNextHeader => "no next header",
        IpProtocol.IcmpV6 => "ICMPv6",
        IpProtocol.UdpLite => "UDP-Lite",
        IpProtocol.Routing or IpProtocol.Fragment or IpProtocol.Mobility => $"{protocol}".ToLowerInvariant(),
        _ => $"{protocol}".ToUpperInvariant(),
    };
}
