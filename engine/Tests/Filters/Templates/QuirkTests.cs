using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Programs;
using static Lab.Engine.Tests.Filters.Templates.Compiling;

namespace Lab.Engine.Tests.Filters.Templates;

/// <summary>Every quirk that a filter can touch, in both modes: what libvirt makes of it and says, and what strict makes.</summary>
public sealed class QuirkTests
{
    [Fact]
    public void The_register_lists_every_quirk_once_and_in_order() =>
        QuirkRegister.All.Select(entry => entry.Quirk).Should().Equal(Enum.GetValues<Quirk>());

    [Fact]
    public void Stp_chains_default_to_priority_zero()
    {
        const string Xml = "<filter name='f' chain='stp'><rule action='drop' direction='in'><stp type='0'/></rule></filter>";

        Warnings(Xml).Should().ContainSingle(w => w.Code == "NF902" && w.Position.Line == 1);
    }

    [Fact]
    public void A_field_of_a_bpdu_is_compared_with_the_byte_before_it_or_with_its_own()
    {
        // LLC, protocol, version 0, type 0x80, flags 0x01: ebt_stp takes the type for the flags (seen on Linux 6.18).
        byte[] frame = Convert.FromHexString("0180C20000005254000000010026424203000000" + "80" + "01" + new string('0', 90));
        string xml = Rule("<stp flags='128'/>");

        Warnings(xml).Should().Contain(w => w.Code == "NF946");
        Evaluator.Evaluate(Program(xml).EthernetToGuest, frame, default).Verdict.Should().Be(StageVerdict.Dropped);
        Evaluator.Evaluate(Program(Rule("<stp type='0'/>")).EthernetToGuest, frame, default).Verdict.Should().Be(StageVerdict.Dropped);
        Evaluator.Evaluate(Program(Rule("<stp type='128'/>"), "", Meaning.Strict).EthernetToGuest, frame, default).Verdict.Should().Be(StageVerdict.Dropped);
    }

    /// <summary>ebt_arp masks by itself and takes it; it never holds (seen with libvirt 9.0).</summary>
    [Fact]
    public void An_empty_mask_may_be_negated_where_libvirt_takes_it() =>
        Compile(Rule("<arp match='no' arpdstipaddr='10.0.0.3' arpdstipmask='0'/>")).Diagnostics.Should().NotContain(d => d.Code == "NF513");

    [Fact]
    public void Icmp_type_255_is_every_type_or_itself()
    {
        string xml = Rule("<icmp type='255'/>");

        Warnings(xml).Should().Contain(w => w.Code == "NF947");
        Program(xml).Ipv4!.ToGuestForwarded.Root.Rules[0].Conditions.Should().Contain(new IcmpTypeAndCode(false, 0, 255, 0, 255));
        Program(xml, "", Meaning.Strict).Ipv4!.ToGuestForwarded.Root.Rules[0].Conditions.Should().Contain(new IcmpTypeAndCode(false, 255, 255, 0, 255));
    }

    [Theory]
    [InlineData("<vlan vlanid='4095'/>", "VLAN 4095")]
    [InlineData("<tcp option='0'/>", "option 0")]
    [InlineData("<mac match='no' srcmacaddr='02:00:00:00:00:01' srcmacmask='00:00:00:00:00:00'/>", "cannot be negated")]
    public void What_the_tools_refuse_is_refused_before_they_are_asked(string element, string reason) =>
        Compile(Rule(element)).Diagnostics.Should().Contain(d => d.Code == "NF513" && d.Message.Contains(reason));

    [Fact]
    public void Flags_on_tcp_ipv6_are_ignored_or_tested()
    {
        string xml = Rule("<tcp-ipv6 flags='SYN/SYN' dstportstart='80'/>");

        Lines(Program(xml).Ipv6!.ToGuestForwarded)[0].Should().NotContain("tcp flags");
        Lines(Program(xml, "", Meaning.Strict).Ipv6!.ToGuestForwarded)[0].Should().Contain("tcp flags syn");
    }

