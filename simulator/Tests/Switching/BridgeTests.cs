using Lab.Engine.Packets;
using Lab.Simulator.Switching;
using static Lab.Simulator.Tests.Switching.TestSwitch;

namespace Lab.Simulator.Tests.Switching;

public sealed class BridgeTests
{
    private static readonly MacAddress BpduGroup = MacAddress.Parse("01:80:c2:00:00:00");

    [Fact]
    public void An_unknown_station_is_flooded_to_everyone_but_the_sender_and_not_to_the_host() =>
        WithPorts(3).Send("g1", Frame(Mac(9), Mac(1))).Should().Equal("g2", "g3");

    [Fact]
    public void A_broadcast_reaches_every_other_port_and_the_host() =>
        WithPorts(3).Send("g1", Frame(MacAddress.Broadcast, Mac(1))).Should().Equal("g2", "g3", "host");

    [Fact]
    public void A_known_station_gets_its_frames_alone()
    {
        TestSwitch made = WithPorts(3);
        _ = made.Send("g2", Frame(Mac(1), Mac(2)));

        made.Send("g1", Frame(Mac(2), Mac(1))).Should().Equal("g2");
    }

    [Fact]
    public void A_station_that_moves_is_found_at_its_new_port_at_once()
    {
        TestSwitch made = WithPorts(3);
        _ = made.Send("g2", Frame(Mac(1), Mac(2)));
        _ = made.Send("g3", Frame(Mac(1), Mac(2)));

        made.Send("g1", Frame(Mac(2), Mac(1))).Should().Equal("g3");
    }

    [Fact]
    public void A_station_is_forgotten_when_nothing_came_from_it_for_the_ageing_time()
    {
        TestSwitch made = WithPorts(3);
        _ = made.Send("g2", Frame(Mac(1), Mac(2)));
        made.Clock.Advance(TimeSpan.FromSeconds(299));
        made.Send("g1", Frame(Mac(2), Mac(1))).Should().Equal("g2");
        made.Clock.Advance(TimeSpan.FromSeconds(1));

        made.Send("g1", Frame(Mac(2), Mac(1))).Should().Equal("g2", "g3");
    }

    [Fact]
    public void An_ageing_time_of_zero_makes_a_hub()
    {
        TestSwitch made = WithPorts(3, new(Mac(0xFE)) { Ageing = TimeSpan.Zero });
        _ = made.Send("g2", Frame(Mac(1), Mac(2)));

        made.Send("g1", Frame(Mac(2), Mac(1))).Should().Equal("g2", "g3");
    }

    [Fact]
    public void A_frame_for_any_port_device_goes_to_the_host_only()
    {
        TestSwitch made = WithPorts(3);

        made.Send("g1", Frame(DeviceMac(2), Mac(1))).Should().Equal("host");
        made.Send("g1", Frame(DeviceMac(1), Mac(1))).Should().Equal("host");
        made.Send("g1", Frame(Mac(0xFE), Mac(1))).Should().Equal("host");
    }

    [Fact]
    public void The_hosts_own_addresses_are_never_learned_elsewhere_but_frames_from_them_pass()
    {
        TestSwitch made = WithPorts(3);

        made.Send("g1", Frame(Mac(9), Mac(0xFE))).Should().Equal("g2", "g3");
        made.Send("g2", Frame(Mac(0xFE), Mac(2))).Should().Equal("host");
    }

    [Theory]
    [InlineData("ff:ff:ff:ff:ff:ff")]
    [InlineData("01:00:5e:00:00:01")]
    [InlineData("00:00:00:00:00:00")]
    public void A_source_that_no_station_can_have_is_dropped(string source)
    {
        TestSwitch made = WithPorts(2);

        made.Send("g1", Frame(Mac(2), MacAddress.Parse(source))).Should().BeEmpty();
        made.Fates.Should().Equal((Fate.SourceNotUnicast, "g1"));
    }

    [Fact]
    public void A_frame_for_a_station_behind_the_same_port_goes_nowhere_but_teaches()
    {
        TestSwitch made = WithPorts(2);
        _ = made.Send("g1", Frame(Mac(2), Mac(7)));

        made.Send("g1", Frame(Mac(7), Mac(8))).Should().BeEmpty();
        made.Fates.Should().Equal((Fate.SamePort, "g1"));
        made.Send("g2", Frame(Mac(8), Mac(2))).Should().Equal("g1");
    }

    [Fact]
    public void Hairpin_reflects_broadcast_unknown_and_own_stations()
    {
        TestSwitch made = WithPorts(2, change: o => o with { Hairpin = o.Name == "g1" });

        made.Send("g1", Frame(MacAddress.Broadcast, Mac(1))).Should().Equal("g1", "g2", "host");
        made.Send("g1", Frame(Mac(9), Mac(1))).Should().Equal("g1", "g2");
        made.Send("g1", Frame(Mac(1), Mac(1))).Should().Equal("g1");
    }

