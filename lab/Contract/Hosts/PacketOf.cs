using Lab.Engine.Packets;

namespace Lab.Contract.Hosts;

/// <summary>Builds packets of whichever version of IP their addresses are.</summary>
internal static class PacketOf
{
    private const byte EchoRequest = 8, EchoReply = 0, Unreachable = 3, PortUnreachable = 3;
    private const byte Ipv6EchoRequest = 128, Ipv6EchoReply = 129, Ipv6Unreachable = 1, Ipv6PortUnreachable = 4;

    public static byte[] Udp(IpNumber from, ushort fromPort, IpNumber to, ushort toPort, ReadOnlySpan<byte> payload) => from.Version6
        ? Frames.Udp(from.ToIpv6(), fromPort, to.ToIpv6(), toPort, payload) : Frames.Udp(from.ToIpv4(), fromPort, to.ToIpv4(), toPort, payload);

    public static byte[] Tcp(IpNumber from, ushort fromPort, IpNumber to, ushort toPort, byte flags, uint sequence, uint acknowledgement) => from.Version6
        ? Frames.Tcp(from.ToIpv6(), fromPort, to.ToIpv6(), toPort, flags, [], sequence, acknowledgement)
        : Frames.Tcp(from.ToIpv4(), fromPort, to.ToIpv4(), toPort, flags, [], sequence, acknowledgement);

    /// <param name="rest">Identifier and sequence number.</param>
    public static byte[] Echo(IpNumber from, IpNumber to, bool reply, uint rest, ReadOnlySpan<byte> payload) => from.Version6
        ? Frames.Icmp(from.ToIpv6(), to.ToIpv6(), reply ? Ipv6EchoReply : Ipv6EchoRequest, 0, rest, payload)
        : Frames.Icmp(from.ToIpv4(), to.ToIpv4(), reply ? EchoReply : EchoRequest, 0, rest, payload);

    /// <summary>What tells the sender of a datagram that nobody listens (RFC 1122 section 4.1.3.1, RFC 4443 section 3.1), quoting the
    /// IP header and eight bytes.</summary>
    public static byte[] ClosedPort(IpNumber from, IpNumber to, ReadOnlySpan<byte> datagram) => from.Version6
        ? Frames.Icmp(from.ToIpv6(), to.ToIpv6(), Ipv6Unreachable, Ipv6PortUnreachable, 0,
            Frames.Ipv6(to.ToIpv6(), from.ToIpv6(), IpProtocol.Udp, datagram[..8]))
        : Frames.Icmp(from.ToIpv4(), to.ToIpv4(), Unreachable, PortUnreachable, 0, Frames.Ipv4(to.ToIpv4(), from.ToIpv4(), IpProtocol.Udp, datagram[..8]));

    /// <summary>What an ICMP message of either version means to the host that gets it.</summary>
    public static HostEvent Meaning(bool version6, byte type) => (version6, type) switch
    {
        (false, EchoReply) or (true, Ipv6EchoReply) => HostEvent.EchoReply,
        (false, EchoRequest) or (true, Ipv6EchoRequest) => HostEvent.EchoRequest,
        (false, Unreachable) or (true, Ipv6Unreachable) => HostEvent.Unreachable,
        _ => HostEvent.Other,
    };
}
