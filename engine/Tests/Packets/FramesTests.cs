using Lab.Engine.Packets;

namespace Lab.Engine.Tests.Packets;

public sealed class FramesTests
{
    private static readonly MacAddress Here = MacAddress.Parse("52:54:00:00:00:01");
    private static readonly MacAddress There = MacAddress.Parse("52:54:00:00:00:02");
    private static readonly Ipv4Address From = Ipv4Address.Parse("192.168.0.1");
    private static readonly Ipv4Address To = Ipv4Address.Parse("192.168.0.199");

    [Fact]
    public void An_Ethernet_frame_is_destination_source_type_and_payload() =>
        Convert.ToHexString(Frames.Ethernet(There, Here, EtherType.Experimental1, [0xAB]))
            .Should().Be("525400000002" + "525400000001" + "88B5" + "AB");

    [Fact]
    public void The_IPv4_header_checksum_makes_the_header_sum_to_all_ones() =>
        InternetChecksum.Of(Frames.Ipv4(From, To, IpProtocol.Udp, [1, 2, 3]).AsSpan(0, 20)).Should().Be(0);

    [Fact]
    public void The_classic_example_header_gets_its_known_checksum() // the worked example of many textbooks
    {
        byte[] packet = Frames.Ipv4(Ipv4Address.Parse("192.168.0.1"), To, IpProtocol.Udp, new byte[0x73 - 20]);
        packet[6] = 0x40; // the example carries the don't-fragment bit
        packet[10] = packet[11] = 0;
        InternetChecksum.Of(packet.AsSpan(0, 20)).Should().Be(0xB861);
    }

    [Fact]
    public void A_UDP_datagram_over_IPv4_and_its_pseudo_header_sum_to_all_ones()
    {
        byte[] packet = Frames.Udp(From, 68, To, 67, "odd"u8);
        ulong pseudo = InternetChecksum.Sum(packet.AsSpan(12, 8)) + 17 + 11;
        InternetChecksum.Of(packet.AsSpan(20), pseudo).Should().Be(0);
    }

    [Fact]
    public void A_TCP_segment_over_IPv6_and_its_pseudo_header_sum_to_all_ones()
    {
        byte[] packet = Frames.Tcp(Ipv6Address.Parse("2001:db8::1"), 1024, Ipv6Address.Parse("2001:db8::2"), 80, 2, "x"u8);
        ulong pseudo = InternetChecksum.Sum(packet.AsSpan(8, 32)) + 6 + 21;
        InternetChecksum.Of(packet.AsSpan(40), pseudo).Should().Be(0);
    }
}
