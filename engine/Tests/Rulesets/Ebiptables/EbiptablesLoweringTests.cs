using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets.Ebiptables;

namespace Lab.Engine.Tests.Rulesets.Ebiptables;

public sealed class EbiptablesLoweringTests
{
    private static readonly Origin Somewhere = new("guard", new SourcePosition("guard.xml", 3, 5));
    private static readonly InterfaceName Tap = InterfaceName.Parse("tap0");
    private static readonly HeldTables Nothing = new([], []);

    [Fact]
    public void A_sub_chain_becomes_a_chain_of_the_port_and_the_jump_names_it()
    {
        var stage = new Stage(
        [
            new("root", [Rule(Verdict.Jump(1), FieldEquals.Exactly(EtherType.Arp)), Rule(Verdict.Reject)], ChainEnd.Accept),
            new("arp-mac", [Rule(Verdict.Return)], ChainEnd.Return),
        ]);

        string text = Script(TablesTool.Ebtables, FilterProgram.Empty with { EthernetFromGuest = stage });

        text.Should().Be("""
            *nat
            :libvirt-I-tap0 ACCEPT
            :I-tap0-arp-mac RETURN
            -A libvirt-I-tap0 -p 0x0806 -j I-tap0-arp-mac
            -A libvirt-I-tap0 -j DROP
            -A I-tap0-arp-mac -j RETURN
            -A PREROUTING -i tap0 -j libvirt-I-tap0
            COMMIT

            """);
    }

    [Fact]
    public void The_three_ip_chains_hang_on_the_chains_that_all_ports_share()
    {
        var stages = new IpStages(
            One("FI", Rule(Verdict.Return, Tcp)), One("FO", Rule(Verdict.Accept, Tcp)), One("HI", Rule(Verdict.Reject)));

        string text = Script(TablesTool.Iptables, FilterProgram.Empty with { Ipv4 = stages });

        text.Should().Be("""
            *filter
            :libvirt-in - [0:0]
            :libvirt-out - [0:0]
            :libvirt-in-post - [0:0]
            :libvirt-host-in - [0:0]
            :FI-tap0 - [0:0]
            :FO-tap0 - [0:0]
            :HI-tap0 - [0:0]
            -A FI-tap0 -p tcp -j RETURN
            -A FO-tap0 -p tcp -j ACCEPT
            -A HI-tap0 -j REJECT
            -I FORWARD 1 -j libvirt-in
            -I FORWARD 2 -j libvirt-out
            -I FORWARD 3 -j libvirt-in-post
            -I INPUT 1 -j libvirt-host-in
            -A libvirt-in -m physdev --physdev-in tap0 -g FI-tap0
            -A libvirt-out -m physdev --physdev-is-bridged --physdev-out tap0 -g FO-tap0
            -A libvirt-in-post -m physdev --physdev-in tap0 -j ACCEPT
            -A libvirt-host-in -m physdev --physdev-in tap0 -g HI-tap0
            COMMIT

            """);
    }

    [Fact]
    public void A_chain_that_stays_is_refilled_and_one_that_goes_is_unhooked_emptied_and_deleted()
    {
        PortTables both = Lower(Tap, new FilterProgram(Meaning.Libvirt, Root(Verdict.Drop), Root(Verdict.Drop), null, null));
        PortTables one = Lower(Tap, new FilterProgram(Meaning.Libvirt, Root(Verdict.Accept), null, null, null));

        RestoreScript.Replace(TablesTool.Ebtables, HeldTables.Of(TablesTool.Ebtables, [both]), [one])!.Text.Should().Be("""
            *nat
            :libvirt-I-tap0 ACCEPT
            -D POSTROUTING -o tap0 -j libvirt-O-tap0
            -F libvirt-O-tap0
            -A libvirt-I-tap0 -j ACCEPT
            -X libvirt-O-tap0
            COMMIT

            """);
    }

    [Fact]
    public void Every_rule_line_names_the_xml_rule_behind_it()
    {
        PortTables tables = Lower(Tap, FilterProgram.Empty with { EthernetFromGuest = Root(Verdict.Drop) });

        RestoreScript.Replace(TablesTool.Ebtables, Nothing, [tables])!.Lines
            .Single(line => line.Text == "-A libvirt-I-tap0 -j DROP").Origin.Should().Be(Somewhere);
    }

