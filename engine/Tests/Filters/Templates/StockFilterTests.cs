using Lab.Engine.Filters;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using static Lab.Engine.Tests.Filters.Templates.Compiling;

namespace Lab.Engine.Tests.Filters.Templates;

/// <summary>For every stock filter, frames that it lets pass and frames that it only just does not, in both directions.</summary>
public sealed class StockFilterTests
{
    private const string Me = "52:54:00:11:22:33", Other = "52:54:00:11:22:34", Broadcast = "ff:ff:ff:ff:ff:ff", Gateway = "52:54:00:00:00:fe";
    private const string Parameters = $"IP=10.0.0.5 IPV6=2001:db8::5 DHCPSERVER=10.0.0.1 DHCPSERVERV6=fe80::1 GATEWAY_MAC={Gateway}";

    /// <summary>The decision belongs to a rule of the filter; <c>.</c>: no rule of it has an opinion, or nothing comes after.</summary>
    private static readonly (string Filter, string Direction, string Verdict, string Packet)[] Table =
    [
        ("allow-arp", "out", "accept", "arp who-has 10.0.0.1 tell 10.0.0.5"), ("allow-arp", "out", ".", "rarp who-has 10.0.0.1 tell 10.0.0.5"),
        ("allow-arp", "in", "accept", "arp 10.0.0.1 is-at 52:54:00:00:00:fe"), ("allow-arp", "in", ".", "ether 0x0807"),
        ("allow-ipv4", "out", "accept", "udp 10.0.0.9:1 > 10.0.0.1:2"), ("allow-ipv4", "out", ".", "udp [fe80::1]:1 > [fe80::2]:2"),
        ("allow-ipv4", "in", "accept", "udp 10.0.0.1:1 > 10.0.0.5:2"), ("allow-ipv4", "in", ".", "udp 10.0.0.1:1 > 10.0.0.5:2 vlan 1"),
        ("allow-ipv6", "out", "accept", "udp [fe80::1]:1 > [fe80::2]:2"), ("allow-ipv6", "out", ".", "udp 10.0.0.9:1 > 10.0.0.1:2"),
        ("allow-ipv6", "in", "accept", "udp [fe80::1]:1 > [fe80::2]:2"), ("allow-ipv6", "in", ".", "ether 0x86dc"),
        ("allow-incoming-ipv4", "in", "accept", "udp 10.0.0.1:1 > 10.0.0.5:2"), ("allow-incoming-ipv4", "in", ".", "udp [fe80::1]:1 > [fe80::2]:2"),
        ("allow-incoming-ipv4", "out", ".", "udp 10.0.0.1:1 > 10.0.0.5:2"),
        ("allow-incoming-ipv6", "in", "accept", "udp [fe80::1]:1 > [fe80::2]:2"), ("allow-incoming-ipv6", "in", ".", "udp 10.0.0.1:1 > 10.0.0.5:2"),
        ("allow-incoming-ipv6", "out", ".", "udp [fe80::1]:1 > [fe80::2]:2"),
        ("allow-dhcp", "out", "accept", "udp 0.0.0.0:68 > 255.255.255.255:67"), ("allow-dhcp", "out", ".", "udp 0.0.0.1:68 > 255.255.255.255:67"),
        ("allow-dhcp", "out", ".", "udp 0.0.0.0:69 > 255.255.255.255:67"), ("allow-dhcp", "out", ".", "udp 0.0.0.0:68 > 255.255.255.254:67"),
        ("allow-dhcp", "out", ".", "udp 0.0.0.0:68 > 255.255.255.255:68"), ("allow-dhcp", "out", ".", "tcp 0.0.0.0:68 > 255.255.255.255:67"),
        ("allow-dhcp", "in", "accept", "udp 10.0.0.7:67 > 10.0.0.5:68"), ("allow-dhcp", "in", ".", "udp 10.0.0.7:66 > 10.0.0.5:68"), ("allow-dhcp", "in", ".", "udp 10.0.0.7:67 > 10.0.0.5:69"),
        ("allow-dhcp-server", "out", "accept", "udp 0.0.0.0:68 > 255.255.255.255:67"), ("allow-dhcp-server", "out", ".", "udp 10.0.0.5:68 > 255.255.255.255:67"),
        ("allow-dhcp-server", "in", "accept", "udp 10.0.0.1:67 > 10.0.0.5:68"), ("allow-dhcp-server", "in", ".", "udp 10.0.0.2:67 > 10.0.0.5:68"),
        ("allow-dhcpv6", "out", "accept", "udp [fe80::5]:546 > [ff02::1:2]:547"), ("allow-dhcpv6", "out", ".", "udp [fe40::5]:546 > [ff02::1:2]:547"),
        ("allow-dhcpv6", "out", ".", "udp [fe80::5]:546 > [ff02::1:3]:547"), ("allow-dhcpv6", "out", ".", "udp [fe80::5]:545 > [ff02::1:2]:547"),
        ("allow-dhcpv6", "in", "accept", "udp [fe80::1]:547 > [fe80::5]:546"), ("allow-dhcpv6", "in", ".", "udp [fe80::1]:547 > [fe80::5]:547"),
        ("allow-dhcpv6-server-v6", "out", "accept", "udp [fe80::5]:546 > [ff02::1:2]:547"), ("allow-dhcpv6-server-v6", "out", ".", "udp [fe80::5]:546 > [ff02::1:2]:546"),
        ("allow-dhcpv6-server-v6", "in", "accept", "udp [fe80::1]:547 > [fe80::5]:546"), ("allow-dhcpv6-server-v6", "in", ".", "udp [fe80::2]:547 > [fe80::5]:546"),
        ("no-mac-spoofing", "out", ".", "ether 0x88b5"), ("no-mac-spoofing", "out", "drop", $"ether 0x88b5 from {Other}"), ("no-mac-spoofing", "in", ".", $"ether 0x88b5 from {Me}"),
        ("no-mac-broadcast", "out", "drop", $"udp 10.0.0.5:1 > 10.0.0.255:2 to {Broadcast}"), ("no-mac-broadcast", "out", ".", "udp 10.0.0.5:1 > 10.0.0.255:2 to ff:ff:ff:ff:ff:fe"),
        ("no-mac-broadcast", "out", ".", $"arp who-has 10.0.0.1 tell 10.0.0.5 to {Broadcast}"), ("no-mac-broadcast", "in", ".", $"udp 10.0.0.5:1 > 10.0.0.255:2 to {Broadcast}"),
        ("no-ip-spoofing", "out", ".", "tcp 10.0.0.5:1 > 10.0.0.1:2"), ("no-ip-spoofing", "out", "drop", "tcp 10.0.0.4:1 > 10.0.0.1:2"),
        ("no-ip-spoofing", "out", ".", "udp 0.0.0.0:68 > 255.255.255.255:67"), ("no-ip-spoofing", "out", "drop", "tcp 0.0.0.0:68 > 255.255.255.255:67"), ("no-ip-spoofing", "in", ".", "tcp 10.0.0.4:1 > 10.0.0.5:2"),
        ("no-ipv6-spoofing", "out", ".", "tcp [2001:db8::5]:1 > [2001:db8::1]:2"), ("no-ipv6-spoofing", "out", "drop", "tcp [2001:db8::4]:1 > [2001:db8::1]:2"),
        ("no-ipv6-spoofing", "out", ".", "udp [fe80::5]:1 > [fe80::1]:2"), ("no-ipv6-spoofing", "out", "drop", "icmpv6 fe80::5 > ff02::1:ff00:1 neighbour-solicitation"), ("no-ipv6-spoofing", "in", ".", "tcp [2001:db8::4]:1 > [2001:db8::1]:2"),
        ("no-ipv6-spoofing-nd", "out", ".", "icmpv6 fe80::5 > ff02::1:ff00:1 neighbour-solicitation"), ("no-ipv6-spoofing-nd", "out", "drop", "tcp [2001:db8::4]:1 > [2001:db8::1]:2"), ("no-ipv6-spoofing-nd", "in", ".", "tcp [2001:db8::4]:1 > [2001:db8::1]:2"),
        ("no-ip-multicast", "out", "drop", "udp 10.0.0.5:1 > 224.0.0.0:2"), ("no-ip-multicast", "out", ".", "udp 10.0.0.5:1 > 223.255.255.255:2"), ("no-ip-multicast", "out", ".", "udp 10.0.0.5:1 > 240.0.0.0:2"), ("no-ip-multicast", "in", ".", "udp 10.0.0.1:1 > 224.0.0.1:2"),
        ("no-ipv6-multicast", "out", "drop", "udp [fe80::5]:1 > [ff00::]:2"), ("no-ipv6-multicast", "out", ".", "udp [fe80::5]:1 > [feff::]:2"), ("no-ipv6-multicast", "in", ".", "udp [fe80::5]:1 > [ff02::1]:2"),
        ("no-arp-mac-spoofing", "out", ".", "arp who-has 10.0.0.1 tell 10.0.0.5"), ("no-arp-mac-spoofing", "out", "drop", $"arp 10.0.0.5 is-at {Other}"), ("no-arp-mac-spoofing", "in", ".", $"arp 10.0.0.5 is-at {Other}"),
        ("no-arp-ip-spoofing", "out", ".", "arp who-has 10.0.0.1 tell 10.0.0.5"), ("no-arp-ip-spoofing", "out", "drop", "arp who-has 10.0.0.1 tell 10.0.0.4"), ("no-arp-ip-spoofing", "in", ".", "arp who-has 10.0.0.5 tell 10.0.0.4"),
        ("no-arp-spoofing", "out", ".", "arp who-has 10.0.0.1 tell 10.0.0.5"), ("no-arp-spoofing", "out", "drop", "arp who-has 10.0.0.1 tell 10.0.0.4"), ("no-arp-spoofing", "out", "drop", $"arp 10.0.0.5 is-at {Other}"), ("no-arp-spoofing", "in", ".", "arp who-has 10.0.0.5 tell 10.0.0.4"),
        ("no-other-l2-traffic", "out", "drop", "ether 0x88b5"), ("no-other-l2-traffic", "in", "drop", "udp 10.0.0.1:1 > 10.0.0.5:2"),
        ("no-other-rarp-traffic", "out", "drop", "rarp announce"), ("no-other-rarp-traffic", "out", ".", "arp who-has 10.0.0.1 tell 10.0.0.5"), ("no-other-rarp-traffic", "in", "drop", "rarp announce"), ("no-other-rarp-traffic", "in", ".", "arp announce 10.0.0.1"),
        ("qemu-announce-self-rarp", "out", "accept", $"rarp announce to {Broadcast}"), ("qemu-announce-self-rarp", "out", ".", $"rarp announce to {Gateway}"), ("qemu-announce-self-rarp", "out", ".", $"rarp announce from {Other} to {Broadcast}"),
        ("qemu-announce-self-rarp", "in", ".", $"rarp announce from {Other} to {Broadcast}"),
        ("qemu-announce-self", "out", "accept", "ether 0x835"), ("qemu-announce-self", "out", "accept", $"rarp announce to {Broadcast}"), ("qemu-announce-self", "out", "drop", $"rarp announce to {Gateway}"), ("qemu-announce-self", "in", "drop", $"rarp announce from {Other} to {Broadcast}"), ("qemu-announce-self", "out", ".", "ether 0x834"),
        ("qemu-announce-self-fixed", "out", "accept", $"rarp announce to {Broadcast}"), ("qemu-announce-self-fixed", "out", ".", "ether 0x835"), ("qemu-announce-self-fixed", "in", "drop", $"rarp announce from {Other} to {Broadcast}"),
        ("clean-traffic", "out", "accept", "tcp 10.0.0.5:1 > 10.0.0.1:2"), ("clean-traffic", "out", "drop", "tcp 10.0.0.6:1 > 10.0.0.1:2"), ("clean-traffic", "out", "drop", $"tcp 10.0.0.5:1 > 10.0.0.1:2 from {Other}"),
        ("clean-traffic", "out", "drop", "tcp [2001:db8::5]:1 > [2001:db8::1]:2"), ("clean-traffic", "out", "accept", "arp who-has 10.0.0.1 tell 10.0.0.5"), ("clean-traffic", "out", "drop", "arp who-has 10.0.0.1 tell 10.0.0.6"),
        ("clean-traffic", "out", "drop", "tcp 10.0.0.5:1 > 10.0.0.1:2 vlan 5"), ("clean-traffic", "out", "accept", "udp 0.0.0.0:68 > 255.255.255.255:67"), ("clean-traffic", "out", "accept", $"rarp announce to {Broadcast}"),
        ("clean-traffic", "in", "accept", "tcp 10.0.0.1:1 > 10.0.0.5:2"), ("clean-traffic", "in", "drop", "tcp [2001:db8::1]:1 > [2001:db8::5]:2"), ("clean-traffic", "in", "accept", "arp who-has 10.0.0.5 tell 10.0.0.9"), ("clean-traffic", "in", "drop", "ether 0x88b5"),
        ("clean-traffic-gateway", "out", "accept", $"tcp 10.0.0.5:1 > 10.9.0.1:2 to {Gateway}"), ("clean-traffic-gateway", "out", "drop", $"tcp 10.0.0.5:1 > 10.9.0.1:2 to {Other}"), ("clean-traffic-gateway", "out", "drop", $"tcp 10.0.0.6:1 > 10.9.0.1:2 to {Gateway}"),
        ("clean-traffic-gateway", "in", "accept", $"tcp 10.9.0.1:1 > 10.0.0.5:2 from {Gateway}"), ("clean-traffic-gateway", "in", "drop", $"tcp 10.9.0.1:1 > 10.0.0.5:2 from {Other}"), ("clean-traffic-gateway", "in", "accept", $"arp who-has 10.0.0.5 tell 10.0.0.1 from {Other}"),
    ];

