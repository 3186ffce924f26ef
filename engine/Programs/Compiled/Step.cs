namespace Lab.Engine.Programs.Compiled;

/// <summary>How a step finds its answer.</summary>
internal enum StepKind : byte
{
    /// <summary>(eight bytes of the frame &amp; mask) == value.</summary>
    Equal,

    /// <summary>A field of the frame lies in a range.</summary>
    InRange,

    /// <summary>As <see cref="Equal"/>, counted from the transport header.</summary>
    TransportEqual,

    /// <summary>As <see cref="InRange"/>, counted from the transport header.</summary>
    TransportInRange,

    /// <summary>As <see cref="Equal"/>, in an ARP packet whose addresses have the usual lengths; others take the long way.</summary>
    ArpEqual,

    /// <summary>The protocol behind IPv6 extension headers equals a value.</summary>
    UpperProtocol,

    /// <summary>The connection state is one of a set.</summary>
    State,

    /// <summary>The packet's direction in its connection.</summary>
    Direction,

    /// <summary>Whatever has no step of its own: asked of <see cref="ConditionCheck"/>.</summary>
    Condition,
}

/// <summary>One test and where to go from it; a stage is a graph of these.</summary>
/// <remarks>
/// Eight bytes are loaded at once, from <see cref="Offset"/> on, in the machine's own order: mask and value are stored
/// in that order, so that no byte is swapped for an equality. The window always ends at or before the byte that
/// <see cref="Present"/> demands, or within the Ethernet header and two bytes behind its start.
/// </remarks>
internal struct Step
{
    public StepKind Kind;
    public bool Negated;

    /// <summary>For a range: how far the big-endian window is shifted right.</summary>
    public byte Shift;

    /// <summary>For a range: the field's width.</summary>
    public byte Bits;

    /// <summary>Where the window starts; from the transport header it may be negative.</summary>
    public short Offset;

    /// <summary>Bytes that must be there for the field to exist.</summary>
    public short Present;

    /// <summary>The next step, or the complement of an index into the stage's outcomes.</summary>
    public int Then;

    /// <inheritdoc cref="Then"/>
    public int Else;

    /// <summary>Index into the stage's conditions, for the kinds that may have to ask one.</summary>
    public int Condition;

    /// <summary>A range: high minus low.</summary>
    public ulong Mask;

    /// <summary>A range: low.</summary>
    public ulong Value;

    /// <summary>Whether both ask the same, whatever follows from the answer.</summary>
    public readonly bool AsksAs(in Step other) =>
        Kind == other.Kind && Negated == other.Negated && Mask == other.Mask && Value == other.Value && IsAt(other);

    /// <summary>Whether an answer of yes to the other step means no to this one: another value in the same place.</summary>
    public readonly bool Excludes(in Step other) =>
        Kind == other.Kind && Kind is StepKind.Equal or StepKind.TransportEqual or StepKind.UpperProtocol
        && !Negated && !other.Negated && Mask == other.Mask && Value != other.Value && IsAt(other);

    private readonly bool IsAt(in Step other) =>
        Offset == other.Offset && Present == other.Present && Shift == other.Shift && Bits == other.Bits && Condition == other.Condition;
}
