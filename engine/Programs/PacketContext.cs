using Lab.Engine.State;

namespace Lab.Engine.Programs;

/// <summary>What conditions ask for beyond the frame itself. The default value knows no connection and no set.</summary>
/// <param name="State">One state; <see cref="ConnectionStates.None"/> where nothing is tracked, so that no state matches.</param>
/// <param name="Direction">Null for a packet that belongs to no connection (invalid, untracked): no direction matches.</param>
/// <param name="Counts">Null counts nothing: every source has no connection.</param>
/// <param name="Sets">Null has no set: nothing is a member.</param>
public readonly record struct PacketContext(
    ConnectionStates State,
    ConnectionDirection? Direction = null,
    IConnectionCounts? Counts = null,
    IIpSets? Sets = null);

/// <summary>Counts connections for <see cref="ConnectionLimitAbove"/>.</summary>
public interface IConnectionCounts
{
    /// <summary>
    /// Adds the packet's connection to the rule's list and tells how many live ones of the same source it holds,
    /// as xt_connlimit does (net/netfilter/nf_conncount.c): each rule counts what reached it.
    /// </summary>
    /// <param name="condition">Its identity, not its value, names the list.</param>
    int Count(ConnectionLimitAbove condition);
}

/// <summary>The kernel's ipsets as a testbed models them.</summary>
public interface IIpSets
{
    bool Contains(InIpSet condition, ReadOnlySpan<byte> frame);
}