    [Fact]
    public void Chains_of_equal_priority_stand_in_the_order_of_their_first_use()
    {
        const string Xml = """
            <filter name='b' chain='mac-b' priority='-800'><rule action='drop' direction='in' priority='100'/></filter>
            <filter name='a' chain='mac-a' priority='-800'><rule action='drop' direction='in' priority='200'/></filter>
            <filter name='f'><filterref filter='a'/><filterref filter='b'/></filter>
            """;

        Lines(Program(Xml).EthernetToGuest)[..2].Should().Equal("root: any -> jump mac-b", "root: any -> jump mac-a");
        Lines(Program(Xml, "", Meaning.Strict).EthernetToGuest)[..2].Should().Equal("root: any -> jump mac-b", "root: any -> jump mac-a");
        Warnings(Xml).Should().ContainSingle(w => w.Code == "NF910");
    }

    [Fact]
    public void Ip_rules_of_root_filters_come_first_whatever_the_priorities()
    {
        const string Xml = """
            <filter name='a' chain='ipv4'><rule action='drop' direction='in' priority='-100'><tcp/></rule></filter>
            <filter name='f'><filterref filter='a'/><rule action='drop' direction='in' priority='900'><udp/></rule></filter>
            """;

        foreach (Meaning meaning in Enum.GetValues<Meaning>())
        {
            Lines(Program(Xml, "", meaning).Ipv4!.ToGuestForwarded).Should().Equal("FO: ip protocol udp -> drop", "FO: ip protocol tcp -> drop");
        }

        Warnings(Xml).Should().ContainSingle(w => w.Code == "NF911");
    }

    [Fact]
    public void Two_priorities_for_one_chain_may_fail_and_are_refused_when_strict()
    {
        // Sorted: a's rule (chain -100, own priority -900 lifted to -100) first, b's last; b's 400 wins, so a's rule has no chain yet.
        const string Fails = """
            <filter name='a' chain='arp-x' priority='-100'><rule action='drop' direction='in' priority='-900'/></filter>
            <filter name='b' chain='arp-x' priority='400'><rule action='drop' direction='in' priority='500'/></filter>
            <filter name='f'><filterref filter='a'/><filterref filter='b'/></filter>
            """;
        string works = Fails.Replace("priority='-100'", "priority='600'", StringComparison.Ordinal);

        Errors(Fails).Should().Contain(e => e.Code == "NF912" && e.Position.Line == 1);
        Warnings(works).Should().Contain(w => w.Code == "NF912");
        Errors(works, Meaning.Strict).Should().Contain(e => e.Code == "NF912" && e.Message.Contains("'a'") && e.Message.Contains("'b'"));
    }

    [Fact]
    public void Ipset_is_dropped_from_all_but_all()
    {
        string tcp = Rule("<tcp ipset='s' ipsetflags='src'/>"), alone = Rule("<tcp ipset='s'/>"), all = Rule("<all ipset='s' ipsetflags='src,dst'/>");

        Lines(Program(tcp).Ipv4!.ToGuestForwarded).Should().Equal("FO: ip protocol tcp -> drop");
        Warnings(tcp).Should().Contain(w => w.Code == "NF915");
        Errors(alone).Should().ContainSingle(e => e.Code == "NF915");
        Lines(Program(all).Ipv4!.FromGuestForwarded).Should().Equal("FI: in set s (dst,src) -> drop");
        Lines(Program(tcp, "", Meaning.Strict).Ipv4!.ToGuestForwarded).Should().Equal("FO: ip protocol tcp, in set s (src) -> drop");
        Lines(Program(alone, "", Meaning.Strict).Ipv4!.ToGuestForwarded).Should().Equal("FO: ip protocol tcp, in set s (src) -> drop");
    }

    [Fact]
    public void Variables_in_flags_and_state_have_no_effect_and_in_a_comment_they_fail()
    {
        string state = Rule("<tcp state='$S'/>"), comment = Rule("<tcp comment='$S'/>");

        Lines(Program(state, "S=NEW").Ipv4!.ToGuestForwarded).Should().Equal("FO: ip protocol tcp -> drop");
        Warnings(state, "S=NEW").Should().Contain(w => w.Code == "NF916");
        Errors(comment, Meaning.Libvirt, "S=1").Should().Contain(e => e.Code == "NF916");
        Errors(state, Meaning.Strict, "S=NEW").Should().NotBeEmpty();
    }

