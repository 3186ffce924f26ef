using System.Collections.Frozen;
using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Ebiptables;

/// <summary>Conditions of the layer-2 stage as ebtables(8) writes them.</summary>
internal static class EbtablesConditions
{
    /// <param name="Option">Of ebtables(8).</param>
    /// <param name="Masked">The option takes <c>value/mask</c>.</param>
    /// <param name="Ranged">The option takes <c>low:high</c>.</param>
    private sealed record Spelling(string Option, Func<UInt128, string> Print, bool Masked = false, bool Ranged = false);

    private static readonly FrozenDictionary<Field, Spelling> Common = new Dictionary<Field, Spelling>
    {
        [Field.EthernetSource] = new("-s", TablesText.Mac, Masked: true),
        [Field.EthernetDestination] = new("-d", TablesText.Mac, Masked: true),
        [Field.EtherType] = new("-p", TablesText.Hex),
        [Field.VlanId] = new("--vlan-id", TablesText.Decimal),
        [Field.VlanEncapsulatedType] = new("--vlan-encap", TablesText.Hex),
        [Field.EbtStpType] = new("--stp-type", TablesText.Decimal),
        [Field.EbtStpFlags] = new("--stp-flags", TablesText.Decimal),
        [Field.EbtStpRootPriority] = new("--stp-root-prio", TablesText.Decimal, Ranged: true),
        [Field.EbtStpRootAddress] = new("--stp-root-addr", TablesText.Mac, Masked: true),
        [Field.EbtStpRootCost] = new("--stp-root-cost", TablesText.Decimal, Ranged: true),
        [Field.EbtStpSenderPriority] = new("--stp-sender-prio", TablesText.Decimal, Ranged: true),
        [Field.EbtStpSenderAddress] = new("--stp-sender-addr", TablesText.Mac, Masked: true),
        [Field.EbtStpPort] = new("--stp-port", TablesText.Decimal, Ranged: true),
        [Field.EbtStpMessageAge] = new("--stp-msg-age", TablesText.Decimal, Ranged: true),
        [Field.EbtStpMaxAge] = new("--stp-max-age", TablesText.Decimal, Ranged: true),
        [Field.EbtStpHelloTime] = new("--stp-hello-time", TablesText.Decimal, Ranged: true),
        [Field.EbtStpForwardDelay] = new("--stp-forward-delay", TablesText.Decimal, Ranged: true),
        [Field.ArpHardwareType] = new("--arp-htype", TablesText.Decimal),
        [Field.ArpProtocolType] = new("--arp-ptype", TablesText.Hex),
        [Field.ArpOpcode] = new("--arp-opcode", TablesText.Decimal),
        [Field.ArpSenderMac] = new("--arp-mac-src", TablesText.Mac, Masked: true),
        [Field.ArpTargetMac] = new("--arp-mac-dst", TablesText.Mac, Masked: true),
        [Field.ArpSenderIp] = new("--arp-ip-src", TablesText.Ipv4, Masked: true),
        [Field.ArpTargetIp] = new("--arp-ip-dst", TablesText.Ipv4, Masked: true),
        [Field.Ipv4Source] = new("--ip-src", TablesText.Ipv4, Masked: true),
        [Field.Ipv4Destination] = new("--ip-dst", TablesText.Ipv4, Masked: true),
        [Field.Ipv4Protocol] = new("--ip-proto", TablesText.Decimal),
        [Field.Ipv4Tos] = new("--ip-tos", TablesText.HexByte),
        [Field.Ipv6Source] = new("--ip6-src", TablesText.Ipv6, Masked: true),
        [Field.Ipv6Destination] = new("--ip6-dst", TablesText.Ipv6, Masked: true),
        [Field.Ipv6Protocol] = new("--ip6-proto", TablesText.Decimal),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<(EtherType, Field), Spelling> Ports =
        new Dictionary<(EtherType, Field), Spelling>
        {
            [(EtherType.Ipv4, Field.TransportSourcePort)] = new("--ip-sport", TablesText.Decimal, Ranged: true),
            [(EtherType.Ipv4, Field.TransportDestinationPort)] = new("--ip-dport", TablesText.Decimal, Ranged: true),
            [(EtherType.Ipv6, Field.TransportSourcePort)] = new("--ip6-sport", TablesText.Decimal, Ranged: true),
            [(EtherType.Ipv6, Field.TransportDestinationPort)] = new("--ip6-dport", TablesText.Decimal, Ranged: true),
        }.ToFrozenDictionary();

    /// <summary>The words of all conditions; null for the first one that ebtables cannot express.</summary>
    public static ImmutableArray<string>? Write(ImmutableArray<Condition> conditions, out Condition? inexpressible)
    {
        EtherType? family = conditions.OfType<FieldEquals>()
            .Where(condition => condition is { Field: Field.EtherType, Negated: false })
            .Select(condition => (EtherType?)(ushort)condition.Value)
            .FirstOrDefault();
        ImmutableArray<string>.Builder words = ImmutableArray.CreateBuilder<string>();
        foreach (Condition condition in conditions)
        {
            if (Write(condition, family) is not { } written)
            {
                inexpressible = condition;
                return null;
            }

            words.AddRange(written);
        }

        inexpressible = null;
        return words.ToImmutable();
    }

    private static string[]? Write(Condition condition, EtherType? family) => condition switch
    {
        FieldEquals equals => Write(equals, Spell(equals.Field, family)),
        FieldInRange range => Write(range, Spell(range.Field, family)),
        GratuitousArp gratuitous => [.. Not(gratuitous.Negated), "--arp-gratuitous"],
        IcmpTypeAndCode icmp => [.. Not(icmp.Negated), icmp.Version6 ? "--ip6-icmp-type" : "--ip-icmp-type", TypeAndCode(icmp)],
        _ => null, // the others are about connections and TCP options, which exist at the IP stages only
    };

    private static string[]? Write(FieldEquals equals, Spelling? spelling)
    {
        if (spelling is null)
        {
            return null;
        }

        string value = spelling.Print(equals.Value);
        if (equals.Mask != FieldTable.Of(equals.Field).AllOnes)
        {
            if (!spelling.Masked)
            {
                return null;
            }

            value = $"{value}/{spelling.Print(equals.Mask)}";
        }

        return [.. Not(equals.Negated), spelling.Option, value];
    }

    private static string[]? Write(FieldInRange range, Spelling? spelling) => spelling is { Ranged: true }
        ? [.. Not(range.Negated), spelling.Option, $"{spelling.Print(range.Low)}:{spelling.Print(range.High)}"]
        : null;

    private static Spelling? Spell(Field field, EtherType? family) =>
        Common.GetValueOrDefault(field) ?? Ports.GetValueOrDefault((family ?? default, field));

    private static string TypeAndCode(IcmpTypeAndCode icmp) =>
        $"{icmp.TypeLow}:{icmp.TypeHigh}/{icmp.CodeLow}:{icmp.CodeHigh}";

    private static string[] Not(bool negated) => negated ? ["!"] : [];
}
