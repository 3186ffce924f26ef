using System.Diagnostics;
using Lab.Engine.Packets;
using Lab.Engine.State;

namespace Lab.Engine.Programs;

/// <summary>Conditions and field values in words, the same everywhere: <c>ip saddr 10.0.0.0/8</c>, <c>dport not 22</c>.</summary>
public static class ConditionText
{
    public static string Of(Condition condition) => condition switch
    {
        FieldEquals c => $"{Name(c.Field)} {Not(c.Negated)}{Of(c)}",
        FieldInRange c => $"{Name(c.Field)} {Not(c.Negated)}{Value(c.Field, c.Low)}-{Value(c.Field, c.High)}",
        GratuitousArp c => $"{Not(c.Negated)}gratuitous arp",
        IcmpTypeAndCode c => $"{(c.Version6 ? "icmpv6" : "icmp")} {Not(c.Negated)}type {Range(c.TypeLow, c.TypeHigh)} code {Range(c.CodeLow, c.CodeHigh)}",
        TcpOptionPresent c => $"tcp option {c.Kind} {(c.Negated ? "absent" : "present")}",
        ConnectionStateIn c => $"state {Not(c.Negated)}{Of(c.States)}",
        ConnectionDirectionIs c => $"direction {c.Direction.ToString().ToLowerInvariant()}",
        ConnectionLimitAbove c => c.Negated ? $"source has at most {c.Limit} connections" : $"source has more than {c.Limit} connections",
        InIpSet c => $"{Not(c.Negated)}in set {c.Set} ({string.Join(',', c.Dimensions.Select(d => d == SetDimension.Source ? "src" : "dst"))})",
        _ => throw new UnreachableException(),
    };

    public static string Of(ConnectionStates states) => states == ConnectionStates.None
        ? "none"
        : states.ToString().ToLowerInvariant().Replace(", ", ",", StringComparison.Ordinal);

    public static string Name(Field field) => FieldTable.Of(field).Name;

    /// <summary>A field's value the way people write it: an address, a type's name, a number.</summary>
    public static string Value(Field field, UInt128 value) => (field, FieldTable.Of(field).Bits) switch
    {
        (Field.EtherType or Field.VlanEncapsulatedType or Field.ArpProtocolType, _) => EtherTypeText((ushort)value),
        (Field.Ipv4Protocol or Field.Ipv6Protocol, _) => ProtocolText((byte)value),
        (Field.TcpFlags, _) => FlagsText((byte)value),
        (_, 48) => MacAddress.FromBits((ulong)value).ToString(),
        (Field.StpRootCost or Field.EbtStpRootCost, _) => value.ToString(),
        (_, 32) => new Ipv4Address((uint)value).ToString(),
        (_, 128) => new Ipv6Address(value).ToString(),
        (Field.Ipv4Tos or Field.StpFlags or Field.StpType or Field.EbtStpFlags or Field.EbtStpType, _) => $"0x{value:x2}",
        _ => value.ToString(),
    };

    private static string Of(FieldEquals c)
    {
        UInt128 all = FieldTable.Of(c.Field).AllOnes;
        if (c.Mask == all)
        {
            return Value(c.Field, c.Value);
        }

        int ones = (int)UInt128.PopCount(c.Mask);
        bool prefix = c.Field is Field.Ipv4Source or Field.Ipv4Destination or Field.Ipv6Source or Field.Ipv6Destination
                          or Field.ArpSenderIp or Field.ArpTargetIp
                      && (ones == 0 ? 0 : all << (FieldTable.Of(c.Field).Bits - ones) & all) == c.Mask;
        return prefix ? $"{Value(c.Field, c.Value)}/{ones}" : $"{Value(c.Field, c.Value)}/{Value(c.Field, c.Mask)}";
    }

    private static string Not(bool negated) => negated ? "not " : "";

    private static string Range(byte low, byte high) => (low, high) switch
    {
        (0, 255) => "any",
        _ when low == high => low.ToString(),
        _ => $"{low}-{high}",
    };

    private static string EtherTypeText(ushort type) =>
        Enum.IsDefined((EtherType)type) ? ((EtherType)type).ToString().ToLowerInvariant() : $"0x{type:x4}";

    private static string ProtocolText(byte protocol) =>
        Enum.IsDefined((IpProtocol)protocol) ? ((IpProtocol)protocol).ToString().ToLowerInvariant() : protocol.ToString();

    private static string FlagsText(byte flags) =>
        flags == 0 ? "none" : ((TcpFlags)flags).ToString().ToLowerInvariant().Replace(", ", "|", StringComparison.Ordinal);
}
