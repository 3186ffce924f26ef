using Lab.Engine.Packets;

namespace Lab.Tests.Reports;

/// <summary>One sound frame for each header that the decoder knows, by name.</summary>
internal static class SampleFrames
{
    private static readonly MacAddress AliceMac = MacAddress.Parse("52:54:00:00:00:01");
    private static readonly MacAddress BobMac = MacAddress.Parse("52:54:00:00:00:02");
    private static readonly Ipv4Address Alice = new(0x0A000001);
    private static readonly Ipv4Address Bob = new(0x0A000002);
    private static readonly Ipv6Address Alice6 = Ipv6Address.Parse("2001:db8::1");
    private static readonly Ipv6Address Bob6 = Ipv6Address.Parse("2001:db8::2");

    public static readonly IReadOnlyDictionary<string, byte[]> All = new Dictionary<string, byte[]>(StringComparer.Ordinal)
    {
        ["arp request"] = Over(EtherType.Arp, Frames.Arp(1, AliceMac, Alice, default, Bob)),
        ["rarp"] = Over(EtherType.Rarp, Frames.Arp(3, AliceMac, default, AliceMac, default)),
        ["tagged arp reply"] = Over(EtherType.Vlan, Frames.Vlan(5, EtherType.Arp, Frames.Arp(2, AliceMac, Alice, BobMac, Bob), 3)),
        ["ping"] = Over(EtherType.Ipv4, Frames.Icmp(Alice, Bob, 8, 0, 0x0007_0002, "abcdefgh"u8)),
        ["port unreachable"] = Over(EtherType.Ipv4,
            Frames.Icmp(Bob, Alice, 3, 3, 0, Frames.Udp(Alice, 40000, Bob, 9, "x"u8))),
        ["syn with options"] = Over(EtherType.Ipv4, SynWithOptions()),
        ["tcp over ipv6"] = Over(EtherType.Ipv6, Frames.Tcp(Alice6, 40000, Bob6, 443, 0x18, "hello"u8, 100, 200)),
        ["dns question"] = Over(EtherType.Ipv4, Frames.Udp(Alice, 40000, Bob, 53, DnsQuestion)),
        ["dhcp discover"] = Over(EtherType.Ipv4, Frames.Udp(default(Ipv4Address), 68, new(uint.MaxValue), 67, DhcpDiscover())),
        ["neighbour solicitation"] = Over(EtherType.Ipv6, Frames.Icmp(Alice6, Bob6, 135, 0, 0, Solicitation(), 255)),
        ["igmp report"] = Over(EtherType.Ipv4, Frames.Ipv4(Alice, new(0xE0000001), IpProtocol.Igmp, Igmp(), 1)),
        ["sctp init"] = Over(EtherType.Ipv4, Frames.Ipv4(Alice, Bob, IpProtocol.Sctp,
            [0x9C, 0x40, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 20, 0, 0, 0, 1, 0, 1, 0, 0, 0, 10, 0, 10, 0, 0, 0, 1])),
        ["esp"] = Over(EtherType.Ipv4, Frames.Ipv4(Alice, Bob, IpProtocol.Esp, [0, 0, 1, 0, 0, 0, 0, 7, 1, 2, 3, 4])),
        ["later fragment"] = Over(EtherType.Ipv4, LaterFragment()),
        ["local experiment"] = Over(EtherType.Experimental1, "marker"u8),
        ["spanning tree"] = SpanningTree(),
        ["padded"] = [.. Over(EtherType.Ipv4, Frames.Udp(Alice, 1000, Bob, 2000, "x"u8)), .. new byte[17]],
    };

    private static ReadOnlySpan<byte> DnsQuestion =>
        [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, (byte)'w', (byte)'w', (byte)'w', 4, (byte)'t', (byte)'e', (byte)'s', (byte)'t', 0, 0, 1, 0, 1];

    private static byte[] Over(EtherType type, ReadOnlySpan<byte> payload) => Frames.Ethernet(BobMac, AliceMac, type, payload);

    private static byte[] SynWithOptions()
    {
        byte[] plain = Frames.Tcp(Alice, 40000, Bob, 22, 2, [2, 4, 5, 0xB4, 1, 3, 3, 7]); // the options stand where data would
        plain[20 + 12] = 7 << 4; // header of seven words
        return WithTcpChecksum(plain);
    }

    private static byte[] WithTcpChecksum(byte[] packet)
    {
        packet[36] = packet[37] = 0;
        ulong pseudo = 0x0A00 + 1 + 0x0A00 + 2 + (ulong)IpProtocol.Tcp + (ulong)(packet.Length - 20);
        ushort sum = InternetChecksum.Of(packet.AsSpan(20), pseudo);
        (packet[36], packet[37]) = ((byte)(sum >> 8), (byte)sum);
        return packet;
    }

    private static byte[] DhcpDiscover()
    {
        byte[] message = new byte[240 + 4];
        (message[0], message[1], message[2]) = (1, 1, 6);
        AliceMac.Write(message.AsSpan(28));
        ReadOnlySpan<byte> rest = [0x63, 0x82, 0x53, 0x63, 53, 1, 1, 255];
        rest.CopyTo(message.AsSpan(236));
        return message;
    }

    private static byte[] Solicitation()
    {
        byte[] body = new byte[24];
        Bob6.Write(body);
        (body[16], body[17]) = (1, 1);
        AliceMac.Write(body.AsSpan(18));
        return body;
    }

    private static byte[] Igmp()
    {
        byte[] body = [0x16, 0, 0, 0, 0xE0, 0, 0, 9];
        ushort sum = InternetChecksum.Of(body);
        (body[2], body[3]) = ((byte)(sum >> 8), (byte)sum);
        return body;
    }

    private static byte[] LaterFragment()
    {
        byte[] packet = Frames.Ipv4(Alice, Bob, IpProtocol.Udp, "the rest"u8);
        packet[7] = 185; // 1480 bytes in
        packet[10] = packet[11] = 0;
        ushort sum = InternetChecksum.Of(packet.AsSpan(0, 20));
        (packet[10], packet[11]) = ((byte)(sum >> 8), (byte)sum);
        return packet;
    }

    private static byte[] SpanningTree()
    {
        byte[] body = new byte[38];
        ReadOnlySpan<byte> start = [0x42, 0x42, 3, 0, 0, 0, 0, 0, 0x80, 0];
        start.CopyTo(body);
        AliceMac.Write(body.AsSpan(10));
        body[20] = 0x80;
        AliceMac.Write(body.AsSpan(22));
        return Frames.Ethernet(MacAddress.Parse("01:80:c2:00:00:00"), AliceMac, (EtherType)body.Length, body);
    }
}
