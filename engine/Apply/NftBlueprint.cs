using Lab.Engine.Interop;
using Lab.Engine.Interop.Netlink;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Engine.Apply;

/// <summary>Chains, sets and rules as the kernel itself writes them down, ready to be made again in another namespace.</summary>
/// <remarks>
/// nft's parser turns text into what the kernel understands, and nobody else should; but it is slow for the elements of
/// large sets. So it makes the chains and empty sets in a private namespace, from where they are copied, and the
/// elements go to the kernel as bytes beside them, in one transaction.
/// </remarks>
internal sealed record NftBlueprint(
    IReadOnlyList<NetfilterMessage> Sets, IReadOnlyList<NetfilterMessage> Chains, IReadOnlyList<NetfilterMessage> Rules)
{
    private const ushort GetChain = 4, GetRule = 7, GetSet = 10; // NFT_MSG_*

    public static readonly NftBlueprint Empty = new([], [], []);

    /// <exception cref="KernelRefusedException">The kernel has no use for a rule; it is named.</exception>
    public static NftBlueprint Of(NftRuleset ruleset)
    {
        if (ruleset.Tables.IsEmpty)
        {
            return Empty;
        }

        using NetworkNamespace draft = NetworkNamespace.Create();
        using KernelFirewall kernel = new(draft);
        NftRuleset hollow = new([.. ruleset.Tables.Select(table => table with
        {
            Sets = [.. table.Sets.Select(set => set with { Elements = [] })],
        })]);
        kernel.RunText(new(new NftChange([], hollow)));
        return draft.Run(static () =>
        {
            using NetfilterSocket socket = new();
            return new NftBlueprint(socket.List(GetSet), socket.List(GetChain), socket.List(GetRule));
        });
    }
}
