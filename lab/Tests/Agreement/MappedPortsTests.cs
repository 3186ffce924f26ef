using FsCheck;
using FsCheck.Fluent;
using Lab.Agreement;
using Lab.Contract.Testbeds;
using Lab.Engine.Networks;
using Lab.Engine.Packets;

namespace Lab.Tests.Agreement;

public sealed class MappedPortsTests
{
    private const ushort Lowest = 6000, Highest = 6999;

    private static readonly Ipv4Address Uplink = Ipv4Address.Parse("10.0.0.2"), Server = Ipv4Address.Parse("10.0.0.9");

    private static readonly HostSpec Host = new(
        [
            new(InterfaceName.Parse("virbr0"), MacAddress.Parse("52:54:00:00:00:fe"), ForwardMode.Nat, [new(Ipv4Address.Parse("192.168.122.1"), 24)])
            {
                TranslationPorts = (Lowest, Highest),
            },
        ],
        [new(InterfaceName.Parse("eth0"), MacAddress.Parse("52:54:00:00:00:e0"), [new(Uplink, 24)], null)]);

    /// <summary>Flows that meet again and again, each known by the port that the first testbed gave it.</summary>
    private static readonly Arbitrary<(IpProtocol Protocol, ushort Port)[]> Flows = ArbMap.Default.GeneratorFor<ushort>()
        .Select(port => (ushort)(Lowest + port % 8)).Zip(Gen.Elements(IpProtocol.Udp, IpProtocol.Tcp, IpProtocol.Icmp))
        .Select(pair => (pair.Item2, pair.Item1)).ArrayOf().ToArbitrary();

    [Fact]
    public void Whatever_ports_another_testbed_draws_they_correspond_as_long_as_they_are_one_for_one() => Check.QuickThrowOnFailure(Prop.ForAll(
        Flows, Gen.Choose(0, 999).ToArbitrary(), (flows, shift) =>
        {
            MappedPorts ports = MappedPorts.Of(Host, []);

            foreach ((IpProtocol protocol, ushort port) in flows)
            {
                ushort drawn = (ushort)(Lowest + (port - Lowest + shift) % 1000);
                ports.Correspond(From(protocol, port), From(protocol, drawn)).Should().BeTrue();
            }
        }));