    [Fact]
    public void The_sign_of_srcportstart_decides_for_every_port()
    {
        string lost = Rule("<tcp match='no' dstportstart='22'/>");
        string spread = Rule("<tcp match='no' srcportstart='22'/><tcp dstportstart='80'/>");

        Lines(Program(lost).Ipv4!.ToGuestForwarded).Should().Equal("FO: ip protocol tcp, dport 22 -> drop");
        Lines(Program(spread).Ipv4!.ToGuestForwarded).Should().Equal("FO: ip protocol tcp, sport not 22, dport not 80 -> drop");
        Lines(Program(lost, "", Meaning.Strict).Ipv4!.ToGuestForwarded).Should().Equal("FO: ip protocol tcp, dport not 22 -> drop");
        Lines(Program(spread, "", Meaning.Strict).Ipv4!.ToGuestForwarded).Should().Equal("FO: ip protocol tcp, sport not 22, dport 80 -> drop");
        Warnings(lost).Should().ContainSingle(w => w.Code == "NF917");
        Warnings(spread).Should().ContainSingle(w => w.Code == "NF917");
    }

    [Fact]
    public void The_sign_of_state_and_ipset_is_ignored_or_heeded()
    {
        string xml = Rule("<all match='no' state='INVALID' ipset='s' ipsetflags='src'/>");

        Lines(Program(xml).Ipv4!.ToGuestForwarded).Should().Equal("FO: state invalid, in set s (src) -> drop");
        Warnings(xml).Count(w => w.Code == "NF918").Should().Be(2);
        Lines(Program(xml, "", Meaning.Strict).Ipv4!.ToGuestForwarded).Should().Equal("FO: state not invalid, not in set s (src) -> drop");
    }

    [Theory]
    [InlineData("arp", "0x2054")]
    [InlineData("ipv6", "0x4525")] // 34525 keeps its last four digits; seen with ebtables 1.8.9
    public void The_type_behind_a_tag_is_misread_as_hexadecimal(string written, string read)
    {
        string xml = Rule($"<vlan encap-protocol='{written}'/>");

        Lines(Program(xml).EthernetToGuest).Should().Equal($"root: ether type vlan, vlan type {read} -> drop");
        Lines(Program(xml, "", Meaning.Strict).EthernetToGuest).Should().Equal($"root: ether type vlan, vlan type {written} -> drop");
        Warnings(xml).Should().ContainSingle(w => w.Code == "NF919");
    }

    [Fact]
    public void The_mask_of_the_arp_sender_is_applied_to_the_target()
    {
        string xml = Rule("<arp arpsrcipaddr='10.0.0.0' arpsrcipmask='8' arpdstipaddr='192.0.2.5'/>");

        Lines(Program(xml).EthernetToGuest).Should().Equal("root: ether type arp, arp sender ip 10.0.0.0/8, arp target ip 192.0.0.0/8 -> drop");
        Lines(Program(xml, "", Meaning.Strict).EthernetToGuest).Should().Equal("root: ether type arp, arp sender ip 10.0.0.0/8, arp target ip 192.0.2.5 -> drop");
        Warnings(xml).Should().ContainSingle(w => w.Code == "NF920");
    }

    [Fact]
    public void Dscp_is_compared_with_the_whole_byte_at_layer_2()
    {
        string xml = Rule("<ip dscp='10'/>");

        Lines(Program(xml).EthernetToGuest).Should().Equal("root: ether type ipv4, ip tos 0x0a -> drop");
        Lines(Program(xml, "", Meaning.Strict).EthernetToGuest).Should().Equal("root: ether type ipv4, ip dscp 10 -> drop");
        Warnings(xml).Should().ContainSingle(w => w.Code == "NF921");
    }

    [Fact]
    public void The_end_of_an_ipv6_destination_range_is_lost_or_read()
    {
        string xml = Rule("<all-ipv6 dstipfrom='fe80::1' dstipto='fe80::9'/>");

        Lines(Program(xml).Ipv6!.ToGuestForwarded).Should().Equal("FO: ip6 daddr fe80::1 -> drop");
        Lines(Program(xml, "", Meaning.Strict).Ipv6!.ToGuestForwarded).Should().Equal("FO: ip6 daddr fe80::1-fe80::9 -> drop");
    }

