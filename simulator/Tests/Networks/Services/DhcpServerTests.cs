using Lab.Engine.Packets;
using Lab.Simulator.Networks;
using Lab.Simulator.Networks.Services;
using static Lab.Simulator.Tests.Networks.TestNetwork;

namespace Lab.Simulator.Tests.Networks.Services;

/// <summary>switching.md section 7.1; g1 is the client.</summary>
public sealed class DhcpServerTests
{
    private static readonly MacAddress Client = MacAddress.Parse("52:54:00:00:00:01"), Reserved = MacAddress.Parse("52:54:00:00:00:02");
    private static readonly Ipv4Address Everybody = new(uint.MaxValue);

    [Fact]
    public void An_unknown_client_is_offered_the_address_that_its_mac_hashes_to_after_a_ping_of_three_seconds()
    {
        TestNetwork net = Network();
        net.SendFrame("g1", Discover(Client)).Select(s => s.At).Should().Equal("g2", "g2", "g1"); // flooded; then the question for the candidate
        net.Wait(TimeSpan.FromSeconds(2.5)).Should().HaveCount(4, "the question is repeated after one and two seconds, to both guests");

        IReadOnlyList<(string At, byte[] Frame)> offer = net.Wait(TimeSpan.FromSeconds(0.5));

        offer.Where(s => MacAddress.Read(s.Frame) == Client && s.At == "g1").Select(TestNetwork.Tell).Should().Equal(
            "g1: icmp 8/0 192.168.122.1 > 192.168.122.27 ttl 64", "g1: udp 67>68 192.168.122.1 > 192.168.122.27 ttl 64");
        net.SendFrame("g1", Discover(Client)).Select(TestNetwork.Tell).Should().Contain("g1: udp 67>68 192.168.122.1 > 192.168.122.27 ttl 64", "the same offer comes at once");
    }

    [Fact]
    public void A_server_that_does_not_ping_offers_the_same_address_at_once_and_acknowledges_it()
    {
        TestNetwork net = Network(pings: false);
        const string answer = "g1: udp 67>68 192.168.122.1 > 192.168.122.27 ttl 64";
        net.SendFrame("g1", Discover(Client)).Select(TestNetwork.Tell).Should().Contain(answer);

        IReadOnlyList<(string At, byte[] Frame)> given = net.SendFrame("g1", Message(Client, 3, wanted: Address("192.168.122.27")));

        given.Select(TestNetwork.Tell).Should().Contain(answer);
        Options(given.Last(s => s.At == "g1").Frame).Should().Contain(53, "05");
    }

    [Fact]
    public void A_reservation_is_offered_at_once_with_what_was_asked_for()
    {
        byte[] offer = AnswerTo(Network(), Discover(Reserved));

        Ipv4Address.Read(offer.AsSpan(14 + 28 + 16)).Should().Be(Address("192.168.122.50"));
        offer.Should().HaveCount(342);
        Options(offer).Should().Contain(53, "02").And.Contain(3, "C0A87A01").And.Contain(1, "FFFFFF00")
            .And.Contain(6, "C0A87A01").And.Contain(51, "00000E10").And.Contain(58, "00000708").And.Contain(59, "00000C4E");
        Transport.ChecksumIsRight(offer.AsSpan(14)).Should().BeTrue();
    }

    [Fact]
    public void An_isolated_network_names_no_router()
    {
        byte[] offer = AnswerTo(Network(routes: false), Discover(Reserved));

        Options(offer).Should().NotContainKey(3);
    }

    [Fact]
    public void A_request_for_the_offer_is_acknowledged_and_any_other_refused_by_broadcast()
    {
        TestNetwork net = Network();
        Options(AnswerTo(net, Message(Reserved, 3, wanted: Address("192.168.122.50")))).Should().Contain(53, "05");

        byte[] refusal = net.SendFrame("g1", Message(Reserved, 3, wanted: Address("192.168.122.99"))).Last(s => s.At == "g1").Frame;

        Options(refusal).Should().Contain(53, "06");
        MacAddress.Read(refusal).Should().Be(MacAddress.Broadcast);
    }

    [Fact]
    public void A_client_that_asks_for_a_broadcast_gets_one()
    {
        byte[] question = Discover(Reserved);
        question[14 + 28 + 10] = 0x80;
        question[14 + 26] = question[14 + 27] = 0; // no checksum

        Network().SendFrame("g1", question).Where(s => s.At == "g2").Should().HaveCount(2);
    }

    [Fact]
    public void Without_a_range_only_known_clients_are_answered()
    {
        TestNetwork net = Network(range: false);

        net.SendFrame("g1", Discover(Client)).Select(s => s.At).Should().Equal("g2");
        net.Wait(TimeSpan.FromSeconds(5)).Should().BeEmpty();
    }

    private static TestNetwork Network(bool routes = true, bool range = true, bool pings = true)
    {
        TestNetwork net = new(NetworkMode.Isolated);
        DhcpScope scope = new(
            new(Bridge0, 24), range ? [new(Address("192.168.122.2"), Address("192.168.122.254"))] : [],
            [new(Reserved, null, Address("192.168.122.50"), null)], routes, AnswersNames: true)
        {
            Pings = pings,
        };
        net.Host.Services.Listen(DhcpServer.ServerPort, new DhcpServer(net.Host, net.Bridge0Device, scope, net.Clock));
        return net;
    }

    private static byte[] AnswerTo(TestNetwork net, byte[] question)
    {
        byte[] frame = net.SendFrame("g1", question).Where(s => s.At == "g1").Should().ContainSingle().Subject.Frame;
        MacAddress.Read(frame).Should().Be(Reserved);
        return frame;
    }

    private static byte[] Discover(MacAddress client) => Message(client, 1, null);

    private static byte[] Message(MacAddress client, byte kind, Ipv4Address? wanted)
    {
        List<byte> bytes = [.. new byte[236], 0x63, 0x82, 0x53, 0x63, 53, 1, kind, 55, 5, 1, 28, 3, 6, 15];
        (bytes[0], bytes[1], bytes[2]) = (1, 1, 6);
        byte[] mac = new byte[6];
        client.Write(mac);
        for (int i = 0; i < mac.Length; i++)
        {
            bytes[28 + i] = mac[i];
        }

        if (wanted is { } address)
        {
            bytes.AddRange([50, 4, (byte)(address.Bits >> 24), (byte)(address.Bits >> 16), (byte)(address.Bits >> 8), (byte)address.Bits]);
        }

        bytes.Add(255);
        return Frames.Ethernet(MacAddress.Broadcast, client, EtherType.Ipv4,
            Frames.Udp(default, DhcpServer.ClientPort, Everybody, DhcpServer.ServerPort, bytes.ToArray()));
    }

    /// <summary>Code and value, in hexadecimal.</summary>
    private static Dictionary<int, string> Options(byte[] frame)
    {
        Dictionary<int, string> options = [];
        ReadOnlySpan<byte> rest = frame.AsSpan(14 + 28 + DhcpMessage.OptionsAt);
        for (; rest[0] != 255; rest = rest[(2 + rest[1])..])
        {
            options[rest[0]] = Convert.ToHexString(rest.Slice(2, rest[1]));
        }

        return options;
    }
}
