using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>What nftables is to hold: plain data, of which the text is one reading and the interpreter another.</summary>
public sealed record NftRuleset(ImmutableArray<NftTable> Tables);

public enum NftFamily
{
    Bridge,
    Ip,
    Ip6,
    Netdev,
}

/// <param name="Sets">Sets and maps; rules name them.</param>
public sealed record NftTable(
    NftFamily Family, string Name, ImmutableArray<NftSet> Sets, ImmutableArray<NftChain> Chains);

/// <param name="Hook">Null for a chain that is only jumped to.</param>
public sealed record NftChain(string Name, NftHook? Hook, ImmutableArray<NftRule> Rules);

public enum NftHookPoint
{
    Prerouting,
    Input,
    Forward,
    Output,
    Postrouting,
    Ingress,
    Egress,
}

/// <param name="Priority">Lower runs first.</param>
public sealed record NftHook(NftHookPoint Point, int Priority)
{
    /// <summary>For the netdev family, whose chains belong to devices; they need not exist yet (Linux 6.16 and later).</summary>
    public ImmutableArray<InterfaceName> Devices { get; init; } = [];
}

/// <param name="Origin">The XML rule behind it; null for what we add by ourselves.</param>
public sealed record NftRule(ImmutableArray<NftStatement> Statements, Origin? Origin)
{
    /// <summary>Rules with one number in a class of ports are ways of saying one thing; null for what we add by ourselves.</summary>
    internal int? Group { get; init; }
}

/// <summary>A named set, or a map if its elements carry a verdict.</summary>
/// <param name="Key">The parts of a key, joined by dots; more than one makes a concatenation.</param>
public sealed record NftSet(
    string Name, ImmutableArray<NftKey> Key, NftSetKind Kind, ImmutableArray<NftElement> Elements)
{
    /// <summary>Every element counts the packets that met it.</summary>
    public bool IsCounted { get; init; }
}

public enum NftSetKind
{
    Set,

    /// <summary>From key to verdict.</summary>
    VerdictMap,
}

/// <summary>One element of a set, or one entry of a map.</summary>
/// <param name="Device">The first part of a key that begins with a port; the default for a key that does not.</param>
/// <param name="Values">The other parts, right-aligned; their set says how they are written.</param>
/// <param name="Target">In a verdict map, the chain that the verdict jumps to.</param>
public readonly record struct NftElement(InterfaceName Device, ImmutableArray<UInt128> Values, string? Target = null);

/// <summary>What takes one ruleset to another, done in this order and in one transaction.</summary>
/// <param name="Replaced">Families whose table of ours goes first, with all that is in it; it need not be there.</param>
/// <param name="Made">Tables that are there, or not, get these sets, with their elements, and these chains.</param>
public sealed record NftChange(ImmutableArray<NftFamily> Replaced, NftRuleset Made)
{
    /// <summary>Elements of sets that stay.</summary>
    public ImmutableArray<NftSetChange> Elements { get; init; } = [];

    /// <summary>Chains, whose rules do not matter, and sets, whose elements do not.</summary>
    public ImmutableArray<NftTable> Retired { get; init; } = [];

    /// <summary>Only once every frame is through that was on its way when the change before was done.</summary>
    public bool AfterFrames { get; init; }

    public bool IsNothing => Replaced.IsEmpty && Made.Tables.IsEmpty && Elements.IsEmpty && Retired.IsEmpty;

    public int ElementCount => Elements.Sum(set => set.Set.Elements.Length)
        + Made.Tables.Sum(table => table.Sets.Sum(set => set.Elements.Length));
}

/// <param name="Add">Or delete; what is deleted is named by its key.</param>
/// <param name="Set">With these elements, not all that it has.</param>
public sealed record NftSetChange(bool Add, NftFamily Family, NftSet Set);
