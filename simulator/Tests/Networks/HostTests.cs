using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Simulator.Networks;
using Lab.Simulator.Networks.Ipv4;
using Lab.Simulator.Switching;
using static Lab.Simulator.Tests.Networks.TestNetwork;

namespace Lab.Simulator.Tests.Networks;

/// <summary>The rows of switching.md sections 3.4 to 3.6 and 8 that need no connection tracking.</summary>
public sealed class HostTests
{
    private static readonly byte[] ToLan = Frames.Udp(G1, 5000, L, 53, "hello"u8);

    [Theory]
    [InlineData(NetworkMode.Isolated, "g1: icmp 3/3 192.168.122.1 > 192.168.122.11 ttl 64")]
    [InlineData(NetworkMode.Route, "eth0: udp 5000>53 192.168.122.11 > 10.0.0.9 ttl 63")]
    [InlineData(NetworkMode.Open, "eth0: udp 5000>53 192.168.122.11 > 10.0.0.9 ttl 63")]
    public void A_guests_packet_to_the_lan(NetworkMode mode, string result) =>
        new TestNetwork(mode).Tells("g1", Bridge0Mac, ToLan).Should().Be(result);

    [Theory]
    [InlineData(NetworkMode.Isolated, "eth0: icmp 3/3 10.0.0.2 > 10.0.0.9 ttl 64")]
    [InlineData(NetworkMode.Route, "g1: udp 53>5000 10.0.0.9 > 192.168.122.11 ttl 63")]
    [InlineData(NetworkMode.Open, "g1: udp 53>5000 10.0.0.9 > 192.168.122.11 ttl 63")]
    public void A_new_packet_from_the_lan(NetworkMode mode, string result) =>
        new TestNetwork(mode).Tells("eth0", UplinkMac, Frames.Udp(L, 53, G1, 5000, "hello"u8)).Should().Be(result);

    [Fact]
    public void A_routed_packet_carries_the_egress_devices_mac_and_the_next_hops()
    {
        byte[] frame = new TestNetwork(NetworkMode.Route).Send("g1", Bridge0Mac, ToLan).Single().Frame;

        MacAddress.Read(frame).Should().Be(MacOf(L));
        MacAddress.Read(frame.AsSpan(6)).Should().Be(UplinkMac);
        InternetChecksum.Of(frame.AsSpan(14, 20)).Should().Be(0);
    }

    [Fact]
    public void A_protocol_unknown_to_the_host_is_refused_and_not_where_it_was_meant_for_everybody()
    {
        TestNetwork net = new(NetworkMode.Isolated);

        net.Tells("g1", Bridge0Mac, Frames.Ipv4(G1, Bridge0, (IpProtocol)99, new byte[8])).Should().Be("g1: icmp 3/2 192.168.122.1 > 192.168.122.11 ttl 64");
        net.Tells("g1", Bridge0Mac, Frames.Ipv4(G1, Address("192.168.122.255"), (IpProtocol)99, new byte[8])).Should().Be("");
    }

    [Theory]
    [InlineData("192.168.122.11", "224.0.0.1", "g1: icmp 3/3 192.168.122.1 > 192.168.122.11 ttl 64")]
    [InlineData("192.168.122.11", "255.255.255.255", "g1: icmp 3/3 192.168.122.1 > 192.168.122.11 ttl 64")]
    [InlineData("10.0.0.9", "192.168.122.1", "eth0: icmp 3/3 10.0.0.2 > 10.0.0.9 ttl 64")]
    [InlineData("224.0.0.1", "192.168.122.12", "eth0: icmp 3/3 10.0.0.2 > 224.0.0.1 ttl 1")]
    [InlineData("255.255.255.255", "192.168.122.12", "eth0: icmp 3/3 10.0.0.2 > 255.255.255.255 ttl 64")]
    [InlineData("192.168.122.1", "192.168.122.12", "")] // the host tells itself
    [InlineData("0.0.0.0", "192.168.122.12", "")]
    [InlineData("0.0.0.9", "192.168.122.12", "eth0: icmp 3/3 10.0.0.2 > 0.0.0.9 ttl 64")]
    public void Of_a_packet_rejected_on_the_bridge_only_a_route_to_its_source_matters(string from, string to, string told)
    {
        TestNetwork net = new(NetworkMode.Route);
        net.Rule("g1", Verdict.Reject);

        net.Tells("g1", MacOf(G2), Frames.Udp(Address(from), 5000, Address(to), 53, default)).Should().Be(told);
    }

