using Lab.Engine.Packets;
using Lab.Simulator.Switching;
using static Lab.Simulator.Tests.Switching.TestSwitch;

namespace Lab.Simulator.Tests.Switching;

public sealed class PortVlansTests
{
    private static readonly PortVlans Trunk = new(30, [30], [10, 20]), Nothing = new(0, [], [10]);

    [Theory]
    [InlineData(null, 30)]
    [InlineData(0, 30)]
    [InlineData(10, 10)]
    [InlineData(30, 30)]
    [InlineData(40, null)]
    public void A_frame_is_in_the_VLAN_of_its_tag_or_in_the_ports_own(int? tag, int? vlan) => Trunk.Classify(Tagged(tag)).Should().Be((ushort?)vlan);

    [Fact]
    public void Without_a_VLAN_of_its_own_a_port_takes_tagged_frames_only()
    {
        Nothing.Classify(Tagged(null)).Should().BeNull();
        Nothing.Classify(Tagged(0)).Should().BeNull();
        Nothing.Classify(Tagged(10)).Should().Be(10);
    }

    [Theory]
    [InlineData(null, 10, 10)]
    [InlineData(10, 10, 10)]
    [InlineData(0, 10, 10)]
    [InlineData(null, 30, null)]
    [InlineData(30, 30, null)]
    public void A_frame_leaves_with_the_tag_that_the_port_wants(int? came, int vlan, int? leaves) =>
        Trunk.Dress(Tagged(came), (ushort)vlan).ToArray().Should().Equal(Tagged(leaves));

    [Fact]
    public void A_priority_survives_a_change_of_number()
    {
        byte[] urgent = Tagged(0);
        urgent[14] = 0xE0; // priority 7

        Trunk.Dress(urgent, 10).ToArray()[14..16].Should().Equal(0xE0, 10);
    }

    [Fact]
    public void A_bridge_that_is_not_VLAN_aware_leaves_tags_alone()
    {
        TestSwitch made = WithPorts(2, new(Mac(0xFE)));

        made.Send("g1", Tagged(10)).Should().Equal("g2");
    }

    private static byte[] Tagged(int? vlan) => vlan is { } id
        ? Frames.Ethernet(Mac(2), Mac(1), EtherType.Vlan, Frames.Vlan((ushort)id, EtherType.Experimental2, [1, 2, 3]))
        : Frames.Ethernet(Mac(2), Mac(1), EtherType.Experimental2, [1, 2, 3]);
}
