using Lab.Engine.Packets;
using Lab.Engine.State;

namespace Lab.Engine.Programs;

/// <summary>One test of a rule. The family is closed: evaluator, trace and every lowering know all of it.</summary>
/// <remarks>Negation inverts the comparison, not the need for a header.</remarks>
public abstract record Condition
{
    private protected Condition()
    {
    }
}

/// <summary>(field &amp; Mask) == Value, or its opposite.</summary>
/// <param name="Value">Right-aligned; a bit outside <paramref name="Mask"/> (only TCP flags can be so written) means never equal.</param>
/// <param name="Mask">Right-aligned; all ones of the field's width when every bit counts.</param>
public sealed record FieldEquals(Field Field, UInt128 Value, UInt128 Mask, bool Negated = false) : Condition
{
    public static FieldEquals Exactly(Field field, UInt128 value, bool negated = false) =>
        new(field, value, FieldTable.Of(field).AllOnes, negated);

    public static FieldEquals Exactly(EtherType type) => Exactly(Field.EtherType, (ushort)type);
}

/// <summary>Low &lt;= field &lt;= High, or its opposite; both ends belong to the range.</summary>
public sealed record FieldInRange(Field Field, UInt128 Low, UInt128 High, bool Negated = false) : Condition;

/// <summary>ARP sender protocol address equals target protocol address.</summary>
public sealed record GratuitousArp(bool Negated = false) : Condition;

/// <summary>ICMP or ICMPv6 type and code, each within a range, as one comparison.</summary>
/// <param name="Version6">ICMPv6 (RFC 4443) rather than ICMP (RFC 792).</param>
public sealed record IcmpTypeAndCode(
    bool Version6, byte TypeLow, byte TypeHigh, byte CodeLow, byte CodeHigh, bool Negated = false) : Condition;

/// <summary>A TCP option of this kind is present (RFC 9293 section 3.1).</summary>
public sealed record TcpOptionPresent(byte Kind, bool Negated = false) : Condition;

/// <summary>The packet's state according to connection tracking is one of these.</summary>
public sealed record ConnectionStateIn(ConnectionStates States, bool Negated = false) : Condition;

/// <summary>The packet travels in this direction of its connection.</summary>
public sealed record ConnectionDirectionIs(ConnectionDirection Direction) : Condition;

/// <summary>The packet's source address holds more than this many connections (xt_connlimit, mask /32 or /128).</summary>
/// <param name="Negated">At most this many.</param>
public sealed record ConnectionLimitAbove(ushort Limit, bool Negated = false) : Condition;

public enum SetDimension
{
    Source,
    Destination,
}

/// <summary>The named ipset of the kernel contains the packet's key.</summary>
/// <param name="Dimensions">1 to 6, in the order that the set's type asks for.</param>
public sealed record InIpSet(
    string Set, System.Collections.Immutable.ImmutableArray<SetDimension> Dimensions, bool Negated = false) : Condition
{
    public bool Equals(InIpSet? other) =>
        other is not null && Set == other.Set && Negated == other.Negated && Dimensions.AsSpan().SequenceEqual(other.Dimensions.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Set, Negated, Dimensions.Length);
}
