using Lab.Engine.Apply;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Nftables;
using Lab.Engine.Tests.Filters.Templates;

namespace Lab.Engine.Tests.Rulesets.Nftables;

public sealed class BridgeRulesetTests
{
    private static readonly Template CleanTraffic = ProgramCompiler.Resolve(FilterLibrary.Stock, "clean-traffic").Template!;

    [Fact]
    public void Ports_of_one_filter_share_its_chains_however_many_they_are()
    {
        NftTable two = Table(0, 1), fifty = Table([.. Enumerable.Range(0, 50)]);

        fifty.Chains.Length.Should().Be(two.Chains.Length);
        fifty.Sets.Select(set => set.Name).Should().Equal(two.Sets.Select(set => set.Name));
        fifty.Sets.Single(set => set.Name == "from-ports").Elements.Should().HaveCount(50);
    }

    [Fact]
    public void Other_rules_towards_the_host_than_beyond_it_are_refused()
    {
        FilterProgram tcp = Compiling.Program("<filter name='f'><rule action='drop' direction='out'><tcp/></rule></filter>");
        FilterProgram udp = Compiling.Program("<filter name='f'><rule action='drop' direction='out'><udp/></rule></filter>");

        BridgeRuleset.Of([new(InterfaceName.Parse("tap0"), tcp with { Ipv4 = tcp.Ipv4! with { FromGuestToHost = udp.Ipv4!.FromGuestToHost } })])
            .Diagnostics.Should().ContainSingle(refusal => refusal.Code == DiagnosticTable.HostRulesDiffer.Code);
    }

    /// <summary>nft calls an option missing where there is no header to have it (found by nwlab fuzz).</summary>
    [Fact]
    public void A_missing_tcp_option_needs_a_tcp_header()
    {
        NftStatement whole = NftFields.Holds(NftBase.Transport, TcpView.MinimumLength);

        NftConditions.Lower([new TcpOptionPresent(4, Negated: true)], StageKind.Ip4From).Should().OnlyContain(way => way.Contains(whole));
    }

    [Fact]
    public void A_port_alone_has_its_values_in_the_rules()
    {
        Table(7).Sets.Select(set => set.Name).Should().Equal("from-ports", "to-ports");
    }

    [Fact]
    public void One_more_port_costs_elements_and_no_chain()
    {
        NftBackend backend = new();
        PortPolicy[] before = [.. Enumerable.Range(0, 10).Select(Port)];
        PortPolicy[] after = [.. before, Port(10)];
        backend.Change([], before);

        string text = backend.Change(before, after).Value!.Commands.Single().Text;

        text.Should().MatchRegex("add element bridge nwlab from-ports { \"tap10\" : jump c[0-9a-f]+-from-root")
            .And.NotContain("chain").And.NotContain("delete");
    }

    /// <remarks>A chain that a frame may be sent to must have had its rules for a whole generation before, and keeps them for one after.</remarks>
    [Fact]
    public void Other_rules_are_made_before_a_port_is_sent_to_them_and_the_old_ones_go_last()
    {
        NftBackend backend = new();
        PortPolicy[] before = [Port(0)], after = [Port(1) with { Device = Device(0) }];
        backend.Change([], before);

        KernelCommand[] steps = [.. backend.Change(before, after).Value!.Commands];

        steps.Should().HaveCount(3);
        steps[0].Text.Should().Contain("chain c").And.NotContain("element").And.NotContain("delete").And.NotContain("hook");
        steps[1].Text.Should().Contain("delete element").And.Contain("add element").And.NotContain("chain");
        steps[2].Text.Should().Contain("delete chain").And.NotContain("element");
    }

    [Fact]
    public void A_port_that_goes_takes_its_elements_along()
    {
        NftBackend backend = new();
        PortPolicy[] before = [.. Enumerable.Range(0, 10).Select(Port)];
        backend.Change([], before);

        string text = backend.Change(before, before[1..]).Value!.Commands.Single().Text;

        text.Should().MatchRegex("delete element bridge nwlab from-ports { \"tap0\" : jump c[0-9a-f]+-from-root").And.NotContain("add element");
    }