    public static TheoryData<string> Filters => [.. FilterLibrary.Stock.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Filters))]
    public void It_decides_what_it_is_for_and_nothing_next_to_it(string filter)
    {
        string parameters = filter == "allow-dhcpv6-server" ? "DHCPSERVER=fe80::1" : Parameters; // quirk 43
        FilterProgram program = Stock(filter, parameters);
        var rows = (filter == "allow-dhcpv6-server" ? Table.Where(r => r.Filter == "allow-dhcpv6-server-v6") : Table.Where(r => r.Filter == filter)).ToArray();
        rows.Select(r => r.Direction).Distinct().Should().HaveCount(2, "both directions are to be seen");
        foreach ((_, string direction, string verdict, string packet) in rows)
        {
            MacAddress guest = MacAddress.Parse(Me), peer = MacAddress.Parse(Gateway);
            byte[] frame = direction == "out" ? PacketWords.Parse(packet, guest, peer) : PacketWords.Parse(packet, peer, guest);
            Stage? stage = direction == "out" ? program.EthernetFromGuest : program.EthernetToGuest;

            StageOutcome outcome = Evaluator.Evaluate(stage, frame, default);

            string found = outcome.Decider is null ? "." : outcome.Verdict == StageVerdict.Accepted ? "accept" : "drop";
            found.Should().Be(verdict, $"{filter}: {direction} {packet}");
        }
    }
}