    [Theory]
    [InlineData("224.0.0.1", "01:00:5e:00:00:01")]
    [InlineData("255.255.255.255", "ff:ff:ff:ff:ff:ff")]
    public void What_is_for_many_passes_no_gateway(string source, string mac)
    {
        TestNetwork net = new(NetworkMode.Route);
        net.Rule("g1", Verdict.Reject);

        byte[] told = net.Send("g1", MacOf(G2), Frames.Udp(Address(source), 5000, G2, 53, default)).Single().Frame;

        MacAddress.Read(told).Should().Be(MacAddress.Parse(mac));
    }

    [Theory]
    [InlineData(0, "g1: icmp 3/3")]
    [InlineData(9, "g1: icmp 3/3")]
    public void What_is_empty_or_zero_sums_to_nothing_too(int length, string told) => new TestNetwork(NetworkMode.Isolated)
        .Tells("g1", Bridge0Mac, Frames.Ipv4(G1, L, (IpProtocol)99, new byte[length])).Should().StartWith(told);

    [Theory]
    [InlineData(0, 0x7650, "g1: icmp 3/3 192.168.122.1 > 192.168.122.11 ttl 64")]
    [InlineData(0, 0x7651, "")]
    [InlineData(0, 0, "")]
    [InlineData(10, 0x7646, "g1: icmp 3/3 192.168.122.1 > 192.168.122.11 ttl 64")]
    [InlineData(7, 0x7649, "")]
    [InlineData(13, 0x7643, "")]
    public void Udp_lite_finds_no_port_if_its_coverage_and_checksum_are_right(ushort coverage, ushort checksum, string told)
    {
        byte[] datagram = [0x13, 0x88, 0, 53, (byte)(coverage >> 8), (byte)coverage, (byte)(checksum >> 8), (byte)checksum, 0, 0, 0, 0];

        new TestNetwork(NetworkMode.Isolated).Tells("g1", Bridge0Mac, Frames.Ipv4(G1, Bridge0, IpProtocol.UdpLite, datagram)).Should().Be(told);
    }

    [Fact]
    public void A_reset_takes_the_service_of_what_it_answers_without_its_congestion_bits()
    {
        byte[] segment = Frames.Tcp(G1, 5000, Bridge0, 80, 2, default);
        segment[1] = 0xFF;
        Ipv4Rewriter.Seal(segment);

        new TestNetwork(NetworkMode.Isolated).Send("g1", Bridge0Mac, segment).Single().Frame[15].Should().Be(0xFC);
    }

    [Fact]
    public void A_neighbour_who_is_known_for_good_cannot_move_by_saying_so()
    {
        TestNetwork net = new(NetworkMode.Route);
        _ = net.SendFrame("g2", Frames.Ethernet(MacAddress.Broadcast, Mac(0x77), EtherType.Arp, Frames.Arp(1, Mac(0x77), G1, default, Bridge0)));

        MacAddress.Read(net.Send("eth0", UplinkMac, Frames.Udp(L, 53, G1, 5000, default)).Single().Frame).Should().Be(MacOf(G1));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(8, true)]
    [InlineData(9, false)]
    [InlineData(12, false)]
    [InlineData(13, true)]
    [InlineData(18, true)]
    [InlineData(19, false)]
    public void Nobody_is_told_of_a_message_that_may_be_an_error(byte type, bool told) => new TestNetwork(NetworkMode.Isolated)
        .Tells("g1", Bridge0Mac, Frames.Icmp(G1, L, type, 0, 0, default)).Should().Be(told ? "g1: icmp 3/3 192.168.122.1 > 192.168.122.11 ttl 64" : "");

