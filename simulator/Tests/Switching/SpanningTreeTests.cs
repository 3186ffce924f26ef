using Lab.Engine.Packets;
using Lab.Simulator.Switching;
using static Lab.Simulator.Tests.Switching.TestSwitch;

namespace Lab.Simulator.Tests.Switching;

public sealed class SpanningTreeTests
{
    [Fact]
    public void Libvirts_default_keeps_a_new_port_silent_for_four_seconds_and_lets_it_learn_for_the_last_two()
    {
        TestSwitch made = WithPorts(2, new(Mac(0xFE)) { SpanningTree = true, ForwardDelay = TimeSpan.Zero });

        made.Send("g1", Frame(MacAddress.Broadcast, Mac(1))).Should().BeEmpty();
        made.Bridge.WhereIs(Mac(1)).Should().BeNull();
        made.Clock.Advance(TimeSpan.FromSeconds(2));
        made.Send("g1", Frame(MacAddress.Broadcast, Mac(1))).Should().BeEmpty();
        made.Bridge.WhereIs(Mac(1)).Should().Be(made["g1"]);
        made.Clock.Advance(TimeSpan.FromSeconds(2));
        made.Send("g1", Frame(MacAddress.Broadcast, Mac(1))).Should().Equal("g2", "host");
    }

    [Fact]
    public void A_port_that_comes_up_again_waits_again()
    {
        TestSwitch made = WithPorts(2, new(Mac(0xFE)) { SpanningTree = true, ForwardDelay = TimeSpan.FromSeconds(2) });
        made.Clock.Advance(TimeSpan.FromSeconds(4));
        made.Bridge.SetLink(made["g2"], up: false, carrier: true);
        made.Bridge.SetLink(made["g2"], up: true, carrier: true);

        made.Send("g1", Frame(Mac(2), Mac(1))).Should().BeEmpty();
        made.Fates.Should().Contain((Fate.PortNotForwarding, "g2"));
    }

    [Fact]
    public void Every_port_says_hello_every_two_seconds()
    {
        TestSwitch made = WithPorts(2, new(Mac(0xFE)) { SpanningTree = true });
        made.Clock.Advance(TimeSpan.FromSeconds(5));

        made.At("g1").Should().HaveCount(2);
        made.At("g1")[0].Should().HaveCount(52).And.StartWith(new byte[] { 0x01, 0x80, 0xC2, 0, 0, 0 });
        made.At("g1")[0][12..17].Should().Equal(0, 0x26, 0x42, 0x42, 0x03);
    }

    [Fact]
    public void Messages_of_others_are_not_forwarded() =>
        ReadyAfter4Seconds().Send("g1", Frame(MacAddress.Parse("01:80:c2:00:00:00"), Mac(1))).Should().BeEmpty();

    private static TestSwitch ReadyAfter4Seconds()
    {
        TestSwitch made = WithPorts(2, new(Mac(0xFE)) { SpanningTree = true, ForwardDelay = TimeSpan.Zero });
        made.Clock.Advance(TimeSpan.FromSeconds(4));
        return made;
    }
}
