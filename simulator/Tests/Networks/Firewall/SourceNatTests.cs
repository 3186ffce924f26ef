using Lab.Engine.Packets;
using Lab.Simulator.Networks;
using Lab.Simulator.Networks.Ipv4;
using static Lab.Simulator.Tests.Networks.TestNetwork;

namespace Lab.Simulator.Tests.Networks.Firewall;

/// <summary>switching.md sections 3.4, 4.2 and 4.5 to 4.7, in nat mode.</summary>
public sealed class SourceNatTests
{
    [Fact]
    public void A_guest_hides_behind_the_uplink_and_its_answers_find_it()
    {
        TestNetwork net = new(NetworkMode.Nat);

        net.Tells("g1", Bridge0Mac, Frames.Udp(G1, 5000, L, 53, "question"u8)).Should().Be("eth0: udp 5000>53 10.0.0.2 > 10.0.0.9 ttl 63");
        net.Tells("eth0", UplinkMac, Frames.Udp(L, 53, Uplink, 5000, "answer"u8)).Should().Be("g1: udp 53>5000 10.0.0.9 > 192.168.122.11 ttl 63");
    }

    [Theory]
    [InlineData(IpProtocol.Udp)]
    [InlineData(IpProtocol.Tcp)]
    [InlineData(IpProtocol.Icmp)]
    public void Translated_packets_have_right_checksums(IpProtocol protocol)
    {
        TestNetwork net = new(NetworkMode.Nat);
        byte[] sent = protocol switch
        {
            IpProtocol.Udp => Frames.Udp(G1, 80, L, 53, "odd"u8),
            IpProtocol.Tcp => Frames.Tcp(G1, 80, L, 53, 2, default),
            _ => Frames.Icmp(G1, L, 8, 0, 0x0007_0001, "ping"u8),
        };

        byte[] packet = net.Send("g1", Bridge0Mac, sent).Single().Frame[14..];

        InternetChecksum.Of(packet.AsSpan(0, 20)).Should().Be(0);
        (protocol == IpProtocol.Icmp ? InternetChecksum.Of(packet.AsSpan(20)) == 0 : Transport.ChecksumIsRight(packet)).Should().BeTrue();
    }

    [Fact]
    public void What_nobody_asked_for_is_rejected() =>
        new TestNetwork(NetworkMode.Nat).Tells("eth0", UplinkMac, Frames.Udp(L, 53, G1, 5000, default))
            .Should().Be("eth0: icmp 3/3 10.0.0.2 > 10.0.0.9 ttl 64");

    [Fact]
    public void Another_host_may_not_use_a_mapped_port()
    {
        TestNetwork net = new(NetworkMode.Nat);
        _ = net.Send("g1", Bridge0Mac, Frames.Udp(G1, 5000, L, 53, default));

        net.Tells("eth0", UplinkMac, Frames.Udp(L, 54, Uplink, 5000, default)).Should().Be("eth0: icmp 3/3 10.0.0.2 > 10.0.0.9 ttl 64");
    }

    [Fact]
    public void A_taken_port_is_replaced_and_the_replacement_reused()
    {
        TestNetwork net = new(NetworkMode.Nat);
        PortOf(net.Send("g1", Bridge0Mac, Frames.Udp(G1, 5000, L, 80, default))).Should().Be(5000);

        ushort replaced = PortOf(net.Send("g2", Bridge0Mac, Frames.Udp(G2, 5000, L, 80, default)));

        replaced.Should().NotBe(5000).And.BeGreaterThanOrEqualTo(1024);
        PortOf(net.Send("g2", Bridge0Mac, Frames.Udp(G2, 5000, Gateway, 80, default))).Should().Be(replaced);
        PortOf(net.Send("g1", Bridge0Mac, Frames.Udp(G1, 80, L, 80, default))).Should().BeGreaterThanOrEqualTo(1024);
        PortOf(net.Send("g1", Bridge0Mac, Frames.Udp(G1, 1024, L, 80, default))).Should().Be(1024);
    }