    [Fact]
    public void Of_dccp_a_host_only_tells_what_sums_to_nothing() // as of any protocol that nf_reject_verify_csum does not know since Linux 6.17
    {
        TestNetwork net = new(NetworkMode.Isolated);

        net.Tells("g1", Bridge0Mac, Frames.Ipv4(G1, L, IpProtocol.Dccp, [0, 7, 0, 9, 4, 0, 0, 0, 1, 0, 0, 0])).Should().Be("");
        net.Tells("g1", Bridge0Mac, Frames.Ipv4(G1, L, IpProtocol.Dccp, [0, 7, 0, 9, 4, 0, 0xFA, 0xEF, 1, 0, 0, 0])).Should().StartWith("g1: icmp 3/3");
    }

    [Theory]
    [InlineData("192.168.122.1", "g1: icmp 3/3 192.168.122.1 > 192.168.122.11 ttl 64")]
    [InlineData("192.168.122.255", "")]
    [InlineData("255.255.255.255", "")]
    public void Of_a_packet_rejected_on_its_way_to_the_host_nobody_is_told_if_it_was_for_everybody(string to, string told)
    {
        TestNetwork net = new(NetworkMode.Route);
        net.Rule("g1", Verdict.Reject);

        net.Tells("g1", Bridge0Mac, Frames.Udp(G1, 5000, Address(to), 53, default)).Should().Be(told);
    }

    [Fact]
    public void A_host_that_does_not_forward_is_silent_where_it_would_have_rejected() =>
        new TestNetwork(NetworkMode.Isolated, options: new()).Tells("g1", Bridge0Mac, ToLan).Should().Be("");

    [Theory]
    [InlineData("192.168.122.1")]
    [InlineData("192.168.123.1")]
    [InlineData("10.0.0.2")]
    public void Every_address_of_the_host_answers_pings(string address) =>
        new TestNetwork(NetworkMode.Isolated).Tells("g1", Bridge0Mac, Frames.Icmp(G1, Address(address), 8, 0, 7, "ping"u8))
            .Should().Be($"g1: icmp 0/0 {address} > 192.168.122.11 ttl 64");

    [Fact]
    public void A_closed_udp_port_is_told_and_a_closed_tcp_port_resets()
    {
        TestNetwork net = new(NetworkMode.Isolated);

        net.Tells("g1", Bridge0Mac, Frames.Udp(G1, 5000, Bridge0, 9, default))
            .Should().Be("g1: icmp 3/3 192.168.122.1 > 192.168.122.11 ttl 64");
        net.Tells("g1", Bridge0Mac, Frames.Tcp(G1, 5000, Bridge0, 9, 2, default))
            .Should().Be("g1: tcp 9>5000 192.168.122.1 > 192.168.122.11 ttl 64");
    }

    [Theory]
    [InlineData("192.168.122.255")]
    [InlineData("255.255.255.255")]
    [InlineData("224.0.0.1")]
    public void Pings_to_groups_are_flooded_and_not_answered(string address) =>
        new TestNetwork(NetworkMode.Isolated).Tells("g1", MacAddress.Broadcast, Frames.Icmp(G1, Address(address), 8, 0, 7, default))
            .Should().Be($"g2: icmp 8/0 192.168.122.11 > {address} ttl 64");

    [Fact]
    public void A_ping_to_the_host_in_a_broadcast_frame_is_answered() =>
        new TestNetwork(NetworkMode.Isolated).Tells("g1", MacAddress.Broadcast, Frames.Icmp(G1, Bridge0, 8, 0, 7, default))
            .Should().Be("g2: icmp 8/0 192.168.122.11 > 192.168.122.1 ttl 64; g1: icmp 0/0 192.168.122.1 > 192.168.122.11 ttl 64");

    [Theory]
    [InlineData("10.0.0.255")] // another subnet's broadcast
    [InlineData("127.0.0.1")]
    public void To_these_destinations_nothing_happens(string address) =>
        new TestNetwork(NetworkMode.Route).Tells("g1", Bridge0Mac, Frames.Udp(G1, 1, Address(address), 2, default)).Should().Be("");