    [Fact]
    public void A_single_value_beside_a_longer_list_fails_or_is_repeated()
    {
        string xml = Rule("<arp arpsrcmacaddr='$MAC' arpsrcipaddr='$IP'/>");

        Errors(xml, Meaning.Libvirt, "IP=10.0.0.1 IP=10.0.0.2").Should().ContainSingle(e => e.Code == "NF924");
        Lines(Program(xml, "IP=10.0.0.1 IP=10.0.0.2", Meaning.Strict).EthernetToGuest).Should().HaveCount(2);
        Errors(xml.Replace("$MAC", "$M", StringComparison.Ordinal), Meaning.Strict, "M=0:0:0:0:0:1 M=0:0:0:0:0:2 IP=10.0.0.1 IP=10.0.0.2 IP=10.0.0.3")
            .Should().ContainSingle(e => e.Code == "NF924");
    }

    [Fact]
    public void A_value_that_does_not_suit_is_refused_with_the_place_of_value_and_use()
    {
        string xml = Rule("<tcp dstportstart='$PORT'/>");

        Diagnostic error = Errors(xml, Meaning.Libvirt, "PORT=http").Single();

        error.Code.Should().Be("NF504");
        error.Position.File.Should().Be("parameters");
        error.Message.Should().Contain("'http'").And.Contain("test.xml:1:").And.Contain("dstportstart");
    }

    [Fact]
    public void Continue_fails_on_ip_rules_or_does_nothing()
    {
        const string Xml = "<filter name='f'><rule action='continue' direction='in'><tcp/></rule></filter>";

        Errors(Xml).Should().ContainSingle(e => e.Code == "NF928");
        Lines(Program(Xml, "", Meaning.Strict).Ipv4!.ToGuestForwarded)[0].Should().Be("FO: ip protocol tcp -> continue");
    }

    [Fact]
    public void The_end_of_a_chain_other_than_root_accepts_or_returns()
    {
        const string Xml = """
            <filter name='a' chain='arp'><rule action='return' direction='out'><arp opcode='1'/></rule></filter>
            <filter name='f'><filterref filter='a'/><rule action='drop' direction='out' priority='900'/></filter>
            """;

        Program(Xml).EthernetFromGuest!.Chains.Select(c => c.End).Should().Equal(ChainEnd.Accept, ChainEnd.Accept);
        Program(Xml, "", Meaning.Strict).EthernetFromGuest!.Chains.Select(c => c.End).Should().Equal(ChainEnd.Accept, ChainEnd.Return);
        Warnings(Xml).Should().ContainSingle(w => w.Code == "NF929" && w.Position.Line == 1);
    }

    [Fact]
    public void A_rule_that_drops_acts_both_ways_or_as_written()
    {
        string xml = Rule("<tcp dstportstart='22'/>");

        Lines(Program(xml).Ipv4!.FromGuestForwarded).Should().Equal("FI: ip protocol tcp, sport 22 -> drop");
        Program(xml, "", Meaning.Strict).Ipv4!.FromGuestForwarded.Root.Rules.Should().BeEmpty();
        Warnings(xml).Should().ContainSingle(w => w.Code == "NF930" && w.Position.Line == 1);
    }

    [Fact]
    public void Typed_icmp_both_ways_vanishes_or_works()
    {
        const string Xml = "<filter name='f'><rule action='accept' direction='inout'><icmp type='8'/></rule></filter>";

        FilterProgram libvirt = Program(Xml), strict = Program(Xml, "", Meaning.Strict);
        libvirt.Ipv4!.FromGuestForwarded.Root.Rules.Should().BeEmpty();
        libvirt.Ipv4.ToGuestForwarded.Root.Rules.Should().BeEmpty();
        Lines(strict.Ipv4!.FromGuestForwarded).Should().Equal("FI: ip protocol icmp, icmp type 8 code any -> return");
        Lines(strict.Ipv4.ToGuestForwarded).Should().Equal("FO: ip protocol icmp, icmp type 8 code any -> accept");
        Warnings(Xml).Should().ContainSingle(w => w.Code == "NF931");
    }