    [Fact]
    public void A_protocol_without_ports_serves_one_guest_per_destination()
    {
        TestNetwork net = new(NetworkMode.Nat);

        net.Tells("g1", Bridge0Mac, Frames.Ipv4(G1, L, IpProtocol.Esp, new byte[16])).Should().StartWith("eth0: protocol 50 10.0.0.2");
        net.Tells("g2", Bridge0Mac, Frames.Ipv4(G2, L, IpProtocol.Esp, new byte[16])).Should().Be("");
        net.Tells("g2", Bridge0Mac, Frames.Ipv4(G2, Gateway, IpProtocol.Esp, new byte[16])).Should().StartWith("eth0: protocol 50 10.0.0.2");
    }

    [Fact]
    public void An_invalid_packet_leaves_with_its_private_source()
    {
        TestNetwork net = new(NetworkMode.Nat);

        net.Tells("g1", Bridge0Mac, Frames.Tcp(G1, 5000, L, 80, 4, default)).Should().Be("eth0: tcp 5000>80 192.168.122.11 > 10.0.0.9 ttl 63");
        net.Tells("g1", Bridge0Mac, Frames.Icmp(G1, L, 0, 0, 7, default)).Should().Be("eth0: icmp 0/0 192.168.122.11 > 10.0.0.9 ttl 63");
    }

    [Fact]
    public void An_error_about_a_translated_packet_reaches_the_guest_quoting_its_own()
    {
        TestNetwork net = new(NetworkMode.Nat);
        byte[] outside = net.Send("g1", Bridge0Mac, Frames.Udp(G1, 5000, L, 53, "question"u8)).Single().Frame[14..];

        byte[] error = net.Send("eth0", UplinkMac, IcmpErrors.Build(Gateway, Uplink, 3, 1, 0, outside)).Single().Frame;

        Tell(("g1", error)).Should().Be("g1: icmp 3/1 10.0.0.1 > 192.168.122.11 ttl 63");
        byte[] quoted = error[(14 + 28)..];
        quoted[8]++; // it was forwarded once before it was quoted
        quoted[10] = quoted[11] = 0;
        byte[] original = Frames.Udp(G1, 5000, L, 53, "question"u8);
        original[10] = original[11] = 0;
        quoted.Should().Equal(original);
        InternetChecksum.Of(error.AsSpan(14 + 20)).Should().Be(0);
    }

    [Fact]
    public void A_guests_error_about_a_reply_quotes_what_the_outside_sent()
    {
        TestNetwork net = new(NetworkMode.Nat);
        _ = net.Send("g1", Bridge0Mac, Frames.Udp(G1, 5000, L, 53, default));
        byte[] reply = net.Send("eth0", UplinkMac, Frames.Udp(L, 53, Uplink, 5000, default)).Single().Frame[14..];

        byte[] error = net.Send("g1", Bridge0Mac, IcmpErrors.Build(G1, L, 3, 3, 0, reply)).Single().Frame;

        Tell(("eth0", error)).Should().Be("eth0: icmp 3/3 10.0.0.2 > 10.0.0.9 ttl 63");
        Ipv4Address.Read(error.AsSpan(14 + 28 + 16)).Should().Be(Uplink);
    }

    [Fact]
    public void Bridged_groups_outside_the_local_block_get_the_bridges_address_and_local_ones_keep_theirs()
    {
        TestNetwork net = new(NetworkMode.Nat);

        net.Tells("g1", MacAddress.Parse("01:00:5e:01:01:01"), Frames.Udp(G1, 5000, Address("239.1.1.1"), 7, default))
            .Should().Be("g2: udp 5000>7 192.168.122.1 > 239.1.1.1 ttl 64");
        net.Tells("g1", MacAddress.Parse("01:00:5e:00:00:05"), Frames.Udp(G1, 5000, Address("224.0.0.5"), 7, default))
            .Should().Be("g2: udp 5000>7 192.168.122.11 > 224.0.0.5 ttl 64");
        net.Tells("g1", MacOf(G2), Frames.Udp(G1, 5001, L, 7, default)).Should().Be("g2: udp 5001>7 192.168.122.1 > 10.0.0.9 ttl 64");
    }

