using System.Collections.Immutable;
using Lab.Engine.State;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>
/// What connection tracking says of a packet, carried in eight bits of its mark from the IP hooks, where it is known, to
/// the bridge hooks, where the ports are known.
/// </summary>
/// <remarks>
/// Without bridge connection tracking nft cannot ask for a state in the bridge family, nor for a port in the ip family.
/// Bridge netfilter runs the IP hooks in between; so a chain there writes the state down, the port's rules read it in the
/// bridge hooks that follow, and then the bits are zero again. The bits name states, not ports: no limit on ports.
/// </remarks>
internal static class StateMark
{
    private const int Shift = 24;

    public const uint Original = 1u << (Shift + 5), Reply = 1u << (Shift + 6);

    /// <summary>A rule decided to reject; the IP hook behind the bridge's does it, because only it can.</summary>
    public const uint Reject = 1u << (Shift + 7);

    public const uint State = Reject - (1u << Shift);

    /// <summary>States as nft calls them, with their bits.</summary>
    public static readonly ImmutableArray<(string Word, ConnectionStates State)> States =
    [
        ("established", ConnectionStates.Established), ("new", ConnectionStates.New), ("related", ConnectionStates.Related),
        ("invalid", ConnectionStates.Invalid), ("untracked", ConnectionStates.Untracked),
    ];

    public static uint Of(ConnectionStates states) => (uint)states << Shift;

    public static uint Of(ConnectionDirection direction) => direction == ConnectionDirection.Original ? Original : Reply;

    /// <summary>One of the bits is set, or none is.</summary>
    public static NftCompare Any(uint bits, bool none = false) => new(NftMeta.Mark, new NftNumber(0), bits, !none);

    public static NftSetMark Set(uint bits) => new(bits, bits);

    public static NftSetMark Clear(uint bits) => new(bits, 0);
}