    [Fact]
    public void Two_mappings_of_one_testbed_cannot_share_one_of_the_other() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(Lowest, Highest).Three().Where(three => three.Item1 != three.Item2).ToArbitrary(), three =>
        {
            (ushort one, ushort other, ushort shared) = ((ushort)three.Item1, (ushort)three.Item2, (ushort)three.Item3);
            foreach (bool turned in (bool[])[false, true])
            {
                MappedPorts ports = MappedPorts.Of(Host, []);
                bool Meet(ushort left, ushort right) => turned ? ports.Correspond(From(IpProtocol.Udp, right), From(IpProtocol.Udp, left))
                    : ports.Correspond(From(IpProtocol.Udp, left), From(IpProtocol.Udp, right));

                Meet(one, shared).Should().BeTrue();
                Meet(other, shared).Should().BeFalse();
                Meet(one, shared).Should().BeTrue("what corresponded goes on doing so");
            }
        }));

    [Fact]
    public void A_port_may_serve_two_mappings_towards_two_destinations()
    {
        MappedPorts ports = MappedPorts.Of(Host, []);

        ports.Correspond(Udp(6000, Server, 80), Udp(6001, Server, 80)).Should().BeTrue();
        ports.Correspond(Udp(6001, Server, 81), Udp(6001, Server, 81)).Should().BeTrue();
    }

    [Theory]
    [InlineData(6000, 5999)] // not of the range
    [InlineData(5000, 5001)]
    public void Ports_that_no_translation_yields_must_be_equal(ushort one, ushort other) =>
        MappedPorts.Of(Host, []).Correspond(Udp(one, Server, 80), Udp(other, Server, 80)).Should().BeFalse();

    [Fact]
    public void Without_a_nat_network_ports_must_be_equal() =>
        MappedPorts.Of(Host with { Bridges = [Host.Bridges[0] with { Mode = ForwardMode.Route }] }, [])
            .Correspond(Udp(6000, Server, 80), Udp(6001, Server, 80)).Should().BeFalse();

    [Fact]
    public void A_port_that_was_sent_is_none_that_was_drawn()
    {
        byte[] sent = Udp(6000, Server, 80);

        MappedPorts.Of(Host, [sent]).Correspond(Udp(6000, Server, 80), Udp(6001, Server, 80)).Should().BeFalse();
        MappedPorts.Of(Host, [sent]).Correspond(Udp(6001, Server, 80), Udp(6000, Server, 80)).Should().BeFalse();
        MappedPorts.Of(Host, [sent]).Correspond(Udp(6002, Server, 80), Udp(6001, Server, 80)).Should().BeTrue();
    }

    [Theory]
    [InlineData(1, 511, true)]
    [InlineData(600, 1023, true)]
    [InlineData(1024, 65535, true)]
    [InlineData(511, 600, false)]
    [InlineData(1023, 1024, false)]
    public void Without_a_range_what_is_drawn_stays_in_its_class_whoever_sends_it(ushort one, ushort other, bool corresponds)
    {
        foreach (Ipv4Address from in new[] { Uplink, Server })
        {
            MappedPorts.Of(Host, []).Correspond(Sctp(from, one), Sctp(from, other)).Should().Be(corresponds);
        }
    }

    [Fact]
    public void An_error_may_quote_what_was_sent_to_a_drawn_port_and_it_is_the_same_one()
    {
        MappedPorts ports = MappedPorts.Of(Host, []);
        byte[] wrong = About(6001);
        wrong[EthernetView.Length + 20 + 2] ^= 1; // its own checksum

        ports.Correspond(Udp(6000, Server, 80), Udp(6001, Server, 80)).Should().BeTrue();
        ports.Correspond(About(6000), About(6001)).Should().BeTrue();
        ports.Correspond(About(6000), wrong).Should().BeFalse();
        ports.Correspond(About(6000), About(6002)).Should().BeFalse();
        ports.Correspond(About(6003), About(6001)).Should().BeFalse();
    }

    [Fact]
    public void A_checksum_that_cannot_be_adjusted_is_right_on_both_sides_or_the_same()
    {
        byte[] right = Sctp(Uplink, 6000), other = Sctp(Uplink, 6001), wrong = Sctp(Uplink, 6001);
        wrong[^1] ^= 1;

        MappedPorts.Of(Host, []).Correspond(right, other).Should().BeTrue();
        MappedPorts.Of(Host, []).Correspond(right, wrong).Should().BeFalse();
    }

    [Fact]
    public void Everything_else_of_the_frame_counts_its_checksum_too()
    {
        byte[] right = Udp(6000, Server, 80), other = Udp(6001, Server, 80), wrong = Udp(6001, Server, 80), longer = Udp(6001, Server, 80, 3);
        wrong[EthernetView.Length + 20 + 6] ^= 1;

        MappedPorts.Of(Host, []).Correspond(right, other).Should().BeTrue();
        MappedPorts.Of(Host, []).Correspond(right, wrong).Should().BeFalse();
        MappedPorts.Of(Host, []).Correspond(right, longer).Should().BeFalse();
    }

    private static byte[] From(IpProtocol protocol, ushort port) => protocol switch
    {
        IpProtocol.Udp => Udp(port, Server, 80),
        IpProtocol.Tcp => Framed(Frames.Tcp(Uplink, port, Server, 80, 2, default)),
        _ => Framed(Frames.Icmp(Uplink, Server, 8, 0, (uint)port << 16 | 1, "ping"u8)),
    };

    private static byte[] About(ushort port) =>
        Framed(Frames.Icmp(Server, Server, 3, 3, 0, Frames.Udp(Server, 80, Uplink, port, new byte[2])));

    private static byte[] Sctp(Ipv4Address from, ushort port)
    {
        byte[] packet = new byte[SctpView.MinimumLength];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(packet, port);
        SctpView.Seal(packet);
        return Framed(Frames.Ipv4(from, Ipv4Address.Parse("10.0.0.8"), IpProtocol.Sctp, packet));
    }

    private static byte[] Udp(ushort port, Ipv4Address to, ushort toPort, int length = 2) =>
        Framed(Frames.Udp(Uplink, port, to, toPort, new byte[length]));

    private static byte[] Framed(byte[] packet) => Frames.Ethernet(default, default, EtherType.Ipv4, packet);
}
