using Lab.Engine.Packets;
using Lab.Simulator.Networks;
using Lab.Simulator.Networks.Firewall;
using Lab.Simulator.Networks.Ipv6;
using Lab.Simulator.Switching;
using Lab.Simulator.Time;

namespace Lab.Simulator.Tests.Networks.Ipv6;

/// <summary>Neighbour discovery and time, which scenarios cannot wait for; who reaches whom is in features/networks/ipv6.feature.</summary>
public sealed class Ipv6StackTests
{
    private static readonly MacAddress Own = MacAddress.Parse("52:54:00:00:00:fe"), GuestMac = MacAddress.Parse("52:54:00:00:00:11");
    private static readonly Ipv6Address Host1 = Ipv6Address.Parse("2001:db8:1::1"), Guest = Ipv6Address.Parse("2001:db8:1::11");
    private static readonly Ipv6Address Nobody = Ipv6Address.Parse("2001:db8:1::77");

    private readonly VirtualClock _clock = new();
    private readonly List<byte[]> _sent = [];
    private readonly HostDevice _device;

    public Ipv6StackTests()
    {
        Host host = new(new() { ForwardsIpv6 = true }, _clock, NetworkRules.None);
        _device = host.AddDevice("virbr0", Own, new Wire(_sent));
        _device.AddAddress(new Ipv6Interface(Host1, 64));
        _device.SetNeighbour(Guest, GuestMac);
    }

    [Fact]
    public void A_neighbour_is_asked_for_three_times_and_then_the_sender_is_told()
    {
        Receive(Frames.Udp(Guest, 5000, Nobody, 7, default));
        Types().Should().Equal(Icmpv6Type.Redirect, Icmpv6Type.NeighbourSolicitation);

        _sent.Clear();
        _clock.Advance(TimeSpan.FromSeconds(2.5));
        Types().Should().Equal(Icmpv6Type.NeighbourSolicitation, Icmpv6Type.NeighbourSolicitation);

        _sent.Clear();
        _clock.Advance(TimeSpan.FromSeconds(1));
        Types().Should().Equal(Icmpv6Type.Unreachable);
        _sent[0][EthernetView.Length + Ipv6View.Length + 1].Should().Be(3); // address unreachable
    }

    [Fact]
    public void An_advertisement_lets_go_what_waited_for_it()
    {
        Receive(Frames.Udp(Guest, 5000, Nobody, 7, "waits"u8));
        _sent.Clear();

        Receive(Frames.Icmp(Nobody, Host1, 136, 0, 0x6000_0000, [.. Bytes(Nobody), 2, 1, 0x52, 0x54, 0, 0, 0, 0x77], hopLimit: 255));

        _sent.Should().ContainSingle().Which.Should().StartWith([0x52, 0x54, 0, 0, 0, 0x77]);
    }

    [Theory]
    [InlineData(254, 0, 0)] // came over a router
    [InlineData(255, 1, 0)] // an unknown code
    [InlineData(255, 0, 2)] // an option that is longer than the message
    public void A_solicitation_that_no_neighbour_sends_is_not_answered(byte hopLimit, byte code, byte optionLength)
    {
        Receive(Frames.Icmp(Guest, Host1.SolicitedNode(), 135, code, 0, [.. Bytes(Host1), 1, optionLength, 0x52, 0x54, 0, 0, 0, 0x11], hopLimit));

        _sent.Should().BeEmpty();
    }

    [Fact]
    public void Errors_take_the_place_of_redirects_for_a_second()
    {
        byte[] toNeighbour = Frames.Udp(Guest, 5000, Guest, 7, default);
        Receive(Frames.Udp(Guest, 5000, Host1, 9, default)); // a closed port
        Receive(toNeighbour);
        Types().Should().NotContain(Icmpv6Type.Redirect);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Receive(toNeighbour);
        Types().Should().NotContain(Icmpv6Type.Redirect); // two tokens are asked for where source and destination are one

        _clock.Advance(TimeSpan.FromSeconds(2));
        Receive(toNeighbour);
        Types().Should().Contain(Icmpv6Type.Redirect);
    }

    private void Receive(byte[] packet) =>
        ((IFrameSink)_device).Accept(Frames.Ethernet(Own, GuestMac, EtherType.Ipv6, packet));

    private IEnumerable<Icmpv6Type> Types() => _sent.Where(frame => frame[EthernetView.Length + 6] == (byte)IpProtocol.IcmpV6)
        .Select(frame => (Icmpv6Type)frame[EthernetView.Length + Ipv6View.Length]);

    private static byte[] Bytes(Ipv6Address address)
    {
        byte[] bytes = new byte[Ipv6Address.Length];
        address.Write(bytes);
        return bytes;
    }

    private sealed class Wire(List<byte[]> sent) : IFrameSink
    {
        public void Accept(ReadOnlySpan<byte> frame) => sent.Add(frame.ToArray());
    }
}
