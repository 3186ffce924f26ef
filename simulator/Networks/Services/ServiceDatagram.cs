using Lab.Engine.Packets;
using Lab.Simulator.Networks.Ipv4;
using Lab.Simulator.Networks.Ipv6;

namespace Lab.Simulator.Networks.Services;

/// <summary>A UDP datagram with the IP header that the sockets of a server on Linux give it.</summary>
internal static class ServiceDatagram
{
    private const byte NetworkControl = 0xC0; // IPTOS_CLASS_CS6
    private const byte DontFragment = 0x40;

    /// <summary>dnsmasq's DHCP socket asks for class selector 6, and for fragments where need be (make_fd, dhcp.c).</summary>
    public static byte[] OfDhcp(Ipv4Address from, Ipv4Address to, byte[] bootp) =>
        Sealed(Frames.Udp(from, DhcpServer.ServerPort, to, DhcpServer.ClientPort, bootp), NetworkControl, 0);

    /// <summary>Its name sockets leave both at the kernel's defaults: path MTU discovery (ip(7), IP_MTU_DISCOVER).</summary>
    public static byte[] Of(Ipv4Address from, ushort fromPort, Ipv4Address to, ushort toPort, ReadOnlySpan<byte> message) =>
        Sealed(Frames.Udp(from, fromPort, to, toPort, message), 0, DontFragment);

    /// <inheritdoc cref="OfDhcp(Ipv4Address, Ipv4Address, byte[])"/>
    public static byte[] OfDhcp(Ipv6Address from, Ipv6Address to, byte[] message)
    {
        byte[] packet = Frames.Udp(from, Dhcpv6Server.ServerPort, to, Dhcpv6Server.ClientPort, message);
        Ipv6Packet.SetTrafficClass(packet, NetworkControl);
        return packet;
    }

    private static byte[] Sealed(byte[] packet, byte typeOfService, byte flags)
    {
        (packet[1], packet[6]) = (typeOfService, flags);
        Ipv4Rewriter.Seal(packet);
        return packet;
    }
}