    [Fact]
    public void Every_line_that_is_a_rule_names_its_XML_rule()
    {
        NftText text = Loading(Port(0));

        string[] lines = text.Text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Contains("comment", StringComparison.Ordinal))
            {
                lines[i].Should().Contain(text.OriginOf(i + 1)!.Position.ToString());
            }
        }

        text.Origins.Count(origin => origin is not null).Should().BeGreaterThan(15);
    }

    [Fact]
    public void Negated_comparisons_of_neighbouring_fields_stay_two()
    {
        Rule rule = new(
            [FieldEquals.Exactly(Field.EthernetSource, 1, negated: true), FieldEquals.Exactly(Field.EthernetDestination, 2, negated: true)],
            Verdict.Drop, new("test", new SourcePosition("test.xml", 1, 1)));
        PortPolicy port = new(Device(0), FilterProgram.Empty with { EthernetFromGuest = new([new("root", [rule], ChainEnd.Accept)]) });

        Loading(port).Text
            .Should().Contain("ether saddr & ff:ff:ff:ff:ff:ff != 00:00:00:00:00:01 ether daddr & ff:ff:ff:ff:ff:ff != 00:00:00:00:00:02 counter drop");
    }

    [Theory]
    [InlineData(Meaning.Strict, true)]
    [InlineData(Meaning.Libvirt, false)]
    public void Only_the_strict_meaning_asks_about_what_the_host_sends(Meaning meaning, bool asks)
    {
        NftRuleset ruleset = Ruleset("<rule action='drop' direction='in'><tcp/></rule>", meaning).Value!.ToRuleset();

        ruleset.Tables[0].Chains.Any(chain => chain.Hook?.Point == NftHookPoint.Output).Should().Be(asks);
        ruleset.Tables[1].Chains.Any(chain => chain.Hook?.Point == NftHookPoint.Output).Should().Be(asks);
    }

    [Fact]
    public void In_the_strict_meaning_a_reject_towards_the_guest_is_refused()
    {
        const string reject = "<rule action='reject' direction='in'><tcp/></rule>";

        Ruleset(reject, Meaning.Strict).Diagnostics.Should().ContainSingle().Which.Message.Should().Contain("but not rejected");
        Ruleset(reject, Meaning.Libvirt).Value.Should().NotBeNull();
    }

    [Fact]
    public void The_first_strict_port_brings_the_chains_for_what_the_host_sends()
    {
        const string drop = "<filter name='f'><rule action='drop' direction='in'><tcp/></rule></filter>";
        NftBackend backend = new();
        PortPolicy[] before = [.. Enumerable.Range(0, 3).Select(i => new PortPolicy(Device(i), Compiling.Program(drop)))];
        backend.Change([], before);

        backend.Change(before, [.. before, new(Device(9), Compiling.Compile(drop, "", Meaning.Strict).Program!)]).Value!.Commands[0].Text
            .Should().Contain("hook output");
    }

    [Fact]
    public void What_nft_cannot_ask_is_refused_at_its_line()
    {
        Rule rule = new([new ConnectionLimitAbove(3)], Verdict.Drop, new("test", new SourcePosition("test.xml", 4, 2)));
        Stage stage = new([new("FI", [rule], ChainEnd.Return)]);
        PortPolicy port = new(Device(0), FilterProgram.Empty with { Ipv4 = new(stage, new([new("FO", [], ChainEnd.Return)]), stage) });

        Lowered<BridgeRuleset> lowered = BridgeRuleset.Of([port]);

        lowered.Value.Should().BeNull();
        lowered.Diagnostics.Should().ContainSingle().Which.Position.Line.Should().Be(4);
    }

    [Theory]
    [InlineData("a\"b")]
    [InlineData("tap*")]
    public void A_device_name_that_nft_reads_otherwise_is_refused(string name) =>
        BridgeRuleset.Of([new(InterfaceName.Parse(name), FilterProgram.Empty)]).Diagnostics.Should().ContainSingle();

    private static NftText Loading(PortPolicy port) => NftText.Of(new(BridgeRuleset.Families, BridgeRuleset.Of([port]).Value!.ToRuleset()));

    private static Lowered<BridgeRuleset> Ruleset(string rules, Meaning meaning) =>
        BridgeRuleset.Of([new(Device(0), Compiling.Compile($"<filter name='f'>{rules}</filter>", "", meaning).Program!)]);

    private static NftTable Table(params int[] ports) => BridgeRuleset.Of([.. ports.Select(Port)]).Value!.ToRuleset().Tables.Single();

    private static InterfaceName Device(int i) => InterfaceName.Parse($"tap{i}");

    private static PortPolicy Port(int i) => new(Device(i), Instantiation.Of(
        CleanTraffic, MacAddress.FromBits(0x5254_0000_0000ul + (uint)i),
        ParameterSet.Empty.Append("IP", new($"10.0.0.{i}", new("test", 0, 0)))).Port!);
}
