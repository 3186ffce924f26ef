using Lab.Engine.Programs;
using static Lab.Engine.Tests.Filters.Templates.Compiling;

namespace Lab.Engine.Tests.Filters.Templates;

/// <summary>Which copies of an IP rule exist and what state they ask for: the tables of nwfilter.md section 4.6, row by row.</summary>
public sealed class IpStageTests
{
    private const string Ours = "state new,established, direction original", Theirs = "state established, direction reply";

    /// <summary>Section 4.6.1, and statematch.</summary>
    [Theory]
    [InlineData("accept", "out", "", $"dport 9, {Ours} -> return", $"sport 9, {Theirs} -> accept")]
    [InlineData("accept", "in", "", $"sport 9, {Theirs} -> return", $"dport 9, {Ours} -> accept")]
    [InlineData("accept", "inout", "", "sport 9 -> return", "dport 9 -> accept")]
    [InlineData("drop", "out", "", "dport 9 -> drop", "sport 9 -> drop")]
    [InlineData("reject", "in", "", "sport 9 -> reject", "dport 9 -> reject")]
    [InlineData("return", "inout", "", "sport 9 -> return", "dport 9 -> return")]
    [InlineData("accept", "out", " statematch='false'", "dport 9 -> return", "sport 9 -> accept")]
    public void Without_states_a_rule_has_its_mirror_image(string action, string direction, string attributes, string fromGuest, string toGuest) =>
        Expect(action, direction, attributes, "<tcp dstportstart='9'/>", $"ip protocol tcp, {fromGuest}", $"ip protocol tcp, {toGuest}");

    /// <summary>Section 4.6.2.</summary>
    [Theory]
    [InlineData("accept", "out", "icmp type 8 code any, state new,established -> return", null)]
    [InlineData("accept", "in", null, "icmp type 8 code any, state new,established -> accept")]
    [InlineData("drop", "out", "icmp type 8 code any -> drop", null)]
    [InlineData("accept", "inout", null, null)]
    public void An_icmp_type_belongs_to_one_direction(string action, string direction, string? fromGuest, string? toGuest) =>
        Expect(action, direction, "", "<icmp type='8'/>", Of("icmp", fromGuest), Of("icmp", toGuest));

    [Fact]
    public void Icmp_without_type_is_like_any_other_protocol() =>
        Expect("accept", "out", "", "<icmp/>", $"ip protocol icmp, {Ours} -> return", $"ip protocol icmp, {Theirs} -> accept");

    /// <summary>Section 4.6.3.</summary>
    [Theory]
    [InlineData("accept", "out", "NEW", "dport 9, state new -> return", null)]
    [InlineData("accept", "in", "NEW,RELATED", null, "dport 9, state new,related -> accept")]
    [InlineData("drop", "inout", "INVALID", "sport 9, state invalid -> drop", "dport 9, state invalid -> drop")]
    [InlineData("accept", "out", "NONE", "dport 9 -> return", null)]
    public void Listed_states_are_asked_as_they_are_and_have_no_mirror_image(string action, string direction, string states, string? fromGuest, string? toGuest) =>
        Expect(action, direction, "", $"<tcp state='{states}' dstportstart='9'/>", Of("tcp", fromGuest), Of("tcp", toGuest));

    [Fact]
    public void Statematch_off_beats_listed_states() =>
        Expect("drop", "out", " statematch='0'", "<tcp state='NEW'/>", "ip protocol tcp -> drop", "ip protocol tcp -> drop");

    /// <summary>Section 4.6.4.</summary>
    [Theory]
    [InlineData("out", "", "ether saddr 02:00:00:00:00:01, state new,established, direction original -> return", null)]
    [InlineData("in", "", null, "ether saddr 02:00:00:00:00:01, state new,established, direction original -> accept")]
    [InlineData("in", "dstportstart='9'", $"sport 9, {Theirs} -> return", $"ether saddr 02:00:00:00:00:01, dport 9, {Ours} -> accept")]
    public void A_mac_address_is_asked_only_where_it_is_the_source(string direction, string more, string? fromGuest, string? toGuest) =>
        Expect("accept", direction, "", $"<tcp srcmacaddr='02:00:00:00:00:01' {more}/>", Of("tcp", fromGuest), Of("tcp", toGuest));

