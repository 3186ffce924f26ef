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
public static class StateMark
{
    /// <summary>Where the eight bits begin unless somebody says otherwise: the highest ones.</summary>
    public const int DefaultFirstBit = 24;

    private const int Shift = DefaultFirstBit;

    internal const uint Original = 1u << (Shift + 5), Reply = 1u << (Shift + 6);

    /// <summary>A rule decided to reject; the IP hook behind the bridge's does it, because only it can.</summary>
    internal const uint Reject = 1u << (Shift + 7);

    internal const uint State = Reject - (1u << Shift);

    /// <summary>States as nft calls them, with their bits.</summary>
    internal static readonly ImmutableArray<(string Word, ConnectionStates State)> States =
    [
        ("established", ConnectionStates.Established), ("new", ConnectionStates.New), ("related", ConnectionStates.Related),
        ("invalid", ConnectionStates.Invalid), ("untracked", ConnectionStates.Untracked),
    ];

    internal static uint Of(ConnectionStates states) => (uint)states << Shift;

    internal static uint Of(ConnectionDirection direction) => direction == ConnectionDirection.Original ? Original : Reply;

    /// <summary>One of the bits is set, or none is.</summary>
    internal static NftCompare Any(uint bits, bool none = false) => new(NftMeta.Mark, new NftNumber(0), bits, !none);

    internal static NftSetMark Set(uint bits) => new(bits, bits);

    internal static NftSetMark Clear(uint bits) => new(bits, 0);

    /// <summary>The same rules with the eight bits elsewhere in the mark, for a host that has a use of its own for the highest.</summary>
    /// <param name="firstBit">0 to <see cref="DefaultFirstBit"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bits would not all be in the mark.</exception>
    internal static NftRuleset MovedTo(int firstBit, NftRuleset ruleset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstBit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstBit, DefaultFirstBit);
        int down = DefaultFirstBit - firstBit;
        return down == 0 ? ruleset : new([.. ruleset.Tables.Select(table => table with
        {
            Chains = [.. table.Chains.Select(chain => chain with
            {
                Rules = [.. chain.Rules.Select(rule => rule with { Statements = [.. rule.Statements.Select(Moved)] })],
            })],
        })]);

        NftStatement Moved(NftStatement statement) => statement switch
        {
            NftCompare { Key: NftMeta { Key: NftMetaKey.Mark }, Mask: { } bits } test => test with { Mask = bits >> down },
            NftSetMark set => new NftSetMark(set.Mask >> down, set.Bits >> down),
            _ => statement,
        };
    }
}
