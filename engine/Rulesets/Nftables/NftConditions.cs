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
    /// <returns>Null and the reason when nft has no words for a condition.</returns>
    public static (Alternatives? Ways, string? Refusal) Lower(ImmutableArray<Condition> conditions)
    {
        Alternatives ways = [[]];
        foreach (Condition condition in Guarded(conditions))
        {
            if (Ways(condition) is not { } more)
            {
                return (null, $"nftables has no test for {condition.GetType().Name}");
            }

            ways = [.. ways.SelectMany(_ => more, (way, tests) => way.AddRange(tests.Where(test => !way.Contains(test))))];
        }

        return (ways, null);
    }

    /// <summary>A field exists only in its own header, so the header's EtherType is asked for first where the rule does not.</summary>
    private static IEnumerable<Condition> Guarded(ImmutableArray<Condition> conditions)
    {
        bool typed = conditions.Any(c => c is FieldEquals { Field: Field.EtherType, Negated: false });
        EtherType? implied = typed ? null : conditions.Select(ImpliedType).FirstOrDefault(type => type is not null);
        return implied is { } type ? conditions.Prepend(FieldEquals.Exactly(type)) : conditions;
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

    private static Alternatives? Ways(Condition condition) => condition switch
    {
        FieldEquals c => InHeader(c.Field, new NftCompare(
            NftFields.Of(c.Field), new NftNumber(c.Value), c.Mask == FieldTable.Of(c.Field).AllOnes ? null : c.Mask, c.Negated)),
        FieldInRange c => InHeader(c.Field, new NftCompare(NftFields.Of(c.Field), new NftRange(c.Low, c.High), null, c.Negated)),
        IcmpTypeAndCode c => Icmp(c),
        TcpOptionPresent c => [[new NftTcpOption(c.Kind, c.Negated)]],
        _ => null,
    };

    private static Alternatives InHeader(Field field, NftCompare test) => field switch
    {
        Field.StpType => [[NftFields.IsBpdu, test]],
        >= Field.StpFlags and <= Field.StpForwardDelay =>
        [
            [NftFields.IsBpdu, NftFields.IsConfigurationBpdu, NftFields.HoldsConfiguration, test],
            [NftFields.IsBpdu, NftFields.IsConfigurationBpdu with { Negated = true }],
        ],
        Field.ArpSenderIp or Field.ArpTargetIp => [[NftFields.ArpIsForIpv4, test]],
        Field.ArpSenderMac or Field.ArpTargetMac => [[NftFields.ArpIsForEthernet, NftFields.ArpHasEthernetLength, test]],
        _ => [[test]],
    };

    private static Alternatives Icmp(IcmpTypeAndCode c)
    {
        NftCompare type = Octet(0, c.TypeLow, c.TypeHigh);
        NftCompare code = Octet(8, c.CodeLow, c.CodeHigh);
        return c.Negated ? [[type with { Negated = true }], [type, code with { Negated = true }]] : [[type, code]];
    }

    private static NftCompare Octet(int offset, byte low, byte high) => new(
        NftFields.Transport(offset, 8), low == high ? new NftNumber(low) : new NftRange(low, high));
}
