using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Alternatives = System.Collections.Immutable.ImmutableArray<
    System.Collections.Immutable.ImmutableArray<Lab.Engine.Rulesets.Nftables.NftStatement>>;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>Conditions of a rule as nft tests. nft knows no "or", so one rule may become several that differ in a test.</summary>
internal static class NftConditions
{
    /// <summary>The ways in which all conditions can hold; a packet matches the rule if it passes one of them.</summary>
    /// <param name="kind">Where the rule stands: which packets get there, and whether they have been tracked.</param>
    /// <exception cref="InexpressibleException">nft has no words for a condition.</exception>
    public static Alternatives Lower(IEnumerable<Condition> conditions, StageKind kind)
    {
        Condition[] all = [.. Typed([.. conditions], kind.Type)];
        if (!kind.Tracked && all.Any(condition => condition is ConnectionStateIn or ConnectionDirectionIs or ConnectionLimitAbove))
        {
            throw new InexpressibleException("connection tracking sees no frame of a port that is on no bridge, so a stateful rule cannot hold there");
        }

        Alternatives ways = all.Any(NeedsTransport) ? FirstFragment(all) : [[]];
        foreach (Condition condition in all)
        {
            Alternatives more = Ways(condition);
            ways = [.. ways.SelectMany(_ => more, (way, tests) => way.AddRange(tests.Where(test => !way.Contains(test))))];
        }

        return ways;
    }

    private static bool NeedsTransport(Condition condition) =>
        condition is IcmpTypeAndCode or TcpOptionPresent || HeaderOf(condition) is Header.Ports or Header.Tcp;

    /// <summary>Only the first piece of a datagram begins with a transport header.</summary>
    /// <remarks>nft's transport base is meant to be absent in later ones; in the bridge family it is not (seen on Linux
    /// 6.18: "th sport" reads the first payload bytes of a later fragment), so it is asked for.</remarks>
    private static Alternatives FirstFragment(Condition[] conditions)
    {
        EtherType? type = (EtherType?)(ushort?)conditions.OfType<FieldEquals>()
            .FirstOrDefault(c => c is { Field: Field.EtherType, Negated: false })?.Value;
        NftCompare Typed(EtherType t) => new(NftFields.EtherType, new NftNumber((ushort)t));
        ImmutableArray<NftStatement> version4 = [Typed(EtherType.Ipv4), NftFields.IsFirstIpv4Fragment];
        ImmutableArray<NftStatement> whole6 = [Typed(EtherType.Ipv6), new NftFragmentHeaderMissing()];
        ImmutableArray<NftStatement> first6 = [Typed(EtherType.Ipv6), NftFields.IsFirstIpv6Fragment];
        return type switch
        {
            EtherType.Ipv4 => [version4],
            EtherType.Ipv6 => [whole6, first6],
            null => [version4, whole6, first6],
            _ => [], // no transport header in such a frame: the rule never matches
        };
    }

    /// <summary>What must hold for a field to exist, apart from the EtherType: the evaluator's rules for absence
    /// (<see cref="FieldLayout"/>), as tests.</summary>
    public static ImmutableArray<NftStatement> Presence(Field field) => field switch
    {
        Field.ArpSenderIp => [NftFields.ArpIsForIpv4, NftFields.Holds(NftBase.Network, ArpView.Ipv4OverEthernetLength)],
        Field.ArpTargetIp => [NftFields.ArpIsForIpv4],
        Field.ArpSenderMac => [NftFields.ArpIsForEthernet, NftFields.ArpHasEthernetLength],
        Field.ArpTargetMac => [NftFields.ArpIsForEthernet, NftFields.ArpHasLengths],
        Field.StpType => [NftFields.IsBpdu],
        >= Field.EbtStpType and <= Field.EbtStpForwardDelay => [NftFields.IsBpdu, .. Whole(FieldLayout.Of(field))],
        Field.VlanId => [NftFields.Holds(NftBase.Link, EthernetView.Length + VlanView.Length)], // the network starts behind the tag
        Field.VlanEncapsulatedType => [],
        _ => Whole(FieldLayout.Of(field)),
    };

    /// <summary>A field is there only if the whole fixed header is, of which its own bytes may be the beginning.</summary>
    private static ImmutableArray<NftStatement> Whole(FieldLayout layout) => layout switch
    {
        { Anchor: Anchor.Frame } when layout.Offset >= EthernetView.Length && layout.Offset + layout.Bytes < layout.Present =>
            [NftFields.Holds(NftBase.Network, layout.Present - EthernetView.Length)],
        { Anchor: Anchor.Transport } when layout.Offset + layout.Bytes < layout.Present =>
            [NftFields.Holds(NftBase.Transport, layout.Present)],
        _ => [],
    };