    [Fact]
    public void Without_a_range_a_port_below_1024_is_kept_too()
    {
        byte[] packet = Sctp(G1, 0, L, 80);

        byte[] seen = new TestNetwork(NetworkMode.Nat).Send("g1", Bridge0Mac, packet).Single().Frame[14..];

        Ipv4Address.Read(seen.AsSpan(12)).Should().Be(Uplink);
        Ipv4Rewriter.Word(seen, 20).Should().Be(0);
    }

    [Fact]
    public void A_connection_that_no_rule_translates_takes_another_port_where_its_answers_could_not_be_told_apart()
    {
        TestNetwork net = new(NetworkMode.Nat);
        _ = net.Send("g1", MacOf(G2), Sctp(G1, 5000, L, 80)); // answers go to the bridge's address

        byte[] seen = net.Send("g2", MacOf(G1), Sctp(L, 80, G1, 5000)).Single().Frame[14..];

        Ipv4Address.Read(seen.AsSpan(12)).Should().Be(L);
        Ipv4Rewriter.Word(seen, 20).Should().NotBe(80).And.BeInRange(1, 511);
        SctpView.TryRead(seen.AsSpan(20), out SctpView sctp).Should().BeTrue();
        sctp.ChecksumIsRight.Should().BeTrue();
    }

    [Fact]
    public void Where_a_protocol_without_ports_could_not_tell_its_answers_apart_it_is_lost()
    {
        TestNetwork net = new(NetworkMode.Nat);
        _ = net.Send("g1", MacOf(G2), Frames.Ipv4(G1, L, IpProtocol.Esp, new byte[16]));

        net.Tells("g2", MacOf(G1), Frames.Ipv4(L, G1, IpProtocol.Esp, new byte[16])).Should().Be("");
        net.Tells("g2", MacOf(G1), Frames.Ipv4(Gateway, G1, IpProtocol.Esp, new byte[16])).Should().Be("g1: protocol 50 10.0.0.1 > 192.168.122.11 ttl 64");
    }

    [Fact]
    public void What_was_lost_so_begins_no_connection_where_the_host_gets_it_too()
    {
        TestNetwork net = new(NetworkMode.Nat);
        MacAddress group = MacAddress.Parse("01:00:5e:00:00:09");
        _ = net.Send("g1", MacOf(G2), Frames.Ipv4(G1, L, IpProtocol.Esp, new byte[16]));
        byte[] other = Frames.Ipv4(Address("192.168.122.13"), L, IpProtocol.Esp, new byte[16]);

        net.Tells("g1", group, other).Should().Be("");
        net.Tells("g1", group, other).Should().Be("", "it is no known connection, and has still no answer of its own");
    }

    [Fact]
    public void Of_gre_that_ends_so_the_host_cannot_tell_anything_either()
    {
        TestNetwork net = new(NetworkMode.Nat);
        byte[] spent = Frames.Ipv4(G1, L, (IpProtocol)47, default);
        spent[8] = 1;
        Ipv4Rewriter.Seal(spent);
        net.Tells("g1", Bridge0Mac, spent).Should().Be("g1: icmp 11/0 192.168.122.1 > 192.168.122.11 ttl 64");
        _ = net.Send("g1", Bridge0Mac, Frames.Ipv4(G1, L, (IpProtocol)47, new byte[8]));

        net.Tells("g1", Bridge0Mac, spent).Should().Be("", "the error would have to quote translated addresses");
    }

    [Fact]
    public void Gre_that_ends_before_eight_bytes_is_translated_by_nobody()
    {
        TestNetwork net = new(NetworkMode.Nat);

        net.Tells("g1", Bridge0Mac, Frames.Ipv4(G1, L, (IpProtocol)47, new byte[7])).Should().Be("");
        net.Tells("g1", MacOf(G2), Frames.Ipv4(G1, G2, (IpProtocol)47, new byte[7])).Should().Be("g2: protocol 47 192.168.122.11 > 192.168.122.12 ttl 64");
        net.Tells("g1", Bridge0Mac, Frames.Ipv4(G1, L, (IpProtocol)47, new byte[8])).Should().Be("eth0: protocol 47 10.0.0.2 > 10.0.0.9 ttl 63");
    }

