using Lab.Engine.Programs;
using static Lab.Engine.Tests.Filters.Templates.Compiling;

namespace Lab.Engine.Tests.Filters.Templates;

/// <summary>The worked examples and the order of rules (nwfilter.md sections 1.9, 4.9, 8).</summary>
public sealed class ProgramCompilerTests
{
    [Fact]
    public void The_first_worked_example_has_the_chains_that_libvirt_makes()
    {
        FilterProgram program = Program("""
            <filter name='demo-arp' chain='arp-guard' priority='-480'>
              <rule action='return' direction='out' priority='100'><arp arpsrcmacaddr='$MAC[0]' arpsrcipaddr='$IP'/></rule>
              <rule action='drop' direction='out' priority='900'/>
            </filter>
            <filter name='demo-l2'>
              <filterref filter='demo-arp'/>
              <rule action='accept' direction='inout' priority='-450'><mac protocolid='arp'/></rule>
              <rule action='accept' direction='out' priority='0'><ip srcipaddr='$IP'/></rule>
              <rule action='accept' direction='in' priority='0'><mac protocolid='ipv4'/></rule>
              <rule action='drop' direction='inout' priority='1000'/>
            </filter>
            """, "IP=192.0.2.10 IP=192.0.2.11");

        Lines(program.EthernetFromGuest).Should().Equal(
            "root: ether type arp -> jump arp-guard",
            "root: ether type arp -> accept",
            "root: ether type ipv4, ip saddr 192.0.2.10 -> accept",
            "root: ether type ipv4, ip saddr 192.0.2.11 -> accept",
            "root: any -> drop",
            "arp-guard: ether type arp, arp sender mac 52:54:00:11:22:33, arp sender ip 192.0.2.10 -> return",
            "arp-guard: ether type arp, arp sender mac 52:54:00:11:22:33, arp sender ip 192.0.2.11 -> return",
            "arp-guard: any -> drop");
        Lines(program.EthernetToGuest).Should().Equal(
            "root: ether type arp -> accept",
            "root: ether type ipv4 -> accept",
            "root: any -> drop");
        program.Ipv4.Should().BeNull();
    }

    [Fact]
    public void The_second_worked_example_has_the_stateful_rules_that_libvirt_makes()
    {
        FilterProgram program = Program("""
            <filter name='demo-l3'>
              <rule action='accept' direction='in' priority='100'><tcp dstportstart='443'/></rule>
              <rule action='accept' direction='out' priority='200'><udp dstipaddr='$DNS' dstportstart='53'/></rule>
              <rule action='drop' direction='inout' priority='900'><all/></rule>
            </filter>
            """, "DNS=192.0.2.53");

        string[] fromGuest =
        [
            "ip protocol tcp, sport 443, state established, direction reply -> return",
            "ip protocol udp, ip daddr 192.0.2.53, dport 53, state new,established, direction original -> return",
            "any -> drop",
        ];
        Lines(program.Ipv4!.FromGuestForwarded).Should().Equal(fromGuest.Select(rule => $"FI: {rule}"));
        Lines(program.Ipv4.FromGuestToHost).Should().Equal(fromGuest.Select(rule => $"HI: {rule}"));
        Lines(program.Ipv4.ToGuestForwarded).Should().Equal(
            "FO: ip protocol tcp, dport 443, state new,established, direction original -> accept",
            "FO: ip protocol udp, ip saddr 192.0.2.53, sport 53, state established, direction reply -> accept",
            "FO: any -> drop");
        program.EthernetFromGuest.Should().BeNull();
        program.Ipv6.Should().BeNull();
    }

    [Fact]
    public void Clean_traffic_visits_its_chains_in_libvirts_order()
    {
        FilterProgram program = Stock("clean-traffic", "IP=10.0.0.5");

        Lines(program.EthernetFromGuest).Where(line => line.StartsWith("root", StringComparison.Ordinal)).Should().Equal(
            "root: any -> jump mac",
            "root: ether type ipv4 -> jump ipv4-ip",
            "root: ether type ipv4 -> accept",
            "root: ether type arp -> jump arp-mac",
            "root: ether type arp -> jump arp-ip",
            "root: ether type arp -> accept",
            "root: ether type rarp -> jump rarp",
            "root: ether type 0x0835 -> accept",
            "root: any -> drop");
        Lines(program.EthernetToGuest).Where(line => line.StartsWith("root", StringComparison.Ordinal)).Should().Equal(
            "root: ether type ipv4 -> jump ipv4",
            "root: ether type arp -> accept",
            "root: ether type rarp -> jump rarp",
            "root: any -> drop");
    }
}
