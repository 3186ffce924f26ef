using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;
using static Lab.Engine.Tests.Filters.Templates.Compiling;

namespace Lab.Engine.Tests.Filters.Templates;

/// <summary>Every attribute of every protocol element: frames that hit it and frames that just miss it, in both directions.</summary>
public sealed class AttributeTests
{
    public static TheoryData<string> Protocols => [.. ProtocolTable.All.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Every_attribute_has_a_row(string protocol) =>
        ProtocolTable.Find(protocol)!.Attributes.Where(a => a.Role != AttributeRole.Comment).Select(a => a.Name)
            .Except(AttributeRows.Of(protocol).Select(row => row.Name)).Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Protocols))]
    public void An_attribute_matches_what_it_says_and_not_what_lies_next_to_it(string protocol)
    {
        foreach (AttributeRow row in AttributeRows.Of(protocol))
        {
            foreach (string direction in (string[])["out", "in"])
            {
                Stage stage = StageOf(protocol, row, direction, toGuest: direction == "in")!;
                Expect(stage, row, protocol, p => p, $"{direction} {row}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void An_inout_rule_means_the_frame_as_the_guest_receives_it_and_its_mirror_image_as_the_guest_sends_it(string protocol)
    {
        foreach (AttributeRow row in AttributeRows.Of(protocol).Where(r => !CannotTurn(protocol, r)))
        {
            Expect(StageOf(protocol, row, "inout", toGuest: true)!, row, protocol, p => p, $"inout to guest {row}");
            if (!OneWay(protocol, row))
            {
                Expect(StageOf(protocol, row, "inout", toGuest: false)!, row, protocol, p => p.Swapped(), $"inout from guest {row}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void The_bare_element_matches_its_protocol_and_no_other(string protocol)
    {
        AttributeRow bare = new("", "", p => p);
        Stage stage = StageOf(protocol, bare, "in", toGuest: true)!;

        Evaluator.Evaluate(stage, new Probe().Build(protocol), bare.HitContext).Verdict.Should().Be(StageVerdict.Dropped);
        foreach (ProtocolSpec other in ProtocolTable.All.Where(o => Distinct(o, protocol)))
        {
            Evaluator.Evaluate(stage, new Probe().Build(other.Name), bare.HitContext).Verdict
                .Should().NotBe(StageVerdict.Dropped, $"a frame of {other} is none of {protocol}");
        }
    }

    /// <summary>Libvirt: typed ICMP both ways vanishes (quirk 31), and an stp source cannot be turned.</summary>
    private static bool CannotTurn(string protocol, AttributeRow row) =>
        (protocol is "icmp" or "icmpv6" && row.Xml.Contains("type=", StringComparison.Ordinal))
        || (protocol == "stp" && row.Xml.Contains("srcmac", StringComparison.Ordinal));

    /// <summary>Rows that have no mirrored copy: MAC and limits on IP rules; sets are mirrored by their flags.</summary>
    private static bool OneWay(string protocol, AttributeRow row) =>
        ProtocolTable.Find(protocol)!.Layer != ProtocolLayer.Ethernet
        && (row.Name is "srcmacaddr" or "connlimit-above" || row.Name.StartsWith("ipset", StringComparison.Ordinal));

    /// <summary>Elements whose frames the other one's rules never see, or never match.</summary>
    private static bool Distinct(ProtocolSpec other, string protocol)
    {
        ProtocolSpec spec = ProtocolTable.Find(protocol)!;
        if (protocol == "mac" || other.Name == protocol)
        {
            return false;
        }

        return spec.Layer == ProtocolLayer.Ethernet
            ? (protocol, other) switch
            {
                ("ip", _) => other.Layer == ProtocolLayer.Ipv6 || (other.Layer == ProtocolLayer.Ethernet && other.Name != "ip"),
                ("ipv6", _) => other.Layer == ProtocolLayer.Ipv4 || (other.Layer == ProtocolLayer.Ethernet && other.Name != "ipv6"),
                _ => other.Layer != ProtocolLayer.Ethernet || other.Name != protocol,
            }
            : spec.IpProtocol is not null && other.Layer == spec.Layer && other.IpProtocol != spec.IpProtocol
              && !(other.IpProtocol is null && spec.Name.StartsWith("udp", StringComparison.Ordinal)); // an 'all' probe is UDP
    }

    private static void Expect(Stage stage, AttributeRow row, string protocol, Func<Probe, Probe> view, string because)
    {
        byte[] hit = view(row.Hit(new())).Build(protocol);
        Evaluator.Evaluate(stage, hit, row.HitContext).Verdict.Should().Be(StageVerdict.Dropped, $"{protocol} {because}");
        foreach (Func<Probe, Probe> miss in row.Misses)
        {
            byte[] frame = view(miss(row.Hit(new()))).Build(protocol);
            Evaluator.Evaluate(stage, frame, row.HitContext).Verdict.Should().NotBe(StageVerdict.Dropped, $"{protocol} just misses {because}");
        }

        if (row.MissContext != row.HitContext)
        {
            Evaluator.Evaluate(stage, hit, row.MissContext).Verdict.Should().NotBe(StageVerdict.Dropped, $"{protocol} just misses {because}");
        }
    }

    private static Stage? StageOf(string protocol, AttributeRow row, string direction, bool toGuest)
    {
        FilterProgram program = Program(
            $"<filter name='one'><rule action='drop' direction='{direction}'><{protocol} {row.Xml}/></rule></filter>", "", row.Meaning);
        IpStages? ip = AttributeRows.IsVersion6(protocol) ? program.Ipv6 : program.Ipv4;
        return ProtocolTable.Find(protocol)!.Layer == ProtocolLayer.Ethernet
            ? toGuest ? program.EthernetToGuest : program.EthernetFromGuest
            : toGuest ? ip!.ToGuestForwarded : ip!.FromGuestForwarded;
    }
}
