using System.Collections.Immutable;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Engine.Apply;

/// <summary>What takes a text into the kernel, all of it or nothing.</summary>
public enum KernelTool
{
    /// <summary>libnftables in this process.</summary>
    Nft,
    EbtablesRestore,
    IptablesRestore,
    Ip6tablesRestore,
}

/// <summary>One transaction: a text for one tool, and which XML rule each of its lines came from.</summary>
public sealed class KernelCommand
{
    private readonly Lazy<NftText> _text;

    /// <param name="origins">One entry per line of the text; a refusal names the rule behind the line that was refused.</param>
    public KernelCommand(KernelTool tool, string text, ImmutableArray<Origin?> origins) =>
        (Tool, _text) = (tool, new(() => new(text, origins)));

    /// <summary>A change that is known as data, and is written as text only if somebody reads it.</summary>
    public KernelCommand(NftChange change) => (Tool, Change, _text) = (KernelTool.Nft, change, new(() => NftText.Of(change)));

    public KernelTool Tool { get; }

    public NftChange? Change { get; }

    public string Text => _text.Value.Text;

    /// <param name="line">From 1, as tools count.</param>
    public Origin? OriginOf(int line) => _text.Value.OriginOf(line);
}
