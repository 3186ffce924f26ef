using System.Text;
using Lab.Engine.Packets;
using Lab.Simulator.Networks;
using Lab.Simulator.Networks.Services;
using static Lab.Simulator.Tests.Networks.TestNetwork;

namespace Lab.Simulator.Tests.Networks.Services;

/// <summary>switching.md section 7.2.</summary>
public sealed class NameServerTests
{
    private const int A = 1, Ptr = 12;

    [Theory]
    [InlineData("files", A, "answered")]
    [InlineData("FILES.lab.test", A, "answered")]
    [InlineData("7.122.168.192.in-addr.arpa", Ptr, "answered")]
    [InlineData("other.lab.test", A, "no such name")]
    [InlineData("example.org", A, "refused")]
    public void In_an_isolated_network_own_names_are_known_and_others_refused(string name, int type, string outcome) =>
        Outcome(Network(NetworkMode.Isolated, upstream: false), name, type).Should().Be(outcome);

    [Fact]
    public void Elsewhere_other_names_are_asked_of_the_hosts_resolver_from_the_hosts_own_address_and_the_answer_brought_back()
    {
        TestNetwork net = Network(NetworkMode.Nat, upstream: true);
        (string at, byte[] question) = net.Send("g1", Bridge0Mac, Question("example.org", A)).Single();
        Tell((at, question)).Should().Be("eth0: udp 40000>53 10.0.0.2 > 10.0.0.9 ttl 64");

        byte[] answer = question.AsSpan(14 + 28).ToArray();
        answer[2] |= 0x80;

        net.Tells("eth0", UplinkMac, Frames.Udp(L, 53, Uplink, 40000, answer)).Should().Be("g1: udp 53>5353 192.168.122.1 > 192.168.122.11 ttl 64");
    }

    [Fact]
    public void Only_he_who_was_asked_is_heeded_and_every_question_has_a_port_of_its_own()
    {
        TestNetwork net = Network(NetworkMode.Nat, upstream: true);
        byte[] first = net.Send("g1", Bridge0Mac, Question("example.org", A)).Single().Frame[(14 + 28)..];
        net.Tells("g1", Bridge0Mac, Question("example.net", A)).Should().Be("eth0: udp 40001>53 10.0.0.2 > 10.0.0.9 ttl 64");
        first[2] |= 0x80;

        net.Send("eth0", UplinkMac, Frames.Udp(Gateway, 53, Uplink, 40000, first)).Should().BeEmpty("the gateway was not asked");
        net.Tells("eth0", UplinkMac, Frames.Udp(L, 53, Uplink, 40000, first)).Should().StartWith("g1: udp 53>5353");
        net.Tells("eth0", UplinkMac, Frames.Udp(L, 53, Uplink, 40000, first)).Should().StartWith("eth0: icmp 3/3", "the port is closed when the answer is there");
    }

    [Theory]
    [InlineData("www.example.org", "10.0.0.9")]
    [InlineData("example.org", "10.0.0.9")]
    [InlineData("a.deep.example.org", "10.0.0.1")]
    [InlineData("notexample.org", "")]
    [InlineData("nobody.example", "")]
    public void The_closest_zone_decides_whom_to_ask(string name, string expected)
    {
        NameZone zone = new(null, []) { Forwards = [("example.org", IpNumber.Of(L)), ("deep.example.org", IpNumber.Of(Gateway)), ("nobody.example", null)] };

        (zone.UpstreamFor(name)?.ToString() ?? "").Should().Be(expected);
    }

    [Fact]
    public void Names_resolve_in_an_isolated_network_of_the_old_kind_while_pings_fail()
    {
        TestNetwork net = Network(NetworkMode.Isolated, upstream: true);

        net.Tells("g1", Bridge0Mac, Question("example.org", A)).Should().StartWith("eth0: udp 40000>53");
        net.Tells("g1", Bridge0Mac, Frames.Icmp(G1, L, 8, 0, 1, default)).Should().StartWith("g1: icmp 3/3 192.168.122.1");
    }

    [Fact]
    public void It_listens_on_its_bridge_only() =>
        Network(NetworkMode.Route, upstream: true).Tells("eth0", UplinkMac, Question("files", A, from: L, to: Bridge0))
            .Should().Be("eth0: icmp 3/3 192.168.122.1 > 10.0.0.9 ttl 64");

    private static TestNetwork Network(NetworkMode mode, bool upstream)
    {
        TestNetwork net = new(mode);
        NameZone zone = new(upstream ? IpNumber.Of(L) : null, [("files", IpNumber.Of(Address("192.168.122.7")))]) { Domain = "lab.test", LocalZones = ["lab.test"] };
        net.Host.Services.Listen(NameServer.Port, new NameServer(net.Host, net.Bridge0Device, zone));
        return net;
    }

    private static string Outcome(TestNetwork net, string name, int type)
    {
        byte[] answer = net.Send("g1", Bridge0Mac, Question(name, type)).Single().Frame[(14 + 28)..];
        return (answer[3] & 0xF) switch
        {
            0 when answer[7] == 1 => "answered",
            3 => "no such name",
            5 => "refused",
            _ => "something else",
        };
    }

    private static byte[] Question(string name, int type, Ipv4Address? from = null, Ipv4Address? to = null)
    {
        byte[] message =
        [
            0x12, 0x34, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0,
            .. name.Split('.').SelectMany(label => Encoding.ASCII.GetBytes(label).Prepend((byte)label.Length)), 0,
            0, (byte)type, 0, 1,
        ];
        return Frames.Udp(from ?? G1, 5353, to ?? Bridge0, 53, message);
    }
}
