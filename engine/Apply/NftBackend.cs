using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Engine.Apply;

/// <summary>nftables: every change is one transaction, and our tables are the only ones that it names.</summary>
public sealed class NftBackend : IBackend
{
    private (IReadOnlyCollection<PortPolicy> Ports, BridgeRuleset Ruleset)? _last;

    public string Name => "nft";

    /// <remarks>Knows what it lowered last; a change of that costs what changes, any other costs everything.</remarks>
    public Lowered<KernelChange> Change(IReadOnlyCollection<PortPolicy> before, IReadOnlyCollection<PortPolicy> after)
    {
        if (_last is not { } last || !last.Ports.Equals(before))
        {
            return Replace(after);
        }

        _last = null;
        Dictionary<InterfaceName, PortPolicy> old = before.ToDictionary(port => port.Device);
        List<PortPolicy> come = [.. after.Where(port => !old.Remove(port.Device, out PortPolicy? same) || !ReferenceEquals(same.Program, port.Program))];
        InterfaceName[] gone = [.. old.Keys, .. come.Select(port => port.Device).Where(last.Ruleset.Holds)];
        if (2 * (gone.Length + come.Count) > after.Count || last.Ruleset.TryFollow(gone, come) is not { } followed)
        {
            return Replace(after);
        }

        _last = followed.Value is null ? null : (after, last.Ruleset);
        return Loading(followed);
    }

    public Lowered<KernelChange> Restore(IReadOnlySet<string> held, IReadOnlyCollection<PortPolicy> after) => Replace(after);

    public ImmutableSortedSet<string> Holdings(IKernel kernel) =>
        [.. NftText.OurTables.SelectMany(table => NftListing.Lines(kernel.ListNft($"list table {table}")))];

    private Lowered<KernelChange> Replace(IReadOnlyCollection<PortPolicy> after)
    {
        Lowered<BridgeRuleset> lowered = BridgeRuleset.Of(after);
        _last = lowered.Value is { } ruleset ? (after, ruleset) : null;
        return Loading(new(lowered.Value is null ? null : NftText.Replacing(lowered.Value.ToRuleset(), NftText.OurTables), lowered.Diagnostics));
    }

    internal static Lowered<KernelChange> Loading(Lowered<NftText> lowered) => new(
        lowered.Value is { } text ? new([new(KernelTool.Nft, text.Text, text.Origins)]) : null, lowered.Diagnostics);
}
