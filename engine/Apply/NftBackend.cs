using System.Collections.Immutable;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Engine.Apply;

/// <summary>nftables: every change is one transaction, and our tables are the only ones that it names.</summary>
public sealed class NftBackend : IBackend
{
    public string Name => "nft";

    public Lowered<KernelChange> Change(IReadOnlyCollection<PortPolicy> before, IReadOnlyCollection<PortPolicy> after) =>
        Replace(after);

    public Lowered<KernelChange> Restore(IReadOnlySet<string> held, IReadOnlyCollection<PortPolicy> after) => Replace(after);

    public ImmutableSortedSet<string> Holdings(IKernel kernel) =>
        [.. NftText.OurTables.SelectMany(table => NftListing.Lines(kernel.ListNft($"list table {table}")))];

    private static Lowered<KernelChange> Replace(IReadOnlyCollection<PortPolicy> after)
    {
        Lowered<BridgeRuleset> lowered = BridgeRuleset.Of(after);
        if (lowered.Value is not { } ruleset)
        {
            return new(null, lowered.Diagnostics);
        }

        NftText text = NftText.Replacing(ruleset.ToRuleset());
        return new(new([new(KernelTool.Nft, text.Text, text.Origins)]), lowered.Diagnostics);
    }
}
