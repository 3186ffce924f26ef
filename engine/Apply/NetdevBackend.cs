using System.Collections.Immutable;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Engine.Apply;

/// <summary>nftables on the devices themselves, for macvtaps and for interfaces on no bridge; one transaction per change.</summary>
public sealed class NetdevBackend : IBackend
{
    public string Name => "netdev";

    public bool NeedsBridgeNetfilter => false;

    public Lowered<KernelChange> Change(IReadOnlyCollection<PortPolicy> before, IReadOnlyCollection<PortPolicy> after) => Replace(after);

    public Lowered<KernelChange> Restore(IReadOnlySet<string> held, IReadOnlyCollection<PortPolicy> after) => Replace(after);

    public ImmutableSortedSet<string> Holdings(IKernel kernel) =>
        [.. NftText.OurDeviceTables.SelectMany(table => NftListing.Lines(kernel.ListNft($"list table {table}")))];

    private static Lowered<KernelChange> Replace(IReadOnlyCollection<PortPolicy> after)
    {
        Lowered<NftRuleset> lowered = DeviceRuleset.Lower(after);
        return new(lowered.Value is { } ruleset ? KernelChange.Of([new([NftFamily.Netdev], ruleset)]) : null, lowered.Diagnostics);
    }
}