    [Fact]
    public void Isolated_ports_reach_others_and_the_host_but_not_each_other()
    {
        TestSwitch made = WithPorts(3, change: o => o with { Isolated = o.Name != "g3" });

        made.Send("g1", Frame(MacAddress.Broadcast, Mac(1))).Should().Equal("g3", "host");
        made.Send("g3", Frame(MacAddress.Broadcast, Mac(3))).Should().Equal("g1", "g2", "host");
    }

    [Fact]
    public void Isolation_wins_over_hairpin()
    {
        TestSwitch made = WithPorts(2, change: o => o with { Isolated = true, Hairpin = true });

        made.Send("g1", Frame(MacAddress.Broadcast, Mac(1))).Should().Equal("host");
    }

    [Theory]
    [InlineData(13, 0)]
    [InlineData(14, 1)]
    [InlineData(1518, 1)]
    [InlineData(1519, 0)]
    public void Frames_from_14_to_1518_bytes_pass_an_mtu_of_1500_unpadded(int length, int copies)
    {
        TestSwitch made = WithPorts(2);
        byte[] frame = new byte[length];
        Mac(2).Write(frame);
        Mac(1).Write(frame.AsSpan(6));

        _ = made.Send("g1", frame);

        made.At("g2").Should().HaveCount(copies);
        made.At("g2").Should().AllBeEquivalentTo(frame);
    }

    [Fact]
    public void A_tagged_frame_may_be_four_bytes_longer()
    {
        TestSwitch made = WithPorts(2);

        made.Send("g1", Tagged(1522)).Should().Equal("g2");
        made.Send("g1", Tagged(1523)).Should().BeEmpty();

        static byte[] Tagged(int length) =>
            Frames.Ethernet(Mac(2), Mac(1), EtherType.Vlan, Frames.Vlan(7, EtherType.Experimental1, new byte[length - 18]));
    }

    [Fact]
    public void A_tag_must_be_followed_by_a_type()
    {
        TestSwitch made = WithPorts(2);

        made.Send("g1", Frame(Mac(2), Mac(1), 19, EtherType.Vlan)).Should().BeEmpty();
        made.Fates.Should().Equal((Fate.TruncatedTag, "g1"));
        made.Send("g1", Frame(Mac(2), Mac(1), 20, EtherType.Vlan)).Should().Equal("g2");
    }

    [Fact]
    public void Without_spanning_tree_the_bpdu_group_floods_and_the_other_reserved_groups_do_not()
    {
        TestSwitch made = WithPorts(2);

        made.Send("g1", Frame(BpduGroup, Mac(1))).Should().Equal("g2", "host");
        for (ulong n = 1; n <= 0xF; n++)
        {
            made.Send("g1", Frame(MacAddress.FromBits(BpduGroup.Bits + n), Mac(1))).Should().BeEmpty();
            made.Fates.Should().Equal((Fate.ReservedGroup, "g1"));
        }

        made.Send("g1", Frame(MacAddress.FromBits(BpduGroup.Bits + 0x10), Mac(1))).Should().Equal("g2", "host");
    }

    [Fact]
    public void A_reserved_group_teaches_the_source_except_for_pause_frames()
    {
        TestSwitch made = WithPorts(3);
        _ = made.Send("g1", Frame(MacAddress.FromBits(BpduGroup.Bits + 1), Mac(1)));
        made.Bridge.WhereIs(Mac(1)).Should().BeNull();

        _ = made.Send("g1", Frame(MacAddress.FromBits(BpduGroup.Bits + 2), Mac(1)));
        made.Bridge.WhereIs(Mac(1)).Should().Be(made["g1"]);
    }

    [Fact]
    public void The_group_forward_mask_lets_its_groups_flood()
    {
        TestSwitch made = WithPorts(2, new(Mac(0xFE)) { GroupForwardMask = 1 << 0xE });

        made.Send("g1", Frame(MacAddress.FromBits(BpduGroup.Bits + 0xE), Mac(1))).Should().Equal("g2", "host");
        made.Send("g1", Frame(MacAddress.FromBits(BpduGroup.Bits + 0xD), Mac(1))).Should().BeEmpty();
    }

    [Fact]
    public void The_groups_of_stp_pause_and_lacp_cannot_be_put_in_the_mask() =>
        FluentActions.Invoking(() => new BridgeOptions(Mac(0xFE)) { GroupForwardMask = 4 })
            .Should().Throw<ArgumentOutOfRangeException>();

    [Fact]
    public void A_port_that_goes_down_hears_nothing_and_its_stations_are_forgotten()
    {
        TestSwitch made = WithPorts(3);
        _ = made.Send("g2", Frame(Mac(1), Mac(2)));
        made.Bridge.SetLink(made["g2"], up: false, carrier: true);

        made.Send("g1", Frame(Mac(2), Mac(1))).Should().Equal("g3");
        made.Send("g2", Frame(Mac(1), Mac(2))).Should().BeEmpty();
    }

