using Lab.Engine.Packets;
using Lab.Simulator.Switching;
using static Lab.Simulator.Tests.Switching.TestSwitch;

namespace Lab.Simulator.Tests.Switching;

/// <summary>The table of switching.md section 2.7; g4 is where the querier is.</summary>
public sealed class MulticastSnoopingTests
{
    private static readonly Ipv4Address Sender = Ipv4Address.Parse("192.168.122.11");

    [Theory]
    [InlineData("224.0.0.251", "g2 g3 g4 host", "g2 g3 g4 host")]
    [InlineData("239.1.1.1", "g2 g3 g4 host", "g2 g4")] // g2 has joined it
    [InlineData("239.129.1.1", "g2 g3 g4 host", "g4")] // the same MAC, another group
    [InlineData("192.168.122.12", "g2 g3 g4 host", "g4")] // unicast in a group frame
    public void Who_hears_an_ipv4_group_before_and_after_a_querier_is_known(string group, string before, string after)
    {
        TestSwitch made = Switch();
        _ = made.Send("g2", Report("239.1.1.1"));

        Send(made, group).Should().Be(before);
        _ = made.Send("g4", Query());
        made.Clock.Advance(TimeSpan.FromSeconds(11));
        Send(made, group).Should().Be(after);
    }

    [Fact]
    public void The_first_query_takes_effect_after_its_response_time_and_the_last_one_for_255_seconds()
    {
        TestSwitch made = Switch();
        _ = made.Send("g4", Query());

        Send(made, "239.1.1.1").Should().Be("g2 g3 g4 host");
        made.Clock.Advance(TimeSpan.FromSeconds(10));
        Send(made, "239.1.1.1").Should().Be("g4");
        made.Clock.Advance(TimeSpan.FromSeconds(245));
        Send(made, "239.1.1.1").Should().Be("g2 g3 g4 host");
    }

    [Fact]
    public void A_report_goes_to_routers_only_and_a_leave_to_everybody_and_changes_nothing()
    {
        TestSwitch made = Switch();
        _ = made.Send("g4", Query());
        made.Clock.Advance(TimeSpan.FromSeconds(10));

        made.Send("g2", Report("239.1.1.1")).Should().Equal("g4");
        made.Send("g2", Igmp(0x17, 0, "239.1.1.1")).Should().Equal("g1", "g3", "g4", "host");
        Send(made, "239.1.1.1").Should().Be("g2 g4");
    }

    [Fact]
    public void A_membership_ends_after_260_seconds()
    {
        TestSwitch made = Switch();
        _ = made.Send("g2", Report("239.1.1.1"));
        made.Clock.Advance(TimeSpan.FromSeconds(250));
        _ = made.Send("g4", Query());
        made.Clock.Advance(TimeSpan.FromSeconds(10));

        Send(made, "239.1.1.1").Should().Be("g4");
    }

    [Fact]
    public void An_mld_querier_silences_neighbour_solicitation_for_guests_that_said_nothing()
    {
        TestSwitch made = Switch();
        Ipv6Address solicited = Ipv6Address.Parse("ff02::1:ff00:12");
        made.Send("g1", Icmp6(solicited, 135)).Should().Equal("g2", "g3", "g4", "host");
        _ = made.Send("g4", Mld("fe80::4", "ff02::1", 130, 10_000u << 16, new byte[16]));
        made.Clock.Advance(TimeSpan.FromSeconds(10));

        made.Send("g1", Icmp6(solicited, 135)).Should().Equal("g4");
        made.Send("g1", Icmp6(Ipv6Address.Parse("ff02::1"), 128)).Should().Equal("g2", "g3", "g4", "host");
    }

    [Theory]
    [InlineData(0, 0x55)] // version
    [InlineData(0, 0x44)] // header length
    [InlineData(10, 0xFF)] // header checksum
    [InlineData(2, 0xFF)] // total length
    public void A_malformed_packet_to_a_group_is_dropped_querier_or_not(int at, byte value)
    {
        TestSwitch made = Switch();
        byte[] frame = Udp("239.1.1.1");
        frame[14 + at] = value;

        made.Send("g1", frame).Should().BeEmpty();
        made.Fates.Should().Contain((Fate.MalformedMulticast, "g1"));
    }

    [Fact]
    public void Groups_without_ip_and_broadcasts_are_none_of_its_business()
    {
        TestSwitch made = Switch();
        _ = made.Send("g4", Query());
        made.Clock.Advance(TimeSpan.FromSeconds(10));

        made.Send("g1", Frame(MacAddress.Parse("01:00:5e:01:01:01"), Mac(1))).Should().Equal("g2", "g3", "g4", "host");
        made.Send("g1", Frames.Ethernet(MacAddress.Broadcast, Mac(1), EtherType.Ipv4, Udp("239.1.1.1").AsSpan(14))).Should().Equal("g2", "g3", "g4", "host");
    }

