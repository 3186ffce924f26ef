using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using static Lab.Engine.Tests.Filters.Templates.Compiling;

namespace Lab.Engine.Tests.Filters.Templates;

/// <summary>Variables, iterators, scopes and references (nwfilter.md section 3).</summary>
public sealed class ExpansionTests
{
    [Fact]
    public void Iterators_multiply_like_an_odometer_whose_first_wheel_is_the_first_in_the_attribute_table() =>
        Values("<tcp dstportstart='$B[@2]' srcipaddr='$A[@1]'/>", "A=1.0.0.1 A=1.0.0.2 A=1.0.0.3 B=80 B=90").Should().Equal(
            "ip saddr 1.0.0.1, dport 80", "ip saddr 1.0.0.2, dport 80", "ip saddr 1.0.0.3, dport 80",
            "ip saddr 1.0.0.1, dport 90", "ip saddr 1.0.0.2, dport 90", "ip saddr 1.0.0.3, dport 90");

    [Fact]
    public void Iterator_zero_turns_fastest_wherever_it_stands() =>
        Values("<tcp srcipaddr='$A[@1]' dstportstart='$B'/>", "A=1.0.0.1 A=1.0.0.2 B=80 B=90").Should().Equal(
            "ip saddr 1.0.0.1, dport 80", "ip saddr 1.0.0.1, dport 90", "ip saddr 1.0.0.2, dport 80", "ip saddr 1.0.0.2, dport 90");

    [Fact]
    public void One_iterator_reads_its_lists_in_parallel_and_skips_a_repeated_tuple() =>
        Values("<tcp srcipaddr='$A' dstportstart='$B'/>", "A=1.0.0.1 A=1.0.0.1 A=1.0.0.1 B=80 B=90 B=80").Should().Equal(
            "ip saddr 1.0.0.1, dport 80", "ip saddr 1.0.0.1, dport 90");

    [Fact]
    public void An_indexed_reference_is_a_single_value_beside_a_list() =>
        Values("<tcp srcipaddr='$A[1]' dstportstart='$B'/>", "A=1.0.0.1 A=1.0.0.2 B=80 B=90").Should().Equal(
            "ip saddr 1.0.0.2, dport 80", "ip saddr 1.0.0.2, dport 90");

    [Fact]
    public void A_rule_without_references_is_there_once_whatever_the_parameters() =>
        Values("<tcp dstportstart='80'/>", "A=1 A=2 A=3").Should().Equal("dport 80");

    [Fact]
    public void A_mask_may_come_from_a_variable_in_either_form() =>
        Values("<tcp srcipaddr='$A' srcipmask='$M'/>", "A=10.1.2.3 A=10.4.5.6 M=8 M=255.255.0.0").Should().Equal("ip saddr 10.0.0.0/8", "ip saddr 10.4.0.0/16");

    [Fact]
    public void Names_of_types_and_protocols_are_values_too()
    {
        Lines(Program("<filter name='f'><rule action='drop' direction='in'><mac protocolid='$T'/></rule></filter>", "T=arp T=0x88cc").EthernetToGuest)
            .Should().Equal("root: ether type arp -> drop", "root: ether type 0x88cc -> drop");
        Lines(Program("<filter name='f'><rule action='drop' direction='in'><ip protocol='$P'/></rule></filter>", "P=tcp P=47").EthernetToGuest)
            .Should().Equal("root: ether type ipv4, ip protocol tcp -> drop", "root: ether type ipv4, ip protocol 47 -> drop");
    }

    [Fact]
    public void The_outermost_assignment_wins_and_replaces_the_whole_list()
    {
        const string Xml = """
            <filter name='inner'><rule action='drop' direction='in'><tcp dstportstart='$P'/></rule></filter>
            <filter name='middle'><filterref filter='inner'><parameter name='P' value='1'/><parameter name='P' value='2'/></filterref></filter>
            <filter name='outer'><filterref filter='middle'><parameter name='P' value='3'/></filterref><filterref filter='inner'><parameter name='P' value='5'/></filterref></filter>
            """;

        Ports(Program(Xml)).Should().Equal("dport 3", "dport 5");
        Ports(Program(Xml, "P=7 P=8")).Should().Equal("dport 7", "dport 8", "dport 7", "dport 8");
        Ports(Program(Xml.Replace("<parameter name='P' value='3'/>", "", StringComparison.Ordinal))).Should().Equal("dport 1", "dport 2", "dport 5");
    }

    [Fact]
    public void The_guests_mac_is_there_unless_a_parameter_says_otherwise()
    {
        const string Xml = "<filter name='f'><rule action='drop' direction='in'><mac dstmacaddr='$MAC'/></rule></filter>";

        Lines(Program(Xml).EthernetToGuest).Should().Equal("root: ether daddr 52:54:00:11:22:33 -> drop");
        Lines(Program(Xml, "MAC=02:00:00:00:00:01").EthernetToGuest).Should().Equal("root: ether daddr 02:00:00:00:00:01 -> drop");
    }

