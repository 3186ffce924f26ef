using Lab.Engine.Filters;
using Lab.Engine.Filters.Drafts;

namespace Lab.Engine.Tests.Filters.Drafts;

public sealed class DraftImporterTests
{
    [Fact]
    public void Entries_become_rules_in_their_order() => Imported("""
        <FilterPool>
          <FilterEntry>
            <Action>DROP</Action>
            <TrafficType>outgoing</TrafficType>
            <ARPFilter>
              <HWType></HWType>
              <OPCode>Reply</OPCode>
              <SrcMACAddr> THIS_MAC </SrcMACAddr>
              <SrcIPAddr>THIS_IP</SrcIPAddr>
            </ARPFilter>
          </FilterEntry>
          <FilterEntry>
            <Action>ACCEPT</Action>
            <TrafficType>incoming</TrafficType>
            <Hdr8021Filter><HdrSrcMACAddr8021>52:54:00:00:00:01</HdrSrcMACAddr8021><HdrProtocolID8021>ipv4</HdrProtocolID8021></Hdr8021Filter>
            <IPHeadersFilter>
              <HdrIPVersion>4</HdrIPVersion>
              <HdrSrcAddress>192.0.2.0</HdrSrcAddress><HdrSrcMask>255.255.255.0</HdrSrcMask>
              <HdrProtocolID>tcp</HdrProtocolID><HdrDestPortStart>80</HdrDestPortStart><HdrDSCP>10</HdrDSCP>
            </IPHeadersFilter>
          </FilterEntry>
          <FilterEntry>
            <Action>ACCEPT</Action>
            <TrafficType>incoming</TrafficType>
            <Hdr8021Filter><HdrVLANID8021>7</HdrVLANID8021><HdrProtocolID8021>0x800</HdrProtocolID8021></Hdr8021Filter>
          </FilterEntry>
        </FilterPool>
        """).Should().Be("""
        <filter name='old' chain='root'>
          <rule action='drop' direction='out' priority='500'>
            <arp opcode='Reply' arpsrcmacaddr='$MAC' arpsrcipaddr='$IP'/>
          </rule>
          <rule action='accept' direction='in' priority='500'>
            <ip srcmacaddr='52:54:00:00:00:01' srcipaddr='192.0.2.0' srcipmask='24' protocol='tcp' dstportstart='80' dscp='10'/>
          </rule>
          <rule action='accept' direction='in' priority='500'>
            <vlan vlanid='7' encap-protocol='ipv4'/>
          </rule>
        </filter>

        """);

    [Fact]
    public void The_references_of_an_interface_become_one_filter_of_references() => Imported("""
        <interface type='bridge'>
          <source bridge='virbr0'/>
          <firewall>
            <reference profile='generic-layer2' ip_address='192.0.2.10'/>
            <reference profile='VM-specific-layer3' ip_address=''/>
          </firewall>
        </interface>
        """).Should().Be("""
        <filter name='old' chain='root'>
          <filterref filter='generic-layer2'>
            <parameter name='IP' value='192.0.2.10'/>
          </filterref>
          <filterref filter='VM-specific-layer3'/>
        </filter>

        """);

    [Theory]
    [InlineData("<Hdr8021Filter><HdrPriorityValue8021>1</HdrPriorityValue8021></Hdr8021Filter>", "NF090")]
    [InlineData("<Hdr8021Filter><HdrVLANID8021>1</HdrVLANID8021></Hdr8021Filter><IPHeadersFilter><HdrDSCP>1</HdrDSCP></IPHeadersFilter>", "NF090")]
    [InlineData("<IPHeadersFilter><HdrIPVersion>6</HdrIPVersion><HdrDSCP>1</HdrDSCP></IPHeadersFilter>", "NF090")]
    [InlineData("<IPHeadersFilter><HdrTTL>1</HdrTTL></IPHeadersFilter>", "NF090")]
    [InlineData("<TCPFilter/>", "NF090")]
    [InlineData("<IPHeadersFilter><HdrSrcPortStart>1</HdrSrcPortStart></IPHeadersFilter>", "NF039")]
    [InlineData("<IPHeadersFilter><HdrSrcAddress>host</HdrSrcAddress></IPHeadersFilter>", "NF035")]
    [InlineData("<Hdr8021Filter><HdrProtocolID8021>arp</HdrProtocolID8021></Hdr8021Filter><IPHeadersFilter><HdrDSCP>1</HdrDSCP></IPHeadersFilter>", "NF091")]
    public void What_has_no_equivalent_is_refused_where_it_stands(string filters, string code)
    {
        ReadResult result = DraftImporter.Import("old.xml",
            $"<FilterEntry><Action>DROP</Action><TrafficType>incoming</TrafficType>\n{filters}</FilterEntry>", "old");

        result.Filter.Should().BeNull();
        result.Diagnostics.Should().ContainSingle(d => d.Code == code && d.Position.Line == 2);
    }

    private static string Imported(string draft)
    {
        ReadResult result = DraftImporter.Import("old.xml", draft, "old");
        result.Diagnostics.Should().BeEmpty();
        return FilterWriter.Write(result.Filter!);
    }
}
