using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;

namespace Lab.Engine.Tests.Filters;

public sealed class FilterReaderTests
{
    [Fact]
    public void Everything_that_a_filter_can_say_is_read()
    {
        FilterDefinition filter = Accepted("""
            <filter name='web' chain='ipv4-web' priority='-705'>
              <uuid>5c6d49af-b071-6127-b4ec-6f8ed4b55335</uuid>
              <filterref filter='base'>
                <parameter name='A' value='1'/>
                <parameter name='B' value='x'/>
                <parameter name='A' value='2'/>
              </filterref>
              <rule action='accept' direction='in' priority='7' statematch='false'>
                <tcp srcipaddr='$A[@1]' dstportstart='0x50'/>
                <tcp match='no' srcmacaddr='$MAC'/>
              </rule>
            </filter>
            """);

        filter.Name.Should().Be("web");
        filter.Chain.ToString().Should().Be("ipv4-web");
        filter.ChainPriority.Should().Be(-705);
        filter.Uuid.Should().Be(Guid.Parse("5c6d49af-b071-6127-b4ec-6f8ed4b55335"));
        ReferenceEntry reference = filter.Entries[0].Should().BeOfType<ReferenceEntry>().Subject;
        reference.Parameters.Values["A"].Select(v => v.Text).Should().Equal("1", "2");
        RuleEntry rule = filter.Entries[1].Should().BeOfType<RuleEntry>().Subject;
        (rule.Action, rule.Direction, rule.Priority, rule.StateMatch).Should().Be((RuleAction.Accept, RuleDirection.In, 7, false));
        rule.Attributes.Select(a => (a.Attribute.Name, a.Negated)).Should()
            .Equal(("srcmacaddr", true), ("srcipaddr", false), ("dstportstart", false));
        rule.Attributes[1].Value.Should().Be(new VariableReference("A", 1, null));
        rule.Attributes[2].Value.Should().Be(new NumberValue(80, WasHexadecimal: true));
        rule.Position.Should().Be(new SourcePosition("web.xml", 8, 4));
    }

    [Theory]
    [InlineData("mac", -800)]
    [InlineData("vlan1", -750)]
    [InlineData("stp", 0)]
    [InlineData("ipv4", -700)]
    [InlineData("ipv6-x", -600)]
    [InlineData("arp-xyz", -500)]
    [InlineData("rarp", -400)]
    [InlineData("root", 0)]
    public void A_chain_without_priority_gets_that_of_its_prefix(string chain, int priority) =>
        Accepted($"<filter name='a' chain='{chain}'/>").ChainPriority.Should().Be(priority);

    [Fact]
    public void A_word_a_decimal_and_a_hexadecimal_number_mean_the_same_protocol() =>
        new[] { "tcp", "TCP", "6", "0x6" }.Select(p => Rule($"<ip protocol='{p}'/>").Attributes[0].Value)
            .Should().AllBeEquivalentTo(new NumberValue((byte)IpProtocol.Tcp));

    [Fact]
    public void One_run_reports_every_mistake_with_its_place()
    {
        ReadResult result = FilterReader.Read("bad.xml", """
            <filter name='bad' chain='foo'>
              <rule action='allow' direction='in'>
                <tcp dstportstart='70000' srpipaddr='1.2.3.4'/>
              </rule>
              <rule action='drop'/>
            </filter>
            """);

        result.Filter.Should().BeNull();
        result.Diagnostics.Select(d => (d.Code, d.Position.Line, d.Position.Column)).Should().Equal(
            ("NF025", 1, 20), ("NF028", 2, 9), ("NF035", 3, 10), ("NF006", 3, 31), ("NF008", 5, 4));
        result.Diagnostics[3].Help.Should().Be("did you mean 'srcipaddr'?");
    }

    [Fact]
    public void What_libvirt_ignores_in_silence_is_a_warning_and_an_error_when_strict()
    {
        const string Text = "<filter name='a'><rule action='drop' direction='in'><tpc/></rule></filter>";

        FilterReader.Read("a.xml", Text).Diagnostics.Should().ContainSingle(d => d.Code == "NF033" && d.Severity == Severity.Warning);
        FilterReader.Read("a.xml", Text).Filter.Should().NotBeNull();
        FilterReader.Read("a.xml", Text, strict: true).Filter.Should().BeNull();
    }

    [Fact]
    public void Ports_need_a_protocol_in_the_same_or_an_earlier_element()
    {
        FilterReader.Read("a.xml", InRule("<ip protocol='tcp'/><ip srcportstart='1'/>")).Filter.Should().NotBeNull();
        FilterReader.Read("a.xml", InRule("<ip srcportstart='1'/><ip protocol='tcp'/>")).Diagnostics.Should().Contain(d => d.Code == "NF039");
        FilterReader.Read("a.xml", InRule("<ip protocol='$P' srcportstart='1'/>")).Diagnostics.Should().Contain(d => d.Code == "NF039");
        FilterReader.Read("a.xml", InRule("<ip protocol='tcp'/><ip protocol='$P' srcportstart='1'/>")).Diagnostics.Should().Contain(d => d.Code == "NF039");
    }

    [Fact]
    public void A_mask_has_the_sign_of_its_address_and_a_range_end_that_of_its_start()
    {
        Rule("<mac match='no' srcmacmask='ff:0:0:0:0:0'/><mac srcmacaddr='1:2:3:4:5:6'/>").Attributes.Should().OnlyContain(a => !a.Negated);
        Rule("<tcp match='no' srcipfrom='1.2.3.4'/><tcp srcipto='1.2.3.5'/>").Attributes.Should().OnlyContain(a => a.Negated);
        Rule("<tcp match='no' srcipto='1.2.3.5'/>").Attributes.Should().OnlyContain(a => !a.Negated);
        Rule("<tcp match='no' srcportend='5'/><tcp srcportstart='4'/>").Attributes.Select(a => a.Negated).Should().Equal(false, true);
    }

    [Fact]
    public void A_document_that_breaks_off_reports_the_mistakes_before_the_break_too() =>
        FilterReader.Read("a.xml", "<filter name='a'><rule action='x' direction='in'/>").Diagnostics.Select(d => d.Code)
            .Should().Equal("NF028", "NF001");

    [Fact]
    public void Entities_of_a_document_type_are_unknown_and_nothing_is_fetched() =>
        FilterReader.Read("a.xml", "<!DOCTYPE filter [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><filter name='&e;'/>")
            .Diagnostics.Should().ContainSingle(d => d.Code == "NF001");

    private static FilterDefinition Accepted(string text)
    {
        ReadResult result = FilterReader.Read("web.xml", text);
        result.Diagnostics.Should().BeEmpty();
        return result.Filter!;
    }

    private static RuleEntry Rule(string protocol) => (RuleEntry)Accepted(InRule(protocol)).Entries[0];

    private static string InRule(string protocol) =>
        $"<filter name='a'><rule action='drop' direction='in'>{protocol}</rule></filter>";
}
