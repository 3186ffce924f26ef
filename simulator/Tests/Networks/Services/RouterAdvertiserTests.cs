using Lab.Engine.Packets;
using Lab.Simulator.Networks.Ipv6;
using Lab.Simulator.Networks.Services;

namespace Lab.Simulator.Tests.Networks.Services;

/// <summary>switching.md section 7.3; that a real dnsmasq says the same is in features/networks/routers.feature.</summary>
public sealed class RouterAdvertiserTests
{
    private const int Message = Ipv6View.Length;

    private static readonly Ipv6Prefix Subnet = Ipv6Prefix.Of(ServedNetwork.Own, 64);

    [Fact]
    public void An_advertisement_has_the_bytes_of_dnsmasqs()
    {
        byte[] packet = Answers(new([new(Subnet)], Managed: false, Routes: true, AnswersNames: true), Solicitation(ServedNetwork.Guest))
            .Should().ContainSingle().Subject;

        Ipv6Packet.TrafficClassOf(packet).Should().Be(0xC0);
        packet[Ipv6Packet.HopLimitOffset].Should().Be(255);
        packet.AsSpan(Message + 4).ToArray().Should().Equal(Convert.FromHexString(
            "40000708" + "0000000000000000"
            + "030440C0FFFFFFFFFFFFFFFF0000000020010DB8000100000000000000000000"
            + "05010000000005DC"
            + "0101" + "5254000000FE"
            + "19030000FFFFFFFF" + "FE80000000000000505400FFFE0000FE"));
    }

    [Fact]
    public void Where_addresses_are_given_away_none_is_to_be_made_up()
    {
        byte[] packet = Answers(new([new(Subnet, TimeSpan.FromHours(2))], Managed: true, Routes: false, AnswersNames: false), Solicitation(ServedNetwork.Guest))
            .Should().ContainSingle().Subject;

        packet.AsSpan(Message + 4, 16).ToArray().Should().Equal(Convert.FromHexString("40C00000" + "0000000000000000" + "03044080"));
        packet.AsSpan(Message + 20, 8).ToArray().Should().Equal(Convert.FromHexString("00001C2000001C20"));
        packet.Should().HaveCount(Message + 16 + 32 + 8 + 8);
    }

    [Fact]
    public void Who_has_no_address_yet_makes_everybody_hear_it() =>
        Ipv6Address.Read(Answers(new([new(Subnet)], false, true, true), Solicitation(default))[0].AsSpan(Ipv6Packet.DestinationOffset))
            .Should().Be(Ipv6Classes.AllNodes);

    [Fact]
    public void Without_a_prefix_there_is_nothing_to_say() =>
        Answers(new([], false, true, true), Solicitation(ServedNetwork.Guest)).Should().BeEmpty();

    [Fact]
    public void A_host_without_advertiser_is_silent() => new ServedNetwork().Send(Solicitation(ServedNetwork.Guest)).Should().BeEmpty();

    private static IReadOnlyList<byte[]> Answers(RouterScope scope, byte[] solicitation)
    {
        ServedNetwork net = new();
        net.Bridge.Advertiser = new(net.Host, net.Bridge, scope);
        return net.Send(solicitation);
    }

    private static byte[] Solicitation(Ipv6Address from) => Frames.Icmp(from, Ipv6Classes.AllRouters, 133, 0, 0, [], hopLimit: 255);
}