    [Fact]
    public void A_port_with_a_new_device_is_as_new_and_its_old_device_hears_and_says_nothing()
    {
        TestSwitch made = WithPorts(3);
        _ = made.Send("g2", Frame(Mac(1), Mac(2)));
        made.Bridge.AddStatic(Mac(9), made["g2"]);
        BridgePort old = made["g2"], @new = made.Bridge.Replug(old);

        made.Send("g1", Frame(Mac(2), Mac(1))).Should().Equal("g2", "g3");
        made.Send("g1", Frame(Mac(9), Mac(1))).Should().Equal("g2", "g3");
        made.Send("g2", Frame(Mac(1), Mac(2))).Should().BeEmpty("it is sent by the old device");
        made.Bridge.Receive(@new, Frame(Mac(1), Mac(2)));
        made.Bridge.WhereIs(Mac(2)).Should().BeSameAs(@new);
    }

    [Fact]
    public void A_bridge_that_is_down_forwards_nothing_and_works_again_when_up()
    {
        TestSwitch made = WithPorts(2);
        made.Bridge.SetUp(false);
        made.Send("g1", Frame(MacAddress.Broadcast, Mac(1))).Should().BeEmpty();
        made.Bridge.SetUp(true);

        made.Send("g1", Frame(MacAddress.Broadcast, Mac(1))).Should().Equal("g2", "host");
    }

    [Fact]
    public void Flood_flags_keep_unknown_unicast_multicast_and_broadcast_away_each_for_itself()
    {
        TestSwitch made = WithPorts(4, change: o => o.Name switch
        {
            "g2" => o with { Flood = false },
            "g3" => o with { MulticastFlood = false },
            "g4" => o with { BroadcastFlood = false },
            _ => o,
        });

        made.Send("g1", Frame(Mac(9), Mac(1))).Should().Equal("g3", "g4");
        made.Send("g1", Frame(MacAddress.Parse("01:00:5e:01:01:01"), Mac(1))).Should().Equal("g2", "g4", "host");
        made.Send("g1", Frame(MacAddress.Broadcast, Mac(1))).Should().Equal("g2", "g3", "host");
    }

    [Fact]
    public void The_newest_port_hears_first_and_a_port_plugged_in_anew_is_the_newest()
    {
        TestSwitch made = WithPorts(4);

        made.Send("g1", Frame(Mac(9), Mac(1)));
        made.Fates.Where(met => met.Fate == Fate.Forwarded).Select(met => met.At).Should().Equal("g4", "g3", "g2");

        made.Bridge.Replug(made["g2"]);
        made.Fates.Clear();
        made.Send("g1", Frame(Mac(9), Mac(1)));
        made.Fates.Where(met => met.Fate == Fate.Forwarded).Select(met => met.At).Should().Equal("g2", "g4", "g3");
    }

    [Fact]
    public void A_port_without_learning_still_forwards()
    {
        TestSwitch made = WithPorts(3, change: o => o with { Learning = o.Name != "g1" });

        made.Send("g1", Frame(Mac(2), Mac(1))).Should().Equal("g2", "g3");
        made.Bridge.WhereIs(Mac(1)).Should().BeNull();
    }

    [Fact]
    public void A_static_station_neither_ages_nor_moves()
    {
        TestSwitch made = WithPorts(3);
        made.Bridge.AddStatic(Mac(2), made["g2"]);
        _ = made.Send("g3", Frame(Mac(1), Mac(2)));
        made.Clock.Advance(TimeSpan.FromDays(1));

        made.Send("g1", Frame(Mac(2), Mac(1))).Should().Equal("g2");
    }

    [Fact]
    public void The_host_floods_groups_whatever_the_flags_say()
    {
        TestSwitch made = WithPorts(2, change: o => o with { BroadcastFlood = false, Isolated = true });
        made.Bridge.SendFromHost(Frame(MacAddress.Broadcast, Mac(0xFE)));

        made.At("g1").Should().HaveCount(1);
        made.At("g2").Should().HaveCount(1);
    }

    [Fact]
    public void Forwarding_allocates_nothing()
    {
        var bridge = new Bridge(new(Mac(0xFE)), new Lab.Simulator.Time.VirtualClock(), new Nowhere());
        BridgePort[] ports = [.. Enumerable.Range(1, 50).Select(i => bridge.AddPort(new($"g{i}", DeviceMac(i)), new Nowhere()))];
        byte[][] frames = [.. Enumerable.Range(1, 50).Select(i => Frame(Mac(i % 50 + 1), Mac(i)))];
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);

        void Run()
        {
            for (int i = 0; i < 10_000; i++)
            {
                bridge.Receive(ports[i % 50], frames[i % 50]);
            }
        }
    }

    [Fact]
    public void Every_fate_has_a_sentence_of_its_own()
    {
        Fates.All.Select(f => f.Fate).Should().Equal(Enum.GetValues<Fate>());
        Fates.All.Select(f => f.Sentence).Should().OnlyHaveUniqueItems().And.OnlyContain(s => s.EndsWith('.'));
    }

    private sealed class Nowhere : IHostPort, IFrameSink
    {
        public void Accept(ReadOnlySpan<byte> frame)
        {
        }

        public void Receive(Bridge bridge, in PassingFrame frame)
        {
        }
    }
}
