using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Simulator.Switching;
using Lab.Simulator.Tests.Switching;
using static Lab.Simulator.Tests.Switching.TestSwitch;

namespace Lab.Simulator.Tests.Networks.Firewall;

public sealed class IpHooksTests
{
    private static readonly Ipv4Address From = Ipv4Address.Parse("192.168.122.11"), To = Ipv4Address.Parse("192.168.122.12");

    [Fact]
    public void Bytes_behind_the_packet_are_cut_off()
    {
        TestSwitch made = Switch();
        byte[] packet = Frames.Udp(From, 1, To, 2, "12345678"u8); // 36 bytes

        _ = made.Send("g1", [.. Frames.Ethernet(Mac(2), Mac(1), EtherType.Ipv4, packet), .. new byte[10]]);

        made.At("g2").Single().Should().HaveCount(50);
    }

    [Theory]
    [InlineData(0, 0x55)] // version
    [InlineData(0, 0x44)] // header of four words
    [InlineData(0, 0x4F)] // header beyond the frame
    [InlineData(10, 0xFF)] // checksum
    public void A_malformed_header_is_dropped_before_learning(int at, byte value)
    {
        TestSwitch made = Switch();
        byte[] frame = Frames.Ethernet(Mac(2), Mac(1), EtherType.Ipv4, Frames.Udp(From, 1, To, 2, default));
        frame[14 + at] = value;

        made.Send("g1", frame).Should().BeEmpty();
        made.Fates.Should().Equal((Fate.MalformedIpv4, "g1"));
        made.Bridge.WhereIs(Mac(1)).Should().BeNull();
    }

    [Fact]
    public void A_tagged_packet_is_none_of_its_business()
    {
        TestSwitch made = Switch();

        made.Send("g1", Frames.Ethernet(Mac(2), Mac(1), EtherType.Vlan, Frames.Vlan(1, EtherType.Ipv4, new byte[40]))).Should().Equal("g2", "g3");
    }

    [Fact]
    public void An_ipv6_payload_beyond_the_frame_is_dropped_and_bytes_behind_it_are_cut()
    {
        TestSwitch made = Switch();
        byte[] packet = Frames.Udp(Ipv6Address.Parse("2001:db8::1"), 1, Ipv6Address.Parse("2001:db8::2"), 2, "12345678"u8);
        _ = made.Send("g1", [.. Frames.Ethernet(Mac(2), Mac(1), EtherType.Ipv6, packet), 0, 0, 0]);
        made.At("g2").Single().Should().HaveCount(14 + 40 + 16);

        made.Send("g1", Frames.Ethernet(Mac(2), Mac(1), EtherType.Ipv6, packet.AsSpan(..^1))).Should().BeEmpty();
        made.Fates.Should().Equal((Fate.MalformedIpv6, "g1"));
    }

    [Fact]
    public void A_short_arp_packet_is_learned_from_and_shown_to_the_host_but_not_forwarded()
    {
        TestSwitch made = Switch();

        made.Send("g1", Frames.Ethernet(MacAddress.Broadcast, Mac(1), EtherType.Arp, new byte[7])).Should().Equal("host");
        made.Bridge.WhereIs(Mac(1)).Should().Be(made["g1"]);
        made.Send("g1", Frames.Ethernet(MacAddress.Broadcast, Mac(1), EtherType.Arp, new byte[8])).Should().Equal("g2", "g3", "host");
    }

    [Fact]
    public void A_layer_2_drop_on_the_way_in_prevents_learning_and_one_on_the_way_out_does_not()
    {
        TestSwitch made = new();
        _ = made.Add("g1", 1, program: FilterProgram.Empty with { EthernetFromGuest = Dropping });
        _ = made.Add("g2", 2);
        _ = made.Add("g3", 3, program: FilterProgram.Empty with { EthernetToGuest = Dropping });

        made.Send("g1", Frame(MacAddress.Broadcast, Mac(1))).Should().BeEmpty();
        made.Fates.Should().Equal((Fate.FilteredFromGuest, "g1"));
        made.Bridge.WhereIs(Mac(1)).Should().BeNull();

        made.Send("g2", Frame(MacAddress.Broadcast, Mac(2))).Should().Equal("g1", "host");
        made.Fates.Should().Contain((Fate.FilteredToGuest, "g3"));
        made.Bridge.WhereIs(Mac(2)).Should().Be(made["g2"]);
    }

    [Fact]
    public void The_senders_ip_filter_is_asked_before_the_receivers_and_acceptance_by_the_receiver_ends_the_hook()
    {
        Stage pass = new([new("FI", [], ChainEnd.Return)]);
        TestSwitch made = new(host: new() { AcceptsForwarded = false });
        _ = made.Add("g1", 1, program: WithIp(new(pass, pass, pass)));
        _ = made.Add("g2", 2, program: WithIp(new(pass, Deciding(Verdict.Accept), pass)));
        _ = made.Add("g3", 3, program: WithIp(new(Deciding(Verdict.Reject), pass, Deciding(Verdict.Drop))));
        _ = made.Add("g4", 4);

        made.Send("g1", Udp(Mac(9), 1)).Should().Equal("g2", "g3", "g4"); // undecided, but the sender has IP rules
        made.Send("g4", Udp(Mac(9), 4)).Should().Equal("g2"); // elsewhere the host's policy refuses
        made.Fates.Should().Contain((Fate.RefusedByHostPolicy, "g1"));
        made.Send("g3", Udp(Mac(9), 3)).Should().BeEmpty();
        made.Fates.Should().OnlyContain(f => f.Fate == Fate.RejectedFromGuestForwarded);
    }

    private static TestSwitch Switch()
    {
        TestSwitch made = new(host: new());
        for (int i = 1; i <= 3; i++)
        {
            _ = made.Add($"g{i}", i);
        }

        return made;
    }

    private static byte[] Udp(MacAddress to, int from) =>
        Frames.Ethernet(to, Mac(from), EtherType.Ipv4, Frames.Udp(From, 1, To, 2, default));

    private static FilterProgram WithIp(IpStages stages) => FilterProgram.Empty with { Ipv4 = stages };

    private static Stage Dropping => Deciding(Verdict.Drop);

    private static Stage Deciding(Verdict verdict) =>
        new([new("root", [new Rule(ImmutableArray<Condition>.Empty, verdict, new("test", new SourcePosition("test.xml", 1, 1)))], ChainEnd.Accept)]);
}