    [Fact]
    public void A_query_without_hop_by_hop_options_is_an_ordinary_message()
    {
        TestSwitch made = Switch();
        _ = made.Send("g4", Frames.Ethernet(MacAddress.Parse("33:33:00:00:00:01"), Mac(4), EtherType.Ipv6, Frames.Icmp(
            Ipv6Address.Parse("fe80::4"), Ipv6Address.Parse("ff02::1"), 130, 0, 10_000u << 16, new byte[16])));
        made.Clock.Advance(TimeSpan.FromSeconds(10));

        made.Bridge.HeedsQuerier(version6: true).Should().BeFalse();
    }

    [Theory]
    [InlineData(6, 20, 0)] // more records than there are
    [InlineData(8 + 2, 20, 9)] // more sources
    public void Records_that_claim_more_than_there_is_are_dropped(int at, int length, byte value)
    {
        byte[] message = new byte[length];
        (message[0], message[7], message[8]) = (0x22, 1, 4);
        Ipv4Address.Parse("239.1.1.1").Write(message.AsSpan(12));
        Send(Switch(), message).Should().Be("g2 g3 g4 host");
        message[at] = value == 0 ? (byte)1 : value;

        Send(Switch(), message).Should().BeEmpty();

        static string Send(TestSwitch made, byte[] message) => string.Join(' ', made.Send("g1", Igmp(message)));
    }

    [Fact]
    public void A_query_about_sources_counts_for_nothing()
    {
        TestSwitch made = Switch();
        byte[] message = new byte[16];
        (message[0], message[1], message[11]) = (0x11, 100, 1);
        _ = made.Send("g4", Igmp(message));
        made.Clock.Advance(TimeSpan.FromSeconds(10));

        made.Bridge.HeedsQuerier(version6: false).Should().BeFalse();
    }

    [Fact]
    public void A_long_time_for_answers_is_a_floating_point_number()
    {
        TestSwitch made = Switch();
        byte[] message = new byte[12];
        (message[0], message[1]) = (0x11, 0x9A); // mantissa 10, exponent 1: (10 | 16) << 4 = 416 tenths
        _ = made.Send("g4", Igmp(message));

        made.Clock.Advance(TimeSpan.FromSeconds(41.5));
        made.Bridge.HeedsQuerier(version6: false).Should().BeFalse();
        made.Clock.Advance(TimeSpan.FromSeconds(0.1));
        made.Bridge.HeedsQuerier(version6: false).Should().BeTrue();
    }

    private static byte[] Mld(string from, string to, byte type, uint rest, byte[] body)
    {
        byte[] plain = Frames.Icmp(Ipv6Address.Parse(from), Ipv6Address.Parse(to), type, 0, rest, body, hopLimit: 1);
        byte[] packet = [.. plain[..40], (byte)IpProtocol.IcmpV6, 0, 5, 2, 0, 0, 1, 0, .. plain[40..]];
        (packet[5], packet[6]) = ((byte)(packet.Length - 40), 0);
        return Frames.Ethernet(Ipv6Address.Parse(to).GroupMac(), Mac(4), EtherType.Ipv6, packet);
    }

    private static TestSwitch Switch() => WithPorts(4, new(Mac(0xFE)) { MulticastSnooping = true });

    private static string Send(TestSwitch made, string group) => string.Join(' ', made.Send("g1", Udp(group)));

    private static byte[] Udp(string group) => Frames.Ethernet(
        MacAddress.Parse("01:00:5e:01:01:01"), Mac(1), EtherType.Ipv4, Frames.Udp(Sender, 1, Ipv4Address.Parse(group), 2, default));

    private static byte[] Icmp6(Ipv6Address to, byte type) => Frames.Ethernet(
        MacAddress.Parse("33:33:ff:00:00:12"), Mac(1), EtherType.Ipv6, Frames.Icmp(Ipv6Address.Parse("fe80::1"), to, type, 0, 0, new byte[16], 255));

    private static byte[] Query() => Igmp(0x11, 100, "0.0.0.0");

    private static byte[] Report(string group) => Igmp(0x16, 0, group);

    private static byte[] Igmp(byte type, byte response, string group)
    {
        byte[] message = new byte[8];
        (message[0], message[1]) = (type, response);
        Ipv4Address.Parse(group).Write(message.AsSpan(4));
        return Igmp(message);
    }

    private static byte[] Igmp(byte[] message)
    {
        (message[2], message[3]) = (0, 0);
        ushort checksum = InternetChecksum.Of(message);
        (message[2], message[3]) = ((byte)(checksum >> 8), (byte)checksum);
        return Frames.Ethernet(MacAddress.Parse("01:00:5e:00:00:01"), Mac(9), EtherType.Ipv4,
            Frames.Ipv4(Sender, Ipv4Address.Parse("224.0.0.1"), IpProtocol.Igmp, message, timeToLive: 1));
    }
}