    [Theory]
    [InlineData("$IP", true)]
    [InlineData("$IP[0]", false)]
    [InlineData("$IP[@1]", false)]
    [InlineData("$ADDRESS", false)]
    public void A_missing_value_is_an_error_that_learning_can_heal_only_for_the_plain_address(string reference, bool awaits)
    {
        CompileResult result = Compile($"<filter name='f'><rule action='drop' direction='in'><tcp srcipaddr='{reference}'/></rule></filter>");

        result.Program.Should().BeNull();
        result.AwaitsAddress.Should().Be(awaits);
        result.Diagnostics.Should().ContainSingle(d => d.Code == "NF503" && d.Message.Contains(reference) && d.Position.Line == 1);
    }

    [Fact]
    public void A_binding_that_counts_on_learning_is_told_that_there_is_none() =>
        Compile("<filter name='f'><rule action='drop' direction='in'><tcp srcipaddr='$IP'/></rule></filter>", "CTRL_IP_LEARNING=dhcp")
            .Diagnostics.Single(found => found.Code == "NF503").Help.Should().Be("give a parameter IP; addresses are not learnt, CTRL_IP_LEARNING has no effect");

    [Fact]
    public void An_index_beyond_the_list_is_a_missing_value() =>
        Compile("<filter name='f'><rule action='drop' direction='in'><tcp srcipaddr='$A[2]'/></rule></filter>", "A=10.0.0.1 A=10.0.0.2")
            .Diagnostics.Should().ContainSingle(d => d.Code == "NF503");

    [Fact]
    public void A_product_beyond_reason_is_refused()
    {
        string many = string.Join(' ', Enumerable.Range(1, 300).SelectMany(i => (string[])[$"A={i}", $"B={i}"]));

        Compile("<filter name='f'><rule action='drop' direction='in'><tcp srcportstart='$A[@1]' dstportstart='$B[@2]'/></rule></filter>", many)
            .Diagnostics.Should().Contain(d => d.Code == "NF505");
    }

    [Fact]
    public void A_circle_of_references_is_an_error_at_its_closing_reference()
    {
        Diagnostic error = Compile("""
            <filter name='a'><filterref filter='b'/></filter>
            <filter name='b'>
              <filterref filter='a'/></filter>
            """).Diagnostics.Single(d => d.Severity == Severity.Error);

        (error.Code, error.Message).Should().Be(("NF501", "filters refer to each other in a circle: b -> a -> b"));
    }

    [Fact]
    public void A_missing_filter_is_an_error_at_its_reference() =>
        Compile("<filter name='a'>\n  <filterref filter='nobody'/>\n</filter>").Diagnostics
            .Should().ContainSingle(d => d.Code == "NF500" && d.Position.Line == 2);

    [Fact]
    public void The_same_filter_may_be_referred_to_again_and_its_rules_are_there_again() =>
        Ports(Program("""
            <filter name='a'><rule action='drop' direction='in'><tcp dstportstart='$P'/></rule></filter>
            <filter name='f'><filterref filter='a'/><filterref filter='a'/></filter>
            """, "P=1")).Should().Equal("dport 1", "dport 1");

    [Fact]
    public void One_template_serves_many_interfaces()
    {
        TemplateResult resolved = ProgramCompiler.Resolve(Engine.Filters.FilterLibrary.Stock, "clean-traffic");
        MacAddress other = MacAddress.Parse("52:54:00:00:00:99");

        FilterProgram first = Instantiation.Of(resolved.Template!, Guest, Parameters("IP=10.0.0.1")).Program!;
        FilterProgram second = Instantiation.Of(resolved.Template!, other, Parameters("IP=10.0.0.2 IP=10.0.0.3")).Program!;

        Lines(first.EthernetFromGuest).Should().Contain("mac: ether saddr 52:54:00:11:22:33 -> return").And.Contain("ipv4-ip: ether type ipv4, ip saddr 10.0.0.1 -> return");
        Lines(second.EthernetFromGuest).Should().Contain("mac: ether saddr 52:54:00:00:00:99 -> return").And.Contain("ipv4-ip: ether type ipv4, ip saddr 10.0.0.3 -> return");
    }

    /// <summary>The conditions of the rules that one TCP element becomes, without the protocol.</summary>
    private static IEnumerable<string> Values(string element, string parameters) =>
        Ports(Program($"<filter name='f'><rule action='drop' direction='in'>{element}</rule></filter>", parameters));

    private static IEnumerable<string> Ports(FilterProgram program) =>
        Lines(program.Ipv4!.ToGuestForwarded).Select(line => line["FO: ip protocol tcp, ".Length..^" -> drop".Length]);
}
