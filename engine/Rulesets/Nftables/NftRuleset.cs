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
public sealed record NftRule(ImmutableArray<NftStatement> Statements, Origin? Origin);

/// <summary>A named set, or a map if its elements carry a verdict.</summary>
/// <param name="Key">The parts of a key, joined by dots; more than one makes a concatenation.</param>
public sealed record NftSet(
    string Name, ImmutableArray<NftKey> Key, NftSetKind Kind, ImmutableArray<NftElement> Elements);

public enum NftSetKind
{
    Set,

    /// <summary>From key to verdict.</summary>
    VerdictMap,
}

/// <param name="Parts">The key of its set, which says how the values are written.</param>
/// <param name="Verdict">For a verdict map.</param>
public sealed record NftElement(ImmutableArray<NftKey> Parts, ImmutableArray<NftValue> Key, NftVerdict? Verdict = null);
