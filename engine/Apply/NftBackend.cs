using System.Collections.Immutable;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Engine.Apply;

/// <summary>nftables: every change switches in one transaction, and our tables are the only ones that it names.</summary>
/// <param name="states">Asked for once there is something to lower.</param>
/// <param name="firstMarkBit">Where in a packet's mark the eight bits begin that carry its state; asked for with every change.</param>
public sealed class NftBackend(Lazy<StateSource>? states = null, Func<int>? firstMarkBit = null) : IBackend
{
    private (IReadOnlyCollection<PortPolicy> Ports, BridgeRuleset Ruleset)? _last;

    public string Name => "nft";

    public bool NeedsBridgeNetfilter => States == StateSource.BridgeNetfilter;

    private StateSource States => states?.Value ?? StateSource.BridgeNetfilter;

    /// <summary>As this kernel can: probed for the first change.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">Later: EPERM without the privilege to make a namespace.</exception>
    public static NftBackend OfThisKernel(Func<int>? firstMarkBit = null) => new(
        new Lazy<StateSource>(static () => KernelFeature.BridgeTracking.IsPresent() ? StateSource.BridgeConntrack : StateSource.BridgeNetfilter),
        firstMarkBit);

    /// <summary>What a kernel holds once these ports have been loaded.</summary>
    public Lowered<BridgeRuleset> Lower(IReadOnlyCollection<PortPolicy> ports) => BridgeRuleset.Of(ports, States);

    /// <remarks>What was lowered last is remembered, since it is what the next change begins with.</remarks>
    public Lowered<KernelChange> Change(IReadOnlyCollection<PortPolicy> before, IReadOnlyCollection<PortPolicy> after)
    {
        BridgeRuleset? old = _last is { } last && last.Ports.Equals(before) ? last.Ruleset : Lower(before).Value;
        Lowered<BridgeRuleset> lowered = old?.Follow(after) ?? Lower(after);
        _last = lowered.Value is { } next ? (after, next) : _last;
        return Loading(lowered, next => old?.ChangeTo(next) ?? [Whole(next)]);
    }

    public Lowered<KernelChange> Restore(IReadOnlySet<string> held, IReadOnlyCollection<PortPolicy> after) =>
        Loading(Lower(after), next => [Whole(next)]);

    public ImmutableSortedSet<string> Holdings(IKernel kernel) =>
        [.. NftText.OurTables.SelectMany(table => NftListing.Lines(kernel.ListNft($"list table {table}")))];

    private static NftChange Whole(BridgeRuleset ruleset) => new(BridgeRuleset.Families, ruleset.ToRuleset());

    private Lowered<KernelChange> Loading(Lowered<BridgeRuleset> lowered, Func<BridgeRuleset, IEnumerable<NftChange>> changes) =>
        new(lowered.Value is { } ruleset ? KernelChange.Of(changes(ruleset).Select(Marked)) : null, lowered.Diagnostics);

    private NftChange Marked(NftChange change) =>
        firstMarkBit is null ? change : change with { Made = StateMark.MovedTo(firstMarkBit(), change.Made) };
}