    /// <summary>Section 4.6.5.</summary>
    [Theory]
    [InlineData("drop", "out", "", "dport 9, source has more than 3 connections -> drop", null)]
    [InlineData("drop", "in", "", null, "dport 9, source has more than 3 connections -> drop")]
    [InlineData("drop", "inout", "", null, "dport 9, source has more than 3 connections -> drop")]
    [InlineData("accept", "in", "", null, "dport 9, source has more than 3 connections -> accept")]
    [InlineData("accept", "in", "state='NEW'", null, "dport 9, source has more than 3 connections -> accept")]
    [InlineData("drop", "in", "state='NEW'", null, "dport 9, state new, source has more than 3 connections -> drop")]
    public void A_connection_limit_has_no_mirror_image_and_silences_the_state_of_an_accept(
        string action, string direction, string more, string? fromGuest, string? toGuest) =>
        Expect(action, direction, "", $"<tcp dstportstart='9' connlimit-above='3' {more}/>", Of("tcp", fromGuest), Of("tcp", toGuest));

    [Fact]
    public void Conditions_stand_in_libvirts_order_and_the_comment_goes_with_the_rule()
    {
        FilterProgram program = Program("""
            <filter name='f'><rule action='accept' direction='in'>
              <tcp comment='web' option='3' dstportstart='80' srcportstart='1024' flags='SYN/SYN' dscp='2' dstipaddr='10.0.0.5' srcipaddr='10.0.0.1' srcmacaddr='2:0:0:0:0:1'/>
            </rule></filter>
            """);

        Lines(program.Ipv4!.ToGuestForwarded).Should().Equal("FO: ip protocol tcp, ether saddr 02:00:00:00:00:01, ip saddr 10.0.0.1, ip daddr 10.0.0.5, "
            + $"ip dscp 2, tcp flags syn/syn, sport 1024, dport 80, tcp option 3 present, {Ours} -> accept");
        program.Ipv4.ToGuestForwarded.Root.Rules[0].Comment.Should().Be("web");
    }

    [Fact]
    public void All_three_stages_of_a_family_exist_as_soon_as_one_rule_is_of_it()
    {
        FilterProgram program = Program("<filter name='f'><rule action='accept' direction='inout'><icmpv6 type='1'/></rule></filter>");

        program.Ipv6!.FromGuestForwarded.Root.Rules.Should().BeEmpty();
        program.Ipv6.FromGuestForwarded.Root.End.Should().Be(ChainEnd.Return);
        (program.Ipv4, program.EthernetFromGuest, program.EthernetToGuest).Should().Be((null, null, null));
    }

    [Fact]
    public void An_empty_filter_makes_nothing() =>
        Program("<filter name='f'/></filter>".Replace("/></filter>", "></filter>", StringComparison.Ordinal)).Should().Be(FilterProgram.Empty);

    private static string? Of(string protocol, string? rest) => rest is null ? null : $"ip protocol {protocol}, {rest}";

    private static void Expect(string action, string direction, string attributes, string element, string? fromGuest, string? toGuest)
    {
        IpStages stages = Program($"<filter name='f'><rule action='{action}' direction='{direction}'{attributes}>{element}</rule></filter>").Ipv4!;
        Lines(stages.FromGuestForwarded).Should().Equal(Line("FI", fromGuest));
        Lines(stages.FromGuestToHost).Should().Equal(Line("HI", fromGuest));
        Lines(stages.ToGuestForwarded).Should().Equal(Line("FO", toGuest));
    }

    private static string[] Line(string chain, string? rule) => rule is null ? [] : [$"{chain}: {rule}"];
}
