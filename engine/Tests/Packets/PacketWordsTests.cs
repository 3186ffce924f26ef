using Lab.Engine.Packets;
using Lab.Engine.State;
using Lab.Engine.Tests.State;

namespace Lab.Engine.Tests.Packets;

public sealed class PacketWordsTests
{
    private static readonly MacAddress From = MacAddress.Parse("52:54:00:00:00:01"), To = MacAddress.Parse("52:54:00:00:00:02");

    [Fact]
    public void A_segment_is_read_with_its_flags()
    {
        byte[] frame = PacketWords.Parse("tcp 10.0.0.5:4000 > 10.0.0.1:80 syn ack vlan 7 dscp 10", From, To);

        VlanView.TryRead(frame.AsSpan(14), out VlanView vlan).Should().BeTrue();
        vlan.Id.Should().Be(7);
        Ipv4View.TryRead(vlan.Payload, out Ipv4View ip).Should().BeTrue();
        (ip.Source, ip.Dscp, ip.ChecksumIsRight).Should().Be((Ipv4Address.Parse("10.0.0.5"), 10, true));
        TcpView.TryRead(ip.Payload, out TcpView tcp).Should().BeTrue();
        (tcp.SourcePort, tcp.DestinationPort, tcp.Flags).Should().Be(((ushort)4000, (ushort)80, TcpFlags.Syn | TcpFlags.Ack));
    }

    [Theory]
    [InlineData("tcp 10.0.0.5:4000 > 10.0.0.1:80")]
    [InlineData("udp [2001:db8::5]:546 > [ff02::1:2]:547 bytes 30")]
    [InlineData("sctp 10.0.0.5:1 > 10.0.0.1:2")]
    [InlineData("icmp 10.0.0.5 > 10.0.0.1 echo-request id 5 seq 6")]
    [InlineData("icmpv6 fe80::1 > fe80::2 echo-request ttl 1")]
    [InlineData("esp 10.0.0.5 > 10.0.0.1 dscp 63")]
    [InlineData("ip 10.0.0.5 > 10.0.0.1 protocol 89")]
    public void What_the_words_build_is_sound_enough_for_connection_tracking(string words) =>
        new ConnectionTracker(new ManualClock()).Track(PacketWords.Parse(words, From, To)).State.Should().Be(ConnectionStates.New);

    /// <summary>Linux checks UDP-Lite with UDP's number in the pseudo header (see PacketSanity).</summary>
    [Theory]
    [InlineData("udplite 10.0.0.5:1 > 10.0.0.1:2 bytes 3")]
    [InlineData("udplite [fe80::1]:1 > [fe80::2]:2")]
    public void A_right_UDP_Lite_checksum_is_wrong_for_connection_tracking(string words) =>
        new ConnectionTracker(new ManualClock()).Track(PacketWords.Parse(words, From, To)).State.Should().Be(ConnectionStates.Invalid);

    [Theory]
    [InlineData("tcp 10.0.0.5:4000 10.0.0.1:80", "'10.0.0.1:80' stands where '>' is expected")]
    [InlineData("tcp 10.0.0.5 > 10.0.0.1:80", "'10.0.0.5' names no port; write 10.0.0.5:80")]
    [InlineData("icmp 10.0.0.5:1 > 10.0.0.1", "'10.0.0.5:1' has a port, but the protocol has none")]
    [InlineData("udp 10.0.0.5:1 > [::1]:2", "the two addresses are of different families")]
    [InlineData("tpc 1 > 2", "'tpc' begins no packet; write one of arp, rarp, ether, tcp, udp, udplite, sctp, icmp, icmpv6, igmp, esp, ah, ip")]
    [InlineData("arp who-has 10.0.0.1", "the packet ends where 'tell' is expected")]
    [InlineData("ether 0x12345", "'0x12345' is not an EtherType from 0 to 65535")]
    [InlineData("igmp 10.0.0.5 > 224.0.0.1 quickly", "'quickly' says nothing about this packet")]
    public void A_mistake_is_named(string words, string expected)
    {
        PacketWords.TryParse(words, From, To, out _, out string mistake).Should().BeFalse();
        mistake.Should().Be(expected);
    }
}
