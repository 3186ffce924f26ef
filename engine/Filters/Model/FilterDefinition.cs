using System.Collections.Immutable;
using Lab.Engine.Diagnostics;

namespace Lab.Engine.Filters.Model;

/// <summary>A filter document as understood (nwfilter.md section 1): typed, checked, positioned, immutable.</summary>
/// <param name="Uuid">Null when the document gave none.</param>
/// <param name="ChainGiven">Whether the chain attribute was there; without it a priority has no meaning.</param>
public sealed record FilterDefinition(
    string Name,
    Guid? Uuid,
    ChainName Chain,
    bool ChainGiven,
    int ChainPriority,
    ImmutableArray<FilterEntry> Entries,
    SourcePosition Position);

/// <summary>What stands in a filter, in document order: a rule or a reference.</summary>
public abstract record FilterEntry(SourcePosition Position);

public enum RuleAction
{
    Drop,
    Accept,
    Reject,
    Return,
    Continue,
}

/// <summary>As written in the XML, seen from the guest: <see cref="In"/> goes to the guest.</summary>
public enum RuleDirection
{
    In,
    Out,
    InOut,
}

/// <param name="Priority">-1000 to 1000; 500 when not given.</param>
/// <param name="StateMatch">False only for <c>statematch='false'</c> or <c>'0'</c>.</param>
/// <param name="Protocol">Null for a rule without protocol element, which matches every frame of its chain.</param>
/// <param name="Attributes">In the order of the protocol's table, one each; the later of two siblings has won.</param>
public sealed record RuleEntry(
    RuleAction Action,
    RuleDirection Direction,
    int Priority,
    bool StateMatch,
    ProtocolSpec? Protocol,
    ImmutableArray<AttributeMatch> Attributes,
    SourcePosition Position) : FilterEntry(Position);

/// <param name="Parameters">In document order per name; a repeated name makes a list.</param>
public sealed record ReferenceEntry(
    string Filter, ParameterSet Parameters, SourcePosition Position) : FilterEntry(Position);

/// <summary>One attribute of a protocol element.</summary>
/// <param name="Negated">The element that carried it said <c>match='no'</c>.</param>
public sealed record AttributeMatch(AttributeSpec Attribute, AttributeValue Value, bool Negated, SourcePosition Position);

/// <summary>What an attribute was set to.</summary>
public abstract record AttributeValue
{
    private protected AttributeValue()
    {
    }
}

/// <summary>A number, address, mask, port, protocol …: right-aligned bits of the attribute's type.</summary>
/// <param name="WasHexadecimal">Only for printing it back the way libvirt does.</param>
public sealed record NumberValue(UInt128 Bits, bool WasHexadecimal = false) : AttributeValue;

/// <summary>Text with its own vocabulary: comment, ipset name, flags, state; already in canonical form.</summary>
public sealed record TextValue(string Text) : AttributeValue;

/// <summary><c>$NAME</c>, <c>$NAME[@k]</c> or <c>$NAME[n]</c> (nwfilter.md section 3.1).</summary>
/// <param name="Iterator">The k of <c>[@k]</c>, 0 when nothing is said; null for an indexed reference.</param>
/// <param name="Index">The n of <c>[n]</c>; null for an iterating reference.</param>
public sealed record VariableReference(string Name, int? Iterator, uint? Index) : AttributeValue
{
    public override string ToString() => Index is { } n ? $"{Name}[{n}]" : Iterator is 0 or null ? Name : $"{Name}[@{Iterator}]";
}