    [Fact]
    public void The_dhcpv6_server_filter_uses_the_variable_for_ipv4_or_prefers_the_right_one()
    {
        string xml = Rule("<ipv6 srcipaddr='$DHCPSERVER'/>");

        Lines(Program(xml, "DHCPSERVER=fe80::1 DHCPSERVERV6=fe80::2").EthernetToGuest).Should().Equal("root: ether type ipv6, ip6 saddr fe80::1 -> drop");
        Lines(Program(xml, "DHCPSERVER=10.0.0.1 DHCPSERVERV6=fe80::2", Meaning.Strict).EthernetToGuest).Should().Equal("root: ether type ipv6, ip6 saddr fe80::2 -> drop");
        Lines(Program(xml, "DHCPSERVER=fe80::1", Meaning.Strict).EthernetToGuest).Should().Equal("root: ether type ipv6, ip6 saddr fe80::1 -> drop");
        Warnings(xml, "DHCPSERVER=fe80::1").Should().ContainSingle(w => w.Code == "NF943");
    }

    [Theory]
    [InlineData("no-ipv6-spoofing", "IPV6=fe80::1", "NF944")]
    [InlineData("qemu-announce-self", "", "NF945")]
    public void A_stock_filter_with_a_defect_is_warned_of(string filter, string parameters, string code)
    {
        string xml = $"<filter name='f'><filterref filter='{filter}'/></filter>";

        Compile(xml, parameters).Diagnostics.Should().Contain(d => d.Code == code && d.Position.File.Contains(filter) && d.Position.Line > 0);
        Compile(xml, parameters, Meaning.Strict).Diagnostics.Should().NotContain(d => d.Code == code);
    }

    /// <summary>What libvirt drops in silence (nwfilter.md section 2.4).</summary>
    [Theory]
    [InlineData("<ip srcipmask='24'/>", "srcipmask")]
    [InlineData("<tcp srcportend='24'/>", "srcportend")]
    [InlineData("<tcp srcipaddr='10.0.0.1' srcipfrom='10.0.0.5' srcipto='10.0.0.9'/>", "srcipfrom")]
    [InlineData("<icmp code='1'/>", "code")]
    [InlineData("<stp root-cost-hi='5'/>", "root-cost-hi")]
    public void What_has_no_effect_is_said(string element, string attribute) =>
        Warnings(Rule(element)).Should().Contain(w => w.Code == "NF510" && w.Message.StartsWith(attribute, StringComparison.Ordinal));

    [Theory]
    [InlineData("<ip protocol='tcp' srcportstart='9' srcportend='8'/>", "NF506")]
    [InlineData("<tcp dstportstart='9' dstportend='8'/>", "NF506")]
    [InlineData("<ip match='no' protocol='tcp'/><ip srcportstart='9'/>", "NF507")]
    [InlineData("<ipv6 type='8'/>", "NF508")]
    [InlineData("<tcp srcipaddr='$NOBODY'/>", "NF503")]
    public void What_a_tool_would_refuse_is_refused_here(string element, string code) =>
        Errors(Rule(element)).Should().ContainSingle(e => e.Code == code);

    [Fact]
    public void An_stp_source_cannot_be_turned_around() =>
        Errors("<filter name='f'><rule action='drop' direction='inout'><stp srcmacaddr='0:0:0:0:0:1'/></rule></filter>")
            .Should().ContainSingle(e => e.Code == "NF509");

    private static string Rule(string element) => $"<filter name='f'><rule action='drop' direction='in'>{element}</rule></filter>";

    private static IEnumerable<Diagnostic> Warnings(string xml, string parameters = "") =>
        Compile(xml, parameters).Diagnostics.Where(d => d.Severity == Severity.Warning);

    private static IEnumerable<Diagnostic> Errors(string xml, Meaning meaning = Meaning.Libvirt, string parameters = "")
    {
        CompileResult result = Compile(xml, parameters, meaning);
        result.Program.Should().BeNull("an error leaves no program");
        return result.Diagnostics.Where(d => d.Severity == Severity.Error);
    }
}