    [Fact]
    public void What_a_save_tool_prints_can_be_taken_away_whoever_put_it_there_and_nothing_else_is()
    {
        string[] saved =
        [
            "*nat", ":PREROUTING ACCEPT [1:2]", "*filter", ":FORWARD ACCEPT [5:6]", ":LIBVIRT_FWI - [0:0]", ":libvirt-in - [7:8]",
            ":FI-old - [0:0]", "-A FORWARD -j libvirt-in", "-A FORWARD -j libvirt-in", "-A FORWARD -j DROP",
            "-A libvirt-in -m physdev --physdev-in old -g FI-old", "-A FI-old -j DROP",
        ];

        RestoreScript.Replace(TablesTool.Iptables, HeldTables.Read(TablesTool.Iptables, saved), [])!.Text.Should().Be("""
            *filter
            -D FORWARD -j libvirt-in
            -D FORWARD -j libvirt-in
            -D libvirt-in -m physdev --physdev-in old -g FI-old
            -F FI-old
            -F libvirt-in
            -X FI-old
            -X libvirt-in
            COMMIT

            """);
    }

    [Theory]
    [InlineData("tap+", "pattern")] // a wildcard: the rule would match every device that begins so
    [InlineData("-tap", "option")]
    [InlineData("!tap", "option")]
    public void A_device_name_that_the_tools_would_read_otherwise_is_refused(string name, string reason) =>
        EbiptablesLowering
            .Lower(new(InterfaceName.Parse(name), FilterProgram.Empty with { EthernetFromGuest = Root(Verdict.Drop) }))
            .Diagnostics.Should().ContainSingle().Which.Message.Should().Contain(reason);

    [Fact]
    public void A_chain_name_that_the_tools_would_refuse_is_reported_at_the_rule_that_needs_it()
    {
        var stage = new Stage(
        [
            new("root", [Rule(Verdict.Jump(1))], ChainEnd.Accept),
            new("arp-twelve-c", [Rule(Verdict.Drop)], ChainEnd.Accept),
        ]);

        Diagnostic found = EbiptablesLowering
            .Lower(new(InterfaceName.Parse("fifteen-letters"), FilterProgram.Empty with { EthernetFromGuest = stage }))
            .Diagnostics.Should().ContainSingle().Subject;

        found.Position.Should().Be(Somewhere.Position);
        found.Message.Should().Contain("I-fifteen-letters-arp-twelve-c");
    }

    [Fact]
    public void A_condition_that_ebtables_has_no_option_for_is_refused_rather_than_left_out() =>
        EbiptablesLowering.Lower(new(Tap, FilterProgram.Empty with
        {
            EthernetFromGuest = new([new("root", [Rule(Verdict.Drop, FieldEquals.Exactly(Field.Ipv6Dscp, 1))], ChainEnd.Accept)]),
        }))
            .Diagnostics.Should().ContainSingle().Which.Message.Should().Contain("Ipv6Dscp");

    [Fact]
    public void In_the_strict_meaning_rules_for_what_the_guest_receives_are_refused()
    {
        FilterProgram program = FilterProgram.Empty with
        {
            Ipv4 = new(One("FI", Rule(Verdict.Return)), One("FO", Rule(Verdict.Drop)), One("HI", Rule(Verdict.Return))),
        };

        EbiptablesLowering.Lower(new(Tap, program)).Value.Should().NotBeNull();
        EbiptablesLowering.Lower(new(Tap, program with { Meaning = Meaning.Strict })).Diagnostics
            .Should().ContainSingle().Which.Position.Should().Be(Somewhere.Position);
    }

    private static Condition Tcp => FieldEquals.Exactly(Field.Ipv4Protocol, (byte)IpProtocol.Tcp);

    private static Rule Rule(Verdict verdict, params ImmutableArray<Condition> conditions) => new(conditions, verdict, Somewhere);

    private static Stage One(string name, Rule rule) => new([new(name, [rule], ChainEnd.Return)]);

    private static Stage Root(Verdict verdict) => new([new("root", [Rule(verdict)], ChainEnd.Accept)]);

    private static PortTables Lower(InterfaceName port, FilterProgram program) =>
        EbiptablesLowering.Lower(new(port, program)).Value!;

    private static string Script(TablesTool tool, FilterProgram program) =>
        RestoreScript.Replace(tool, Nothing, [Lower(Tap, program)])!.Text;
}