    /// <summary>A field exists only in its own header, so the header's EtherType is asked for first where the rule does not.</summary>
    /// <remarks>Asked for by name in the link header, where a tag shows; nft then adds no condition of its own to names
    /// of network fields.</remarks>
    private static IEnumerable<Condition> Typed(ImmutableArray<Condition> conditions, EtherType? type)
    {
        EtherType? implied = conditions.Select(ImpliedType).FirstOrDefault(t => t is not null) ?? type;
        bool stated = conditions.Any(c => c is FieldEquals { Field: Field.EtherType, Negated: false });
        return implied is { } needed && !stated ? conditions.Prepend(FieldEquals.Exactly(needed)) : conditions;
    }

    private static EtherType? ImpliedType(Condition condition) => HeaderOf(condition) switch
    {
        Header.Ipv4 => EtherType.Ipv4,
        Header.Ipv6 => EtherType.Ipv6,
        Header.Arp => EtherType.Arp,
        Header.Vlan => EtherType.Vlan,
        _ => null,
    };

    private static Header? HeaderOf(Condition condition) => condition switch
    {
        FieldEquals c => FieldTable.Of(c.Field).Header,
        FieldInRange c => FieldTable.Of(c.Field).Header,
        GratuitousArp => Header.Arp,
        IcmpTypeAndCode { Version6: true } => Header.Ipv6,
        IcmpTypeAndCode => Header.Ipv4,
        _ => null,
    };

    private static Alternatives Ways(Condition condition) => condition switch
    {
        FieldEquals c => InHeader(c.Field, new NftCompare(
            NftFields.Of(c.Field), new NftNumber(c.Value), c.Mask == FieldTable.Of(c.Field).AllOnes ? null : c.Mask, c.Negated)),
        FieldInRange c => InHeader(c.Field, new NftCompare(NftFields.Of(c.Field), new NftRange(c.Low, c.High), null, c.Negated)),
        GratuitousArp c => Gratuitous(c),
        IcmpTypeAndCode c => Icmp(c),
        TcpOptionPresent { Negated: true } c => [[NftFields.Holds(NftBase.Transport, TcpView.MinimumLength), new NftTcpOption(c.Kind, c.Negated)]],
        TcpOptionPresent c => [[new NftTcpOption(c.Kind)]],
        ConnectionStateIn c => [[StateMark.Any(StateMark.Of(c.States), c.Negated)]],
        ConnectionDirectionIs c => [[StateMark.Any(StateMark.Of(c.Direction))]],
        ConnectionLimitAbove => throw new InexpressibleException(
            "nft counts connections (connlimit) in the IP hooks, where the port is not known; use --backend ebiptables"),
        InIpSet => throw new InexpressibleException("nft cannot ask an ipset, since the kernel lends that match to iptables only; use --backend ebiptables"),
        _ => throw new System.Diagnostics.UnreachableException(condition.GetType().Name),
    };

    private static Alternatives InHeader(Field field, NftCompare test) => field switch
    {
        >= Field.StpFlags and <= Field.StpForwardDelay =>
        [
            [NftFields.IsBpdu, NftFields.IsConfigurationBpdu, .. Whole(FieldLayout.Of(field)), test],
            [NftFields.IsBpdu, NftFields.IsConfigurationBpdu with { Negated = true }],
        ],
        _ => [Presence(field).Add(test)],
    };

    /// <summary>nft compares no two fields; octet by octet, a set of equal pairs does.</summary>
    private static Alternatives Gratuitous(GratuitousArp c)
    {
        NftLookup[] octets = [.. Enumerable.Range(0, Ipv4Address.Length).Select(NftFields.SameOctet)];
        ImmutableArray<NftStatement> present = Presence(Field.ArpSenderIp);
        return c.Negated ? [.. octets.Select(octet => present.Add(octet with { Negated = true }))] : [[.. present, .. octets]];
    }

    private static Alternatives Icmp(IcmpTypeAndCode c)
    {
        NftCompare protocol = new(
            NftMeta.TransportProtocol, new NftNumber((byte)(c.Version6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp)));
        NftCompare present = NftFields.Holds(NftBase.Transport, IcmpMessage.MinimumLength);
        NftCompare type = Octet(0, c.TypeLow, c.TypeHigh);
        NftCompare code = Octet(8, c.CodeLow, c.CodeHigh);
        return c.Negated
            ? [[protocol, present, type with { Negated = true }], [protocol, present, type, code with { Negated = true }]]
            : [[protocol, present, type, code]];
    }

    private static NftCompare Octet(int offset, byte low, byte high) => new(
        NftFields.Transport(offset, 8), low == high ? new NftNumber(low) : new NftRange(low, high));
}

/// <summary>A condition that this backend has no words for; becomes a diagnostic at the rule.</summary>
internal sealed class InexpressibleException(string message) : Exception(message);