    [Fact]
    public void A_connection_that_hides_behind_one_device_is_forgotten_when_it_leaves_by_another()
    {
        TestNetwork net = new(NetworkMode.Nat);
        byte[] packet = Frames.Udp(G1, 5000, L, 53, default);

        net.Tells("g1", MacOf(G2), packet).Should().Be("g2: udp 5000>53 192.168.122.1 > 10.0.0.9 ttl 64");
        net.Tells("g1", Bridge0Mac, packet).Should().Be("");
        net.Tells("g1", Bridge0Mac, packet).Should().Be("eth0: udp 5000>53 10.0.0.2 > 10.0.0.9 ttl 63");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_answer_to_what_was_translated_on_the_bridge_goes_straight_to_its_station(bool toTheHost)
    {
        TestNetwork net = new(NetworkMode.Nat);
        _ = net.Send("g1", MacOf(G2), Frames.Udp(G1, 5000, L, 53, default));

        (string At, byte[] Frame) seen = net.Send("g2", toTheHost ? Bridge0Mac : MacOf(G2), Frames.Udp(L, 53, Bridge0, 5000, default)).Single();

        Tell(seen).Should().Be("g1: udp 53>5000 10.0.0.9 > 192.168.122.11 ttl 64");
        MacAddress.Read(seen.Frame).Should().Be(MacOf(G1));
        MacAddress.Read(seen.Frame.AsSpan(6)).Should().Be(MacOf(L), "the sender's frame is only given another destination");
    }

    [Fact]
    public void An_answer_on_the_bridge_that_claims_to_be_the_hosts_own_is_lost()
    {
        TestNetwork net = new(NetworkMode.Nat);
        _ = net.Send("g1", MacOf(G2), Frames.Udp(G1, 5000, Uplink, 53, default));

        net.Tells("g2", Bridge0Mac, Frames.Udp(Uplink, 53, Bridge0, 5000, default)).Should().Be("");
    }

    [Fact]
    public void A_redirect_about_a_translated_connection_is_lost()
    {
        TestNetwork net = new(NetworkMode.Nat);
        byte[] outside = net.Send("g1", Bridge0Mac, Frames.Udp(G1, 5000, L, 53, default)).Single().Frame[14..];

        net.Tells("eth0", UplinkMac, IcmpErrors.Build(Gateway, Uplink, 5, 1, Gateway.Bits, outside)).Should().Be("");
        net.Tells("eth0", UplinkMac, IcmpErrors.Build(Gateway, Uplink, 3, 1, 0, outside)).Should().StartWith("g1: icmp 3/1");
    }

    [Fact]
    public void An_error_may_quote_nothing_but_addresses_of_a_protocol_without_ports()
    {
        TestNetwork net = new(NetworkMode.Nat);
        byte[] outside = net.Send("g1", Bridge0Mac, Frames.Ipv4(G1, L, IpProtocol.Esp, default)).Single().Frame[14..];

        byte[] error = net.Send("eth0", UplinkMac, IcmpErrors.Build(L, Uplink, 3, 1, 0, outside)).Single().Frame;

        Ipv4Address.Read(error.AsSpan(14 + 28 + 12)).Should().Be(G1);
    }

    [Fact]
    public void A_connection_whose_first_packet_only_the_host_got_is_never_translated()
    {
        TestNetwork net = new(NetworkMode.Nat, port: options => options with { BroadcastFlood = false });
        byte[] packet = Frames.Udp(G1, 5000, L, 53, default);

        net.Tells("g1", MacAddress.Broadcast, packet).Should().Be("");
        net.Tells("g1", MacOf(G2), packet).Should().Be("g2: udp 5000>53 192.168.122.11 > 10.0.0.9 ttl 64");
    }

    [Fact]
    public void Bridged_fragments_are_held_until_whole_and_leave_in_their_old_sizes_without_the_flag_not_to_fragment()
    {
        TestNetwork net = new(NetworkMode.Nat);
        byte[] whole = Frames.Udp(G1, 5000, G2, 7, new byte[100]);
        byte[] first = Piece(whole, 0, 64, more: true), second = Piece(whole, 64, 44, more: false);

        net.Send("g1", MacOf(G2), second).Should().BeEmpty();
        IReadOnlyList<(string At, byte[] Frame)> seen = net.Send("g1", MacOf(G2), first);

        seen.Select(s => s.At).Should().Equal("g2", "g2");
        seen.Select(s => s.Frame.Length).Should().Equal(14 + 20 + 64, 14 + 20 + 44);
        seen.Should().OnlyContain(s => (s.Frame[14 + 6] & 0x40) == 0);
    }

    [Fact]
    public void A_partial_overlap_discards_what_was_collected()
    {
        TestNetwork net = new(NetworkMode.Nat);
        byte[] whole = Frames.Udp(G1, 5000, G2, 7, new byte[100]);

        net.Send("g1", MacOf(G2), Piece(whole, 0, 64, more: true)).Should().BeEmpty();
        net.Send("g1", MacOf(G2), Piece(whole, 56, 52, more: false)).Should().BeEmpty();
        net.Send("g1", MacOf(G2), Piece(whole, 64, 44, more: false)).Should().BeEmpty();
        net.Send("g1", MacOf(G2), Piece(whole, 0, 64, more: true)).Should().HaveCount(2);
    }

    [Theory]
    [InlineData(NetworkMode.Isolated, NetworkMode.Nat, "g1: icmp 3/3 192.168.122.1 > 192.168.122.11 ttl 64")]
    [InlineData(NetworkMode.Nat, NetworkMode.Isolated, "g1: icmp 3/3 192.168.122.1 > 192.168.122.11 ttl 64")]
    [InlineData(NetworkMode.Nat, NetworkMode.Nat, "g1: icmp 3/3 192.168.122.1 > 192.168.122.11 ttl 64")]
    [InlineData(NetworkMode.Route, NetworkMode.Nat, "g1: icmp 3/3 192.168.122.1 > 192.168.122.11 ttl 64")]
    [InlineData(NetworkMode.Nat, NetworkMode.Route, "h1: udp 5000>2 192.168.123.1 > 192.168.123.11 ttl 63")]
    public void Between_networks_of_which_one_translates(NetworkMode from, NetworkMode to, string result) =>
        new TestNetwork(from, to).Tells("g1", Bridge0Mac, Frames.Udp(G1, 5000, H1, 2, default)).Should().Be(result);

    private static byte[] Piece(byte[] whole, int offset, int length, bool more)
    {
        byte[] piece = Frames.Ipv4(G1, G2, IpProtocol.Udp, whole.AsSpan(20 + offset, length), identification: 77);
        Ipv4Rewriter.Put(piece, 6, (ushort)((offset / 8) | (more ? 0x2000 : 0) | 0x4000));
        Ipv4Rewriter.Seal(piece);
        return piece;
    }

    private static byte[] Sctp(Ipv4Address from, ushort fromPort, Ipv4Address to, ushort toPort)
    {
        byte[] packet = new byte[32]; // RFC 9260 section 3: common header, INIT
        Ipv4Rewriter.Put(packet, 0, fromPort);
        Ipv4Rewriter.Put(packet, 2, toPort);
        packet[12] = 1;
        packet[15] = 20;
        SctpView.Seal(packet);
        return Frames.Ipv4(from, to, IpProtocol.Sctp, packet);
    }

    private static ushort PortOf(IReadOnlyList<(string At, byte[] Frame)> seen)
    {
        seen.Single().At.Should().Be("eth0");
        return Ipv4Rewriter.Word(seen[0].Frame, 34);
    }
}
