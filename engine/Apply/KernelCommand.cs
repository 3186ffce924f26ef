using System.Collections.Immutable;
using Lab.Engine.Programs;

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
/// <param name="Origins">One entry per line of the text; a refusal names the rule behind the line that was refused.</param>
public sealed record KernelCommand(KernelTool Tool, string Text, ImmutableArray<Origin?> Origins)
{
    /// <param name="line">From 1, as tools count.</param>
    public Origin? OriginOf(int line) => line >= 1 && line <= Origins.Length ? Origins[line - 1] : null;
}
