using System.Collections.Frozen;
using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Model;

/// <summary>Which stage a protocol element's rules belong to (nwfilter.md section 0.2).</summary>
public enum ProtocolLayer
{
    /// <summary>L2: mac, vlan, stp, arp, rarp, ip, ipv6.</summary>
    Ethernet,

    /// <summary>L3v4.</summary>
    Ipv4,

    /// <summary>L3v6.</summary>
    Ipv6,
}

/// <summary>The grammar of an attribute's text (nwfilter.md section 2.1).</summary>
public enum AttributeType
{
    UInt8,
    UInt16,
    UInt16Decimal,
    UInt32,
    Mac,

    /// <summary>Ones followed by zeros; the value holds the mask itself.</summary>
    MacMask,
    Ipv4,

    /// <summary>A prefix length or a contiguous mask; the value holds the mask itself, 32 bits.</summary>
    Ipv4Mask,
    Ipv6,

    /// <summary>A prefix length or a contiguous mask; the value holds the mask itself, 128 bits.</summary>
    Ipv6Mask,

    /// <summary>The value is 0 or 1.</summary>
    Boolean,
    Comment,
    IpSetName,
    IpSetFlags,

    /// <summary>A <see cref="TextValue"/> that <see cref="Values.TcpFlagsMatch"/> parses.</summary>
    TcpFlags,

    /// <summary>A <see cref="TextValue"/> that <see cref="Values.StateList"/> parses.</summary>
    ConnectionStates,
}

/// <summary>What an attribute contributes to the conditions of its rule.</summary>
public enum AttributeRole
{
    /// <summary>The value of a comparison, or the start of a range when a <see cref="RangeEnd"/> for the field is there.</summary>
    Value,

    /// <summary>The mask of the <see cref="Value"/> of the same field.</summary>
    Mask,

    /// <summary>The start of an address range (srcipfrom); loses to a <see cref="Value"/> of the same field.</summary>
    RangeStart,

    /// <summary>The end of a range of the same field.</summary>
    RangeEnd,

    Gratuitous,
    TcpOption,
    IcmpType,
    IcmpTypeEnd,
    IcmpCode,
    IcmpCodeEnd,
    State,
    ConnectionLimit,
    IpSet,
    IpSetFlags,
    Comment,
}

/// <summary>One attribute of a protocol element: a row of the table that reader, writer, validator, condition builder,
/// completion and reference page all work from.</summary>
/// <param name="Field">The field it speaks of; null for roles that are about no single field.</param>
/// <param name="Minimum">Smallest number allowed; 0 for types that are not numbers.</param>
/// <param name="Maximum">Largest number allowed; 0 for types that are not numbers.</param>
/// <param name="Words">Symbolic names, matched in any case, printed as they stand here.</param>
/// <param name="Description">One sentence for the reference page.</param>
public sealed record AttributeSpec(
    string Name,
    AttributeType Type,
    AttributeRole Role,
    Field? Field,
    UInt128 Minimum,
    UInt128 Maximum,
    ImmutableArray<(string Word, UInt128 Value)> Words,
    string Description)
{
    /// <summary>libvirt 9 ignores or refuses the attribute; only the strict meaning gives it an effect.</summary>
    public bool BeyondLibvirt { get; init; }

    /// <summary>Printed in decimal whatever the input was, as libvirt does with <c>opcode</c>.</summary>
    public bool PrintsDecimal { get; init; }
}

/// <summary>One protocol element.</summary>
/// <param name="Implied">The conditions that the element alone stands for: an EtherType, a destination, an IP protocol.</param>
/// <param name="IpProtocol">For the L3 elements other than <c>all</c>.</param>
/// <param name="Attributes">In the order in which they are printed and in which variables are visited.</param>
public sealed record ProtocolSpec(
    string Name,
    ProtocolLayer Layer,
    ImmutableArray<Condition> Implied,
    IpProtocol? IpProtocol,
    ImmutableArray<AttributeSpec> Attributes)
{
    private readonly FrozenDictionary<string, AttributeSpec> _byName = Attributes.ToFrozenDictionary(a => a.Name, StringComparer.Ordinal);

    /// <summary>What the element stands for, one sentence for the reference page.</summary>
    public string Description { get; init; } = "";

    public AttributeSpec? Find(string attribute) => _byName.GetValueOrDefault(attribute);

    public bool Equals(ProtocolSpec? other) => ReferenceEquals(this, other) || other?.Name == Name;

    public override int GetHashCode() => string.GetHashCode(Name, StringComparison.Ordinal);

    public override string ToString() => Name;
}
