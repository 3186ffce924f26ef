using System.Collections.Immutable;
using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Templates;

/// <summary>A condition in the making: its shape, and the variables that its holes wait for.</summary>
internal sealed record Draft(Condition Shape, ImmutableArray<DraftHole> Holes)
{
    public static Draft Closed(Condition condition) => new(condition, []);

    /// <summary>The same test of the opposite field: what a rule asks of a packet that travels the other way.</summary>
    public Draft Swapped() => this with { Shape = Swap(Shape) };

    private static Condition Swap(Condition condition) => condition switch
    {
        FieldEquals c => c with { Field = FieldTable.Of(c.Field).Opposite },
        FieldInRange c => c with { Field = FieldTable.Of(c.Field).Opposite },
        InIpSet c => c with
        {
            Dimensions = [.. c.Dimensions.Select(d => d == SetDimension.Source ? SetDimension.Destination : SetDimension.Source)],
        },
        _ => condition,
    };
}

internal sealed record DraftHole(ConditionPart Part, AttributeMatch Match)
{
    public VariableReference Variable => (VariableReference)Match.Value;
}

/// <summary>Puts values into the parts of conditions; the one place that knows which part is which.</summary>
internal static class ConditionParts
{
    public static Condition Fill(Condition shape, ConditionPart part, AttributeValue value) => (shape, part) switch
    {
        (FieldEquals c, ConditionPart.Value) => c with { Value = Bits(value) },
        (FieldEquals c, ConditionPart.Mask) => c with { Mask = Bits(value) },
        (FieldInRange c, ConditionPart.Low) => c with { Low = Bits(value) },
        (FieldInRange c, ConditionPart.High) => c with { High = Bits(value) },
        (IcmpTypeAndCode c, ConditionPart.TypeLow) => c with { TypeLow = (byte)Bits(value) },
        (IcmpTypeAndCode c, ConditionPart.TypeHigh) => c with { TypeHigh = (byte)Bits(value) },
        (IcmpTypeAndCode c, ConditionPart.CodeLow) => c with { CodeLow = (byte)Bits(value) },
        (IcmpTypeAndCode c, ConditionPart.CodeHigh) => c with { CodeHigh = (byte)Bits(value) },
        (TcpOptionPresent c, ConditionPart.OptionKind) => c with { Kind = (byte)Bits(value) },
        (ConnectionLimitAbove c, ConditionPart.Limit) => c with { Limit = (ushort)Bits(value) },
        (InIpSet c, ConditionPart.SetName) => c with { Set = ((TextValue)value).Text },
        _ => throw new System.Diagnostics.UnreachableException($"{shape.GetType().Name} has no {part}"),
    };

    /// <summary>Once every hole is filled: a value loses the bits that its mask does not look at.</summary>
    public static Condition Settle(Condition filled) =>
        filled is FieldEquals c && c.Field != Field.TcpFlags ? c with { Value = c.Value & c.Mask } : filled;

    /// <summary>The name of the range whose start lies above its end, where a tool would refuse that; null otherwise.</summary>
    /// <remarks>iptables takes reversed address ranges, which match nothing.</remarks>
    public static string? ReversedRange(Condition filled) => filled switch
    {
        FieldInRange c when c.Low > c.High && FieldTable.Of(c.Field).Header is Header.Ports or Header.Stp or Header.EbtStp => FieldTable.Of(c.Field).Name,
        IcmpTypeAndCode c when c.TypeLow > c.TypeHigh || c.CodeLow > c.CodeHigh => "type or code",
        _ => null,
    };

    /// <summary>What libvirt's tools would refuse in a condition that the parser takes (seen with 1.8.9); null for nothing.</summary>
    /// <param name="ip">The condition stands in a rule of an IP stage: iptables writes addresses otherwise than ebtables.</param>
    public static string? RefusedByTools(Condition filled, bool ip) => filled switch
    {
        FieldEquals { Negated: true } c when c.Mask == 0 && FieldTable.Of(c.Field).Header is var header
            && (header == Header.Ethernet || (ip && header is Header.Ipv4 or Header.Ipv6)) => "a mask that leaves nothing cannot be negated",
        FieldEquals { Field: Field.VlanId } c when c.Value == 4095 => "VLAN 4095 is reserved",
        TcpOptionPresent { Kind: 0 } => "option 0 only ends the list of options",
        _ => null,
    };

    /// <summary>Literal values read, whatever their type; texts are parsed by whoever knows their grammar.</summary>
    public static UInt128 Bits(AttributeValue value) => ((NumberValue)value).Bits;
}