    [Theory]
    [InlineData("192.168.122.1")]
    [InlineData("10.0.0.2")]
    [InlineData("127.0.0.5")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.5")]
    [InlineData("255.255.255.255")]
    public void From_these_sources_nothing_is_taken(string source) =>
        new TestNetwork(NetworkMode.Route).Tells("g1", Bridge0Mac, Frames.Udp(Address(source), 1, L, 2, default)).Should().Be("");

    [Fact]
    public void Time_to_live_is_checked_before_the_firewall()
    {
        byte[] last = Frames.Ipv4(G1, L, IpProtocol.Udp, Frames.Udp(G1, 1, L, 2, default).AsSpan(20), timeToLive: 1);

        new TestNetwork(NetworkMode.Isolated).Tells("g1", Bridge0Mac, last).Should().Be("g1: icmp 11/0 192.168.122.1 > 192.168.122.11 ttl 64");
    }

    [Fact]
    public void A_foreign_source_is_rejected_towards_where_it_belongs() =>
        new TestNetwork(NetworkMode.Route).Tells("g1", Bridge0Mac, Frames.Udp(Address("203.0.113.5"), 1, L, 2, default))
            .Should().Be("eth0: icmp 3/3 10.0.0.2 > 203.0.113.5 ttl 64");

    [Fact]
    public void Guests_of_one_network_route_through_the_host_if_they_insist() =>
        new TestNetwork(NetworkMode.Isolated).Tells("g1", Bridge0Mac, Frames.Udp(G1, 1, G2, 2, default))
            .Should().Be("g2: udp 1>2 192.168.122.11 > 192.168.122.12 ttl 63");

    [Theory]
    [InlineData(NetworkMode.Isolated, NetworkMode.Isolated, "g1: icmp 3/3 192.168.122.1 > 192.168.122.11 ttl 64")]
    [InlineData(NetworkMode.Isolated, NetworkMode.Route, "h1: udp 1>2 192.168.122.11 > 192.168.123.11 ttl 63")]
    [InlineData(NetworkMode.Route, NetworkMode.Isolated, "g1: icmp 3/3 192.168.122.1 > 192.168.122.11 ttl 64")]
    [InlineData(NetworkMode.Route, NetworkMode.Route, "h1: udp 1>2 192.168.122.11 > 192.168.123.11 ttl 63")]
    public void Between_two_networks_the_destinations_rules_come_before_the_sources(NetworkMode from, NetworkMode to, string result)
    {
        new TestNetwork(from, to).Tells("g1", Bridge0Mac, Frames.Udp(G1, 1, H1, 2, default)).Should().Be(result);
        new TestNetwork(from, to, secondFirst: true).Tells("g1", Bridge0Mac, Frames.Udp(G1, 1, H1, 2, default)).Should().Be(result);
    }

    [Theory]
    [InlineData("192.168.122.1", "g1: icmp 3/2 192.168.122.1 > 192.168.122.11 ttl 64")]
    [InlineData("192.168.122.255", "")] // icmp_send keeps silent about what was for everybody
    public void An_unknown_protocol_is_told_of_unless_the_packet_was_for_everybody(string address, string told) =>
        new TestNetwork(NetworkMode.Isolated).Tells("g1", Bridge0Mac, Frames.Ipv4(G1, Address(address), IpProtocol.Esp, "odd data"u8)).Should().Be(told);

    [Theory]
    [InlineData(99, false)] // a payload that does not sum to a checksum
    [InlineData(50, true)]
    [InlineData(47, true)]
    public void Rejection_depends_on_the_protocol(byte protocol, bool told)
    {
        string seen = new TestNetwork(NetworkMode.Isolated).Tells("g1", Bridge0Mac, Frames.Ipv4(G1, L, (IpProtocol)protocol, "odd data"u8));

        seen.Should().Be(told ? "g1: icmp 3/3 192.168.122.1 > 192.168.122.11 ttl 64" : "");
    }

    [Fact]
    public void Rejection_is_silent_about_a_wrong_checksum_and_speaks_about_none()
    {
        TestNetwork net = new(NetworkMode.Isolated);
        byte[] wrong = [.. ToLan], none = [.. ToLan];
        wrong[26] ^= 1;
        (none[26], none[27]) = (0, 0);

        net.Tells("g1", Bridge0Mac, wrong).Should().Be("");
        net.Tells("g1", Bridge0Mac, none).Should().StartWith("g1: icmp 3/3");
    }

    [Fact]
    public void A_packet_that_may_not_be_cut_meets_the_mtu()
    {
        TestNetwork net = new(NetworkMode.Route, port: o => o with { Mtu = 9000 });
        byte[] large = Frames.Udp(G1, 1, L, 2, new byte[3000]);
        large[6] = 0x40;
        Ipv4Rewriter.Seal(large);

        IReadOnlyList<(string, byte[] Frame)> told = net.Send("g1", Bridge0Mac, large);

        Tell(told.Single()).Should().Be("g1: icmp 3/4 192.168.122.1 > 192.168.122.11 ttl 64");
        Ipv4Rewriter.Word(told[0].Frame, 14 + 20 + 6).Should().Be(1500);
        told[0].Frame.Should().HaveCount(14 + 576);
    }

    [Fact]
    public void One_that_may_be_cut_leaves_in_pieces_of_the_mtu()
    {
        TestNetwork net = new(NetworkMode.Route);

        net.Send("g1", Bridge0Mac, Frames.Udp(G1, 1, L, 2, new byte[3000])).Select(s => s.Frame.Length).Should().Equal(1514, 1514, 14 + 20 + 48);
    }

    [Fact]
    public void The_host_answers_arp_for_any_of_its_addresses_to_the_sender_named_inside()
    {
        TestNetwork net = new(NetworkMode.Isolated);
        byte[] question = Frames.Arp(1, Mac(0x77), G1, default, Uplink);

        net.SendFrame("g1", Frames.Ethernet(MacAddress.Broadcast, MacOf(G1), EtherType.Arp, question))
            .Where(seen => MacAddress.Read(seen.Frame) == Mac(0x77)).Should().BeEquivalentTo(
                [("g1", Answer()), ("g2", Answer())], "that station is unknown, so the answer is flooded");

        static byte[] Answer() =>
            Frames.Ethernet(Mac(0x77), Bridge0Mac, EtherType.Arp, Frames.Arp(2, Bridge0Mac, Uplink, Mac(0x77), G1));
    }

    [Theory]
    [InlineData("192.168.122.50")]
    [InlineData("10.0.0.9")]
    [InlineData("127.0.0.1")]
    [InlineData("192.168.122.255")]
    public void It_does_not_answer_for_others(string target) =>
        new TestNetwork(NetworkMode.Isolated)
            .SendFrame("g1", Frames.Ethernet(MacAddress.Broadcast, MacOf(G1), EtherType.Arp, Frames.Arp(1, MacOf(G1), G1, default, Address(target))))
            .Select(s => s.At).Should().Equal("g2");

    [Fact]
    public void An_unknown_neighbour_is_asked_for_three_times_and_then_the_sender_is_told()
    {
        TestNetwork net = new(NetworkMode.Route);
        net.Tells("g1", Bridge0Mac, Frames.Udp(G1, 1, Address("10.0.0.77"), 2, default)).Should().Be("eth0: 0806");
        net.Clock.Advance(TimeSpan.FromSeconds(2));
        net.Host.Fates[Fate.NoNeighbour].Should().Be(0);
        net.Clock.Advance(TimeSpan.FromSeconds(1));

        net.Host.Fates[Fate.NoNeighbour].Should().Be(1);
    }

    [Theory]
    [InlineData(0, "eth0")]
    [InlineData(1, "")]
    [InlineData(2, "eth0")]
    public void Reverse_path_filtering_asks_for_the_way_back(int filter, string at) =>
        new TestNetwork(NetworkMode.Open, options: new() { Forwarding = true, ReversePathFilter = filter })
            .Send("g1", Bridge0Mac, Frames.Udp(Address("203.0.113.5"), 1, L, 2, default)).Select(s => s.At)
            .Should().Equal(at.Length == 0 ? [] : [at]);

    [Fact]
    public void A_priority_tag_is_taken_off_and_another_vlan_is_ignored()
    {
        TestNetwork net = new(NetworkMode.Isolated);
        byte[] question = Frames.Arp(1, MacOf(G1), G1, default, Bridge0);

        net.SendFrame("g1", Tagged(0)).Select(s => s.At).Should().Equal("g2", "g1");
        net.SendFrame("g1", Tagged(5)).Select(s => s.At).Should().Equal("g2");

        byte[] Tagged(int id) =>
            Frames.Ethernet(MacAddress.Broadcast, MacOf(G1), EtherType.Vlan, Frames.Vlan(id, EtherType.Arp, question));
    }
}
