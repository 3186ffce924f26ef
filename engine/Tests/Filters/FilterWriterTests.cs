using FsCheck.Fluent;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;

namespace Lab.Engine.Tests.Filters;

public sealed class FilterWriterTests
{
    /// <summary>More with LAB_CASES=100000.</summary>
    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("LAB_CASES"), out int cases) ? cases : 2000;

    [Fact]
    public void Whatever_is_written_can_be_read_and_is_the_same_filter() => FsCheck.Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(Cases), Prop.ForAll(FilterModels.Seeds, seed =>
        {
            FilterDefinition filter = FilterModels.FromSeed(seed);
            string text = FilterWriter.Write(filter);

            ReadResult again = FilterReader.Read("again.xml", text);

            again.Diagnostics.Where(d => d.Severity == Severity.Error).Should().BeEmpty(text);
            FilterModels.Content(again.Filter!).Should().Equal(FilterModels.Content(filter));
            FilterWriter.Write(again.Filter!).Should().Be(text);
        }));

    [Fact]
    public void The_layout_is_libvirts()
    {
        FilterDefinition filter = FilterReader.Read("f.xml", """
            <filter name='f' chain="ipv4"><uuid>5c6d49af-b071-6127-b4ec-6f8ed4b55335</uuid>
            <rule direction='in' action='drop'/>
            <filterref filter='g'><parameter value='2' name='B'/><parameter name='A' value='1'/><parameter name='B' value='3'/></filterref>
            <rule direction='out' action='accept' statematch='False' priority='+3'>
              <tcp dstportstart='0X50' srcmacaddr='1:2:3:A:B:C'/><tcp match='no' srcipmask='255.255.0.0' srcipaddr='10.1.0.0'/></rule>
            <rule direction='out' action='accept'><all/></rule>
            </filter>
            """).Filter!;

        FilterWriter.Write(filter).Should().Be("""
            <filter name='f' chain='ipv4' priority='-700'>
              <uuid>5c6d49af-b071-6127-b4ec-6f8ed4b55335</uuid>
              <rule action='drop' direction='in' priority='500'/>
              <filterref filter='g'>
                <parameter name='A' value='1'/>
                <parameter name='B' value='2'/>
                <parameter name='B' value='3'/>
              </filterref>
              <rule action='accept' direction='out' priority='3' statematch='false'>
                <tcp srcmacaddr='01:02:03:0a:0b:0c'/>
                <tcp match='no' srcipaddr='10.1.0.0' srcipmask='16'/>
                <tcp dstportstart='0x50'/>
              </rule>
              <rule action='accept' direction='out' priority='500'>
                <all/>
              </rule>
            </filter>

            """);
    }

    [Fact]
    public void A_priority_of_zero_is_written_where_the_chain_has_another_of_its_own()
    {
        FilterReader.Read("f.xml", FilterWriter.Write(FilterReader.Read("f.xml", "<filter name='f' chain='arp' priority='0'/>").Filter!))
            .Filter!.ChainPriority.Should().Be(0);
        FilterWriter.Write(FilterReader.Read("f.xml", "<filter name='f'/>").Filter!).Should().StartWith("<filter name='f' chain='root'>");
    }
}
