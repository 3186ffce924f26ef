using System.Collections.Immutable;
using Lab.Engine.Rulesets.Ebiptables;

namespace Lab.Fuzz.Mutants;

/// <summary>A chain in its tables: says of a fault why it changes nothing, where that can be shown from the rules alone.</summary>
/// <param name="chain">One of the port's own.</param>
/// <param name="alone">No other port has rules: nothing is asked of a packet behind the sender's own.</param>
internal sealed class TablesSurroundings(TablesChain chain, bool alone)
{
    /// <summary>A chain behind which everything is accepted: what hands back and what accepts there let the frame pass alike.</summary>
    private readonly bool _isLast = chain.Tool == TablesTool.Ebtables
        ? chain.Name.StartsWith("libvirt-", StringComparison.Ordinal)
        : alone || !chain.Name.StartsWith("FI-", StringComparison.Ordinal);

    public string? WhyPolicyMayChange() => _isLast ? "a root chain that hands back lets the frame pass" : null;

    public string? WhyRulesMaySwap(int r) =>
        Decides(chain.Rules[r].Words) is not { } one || Decides(chain.Rules[r + 1].Words) is not { } other ? "one of the two decides nothing"
        : one == other ? "both decide alike"
        : TablesFaults.Exclude(chain.Rules[r].Words, chain.Rules[r + 1].Words) ? "no frame meets both"
        : WhyRuleIsIdle(r);

    /// <param name="words">What the rule becomes; null where it is missing.</param>
    public string? WhyRuleMayBe(int r, ImmutableArray<string>? words)
    {
        ImmutableArray<string> was = chain.Rules[r].Words;
        return Decides(was) is null && (words is not { } now || Decides(now) is null) ? "the rule decides nothing"
            : words is { } typed && TablesFaults.NeitherIsVersion0(was, typed) ? "ebt_stp takes the version, which is 0, for the type (quirk 46), and neither type is 0"
            : words is { } changed && !IsPassing(changed) ? null
            : words is { } other && was[..^1].SequenceEqual(other[..^1]) && Decides(was) == Decides(other) ? "both let the frame pass"
            : WhyRuleIsIdle(r);
    }

    /// <param name="words">What a rule that leads into the port's chains becomes; null where it is missing.</param>
    public static string? WhyHookMayBe(HookRule hook, ImmutableArray<string>? words) =>
        hook.Chain == SharedPost ? "what is not accepted here is accepted at the end of FORWARD"
        : words is null ? null
        : hook.Words.Contains("--physdev-is-bridged") && !words.Value.Contains("--physdev-is-bridged") ? "of a packet that is not bridged no outgoing port is known (net/netfilter/xt_physdev.c)"
        : hook.Words.Contains("-g") && !words.Value.Contains("-g") ? "no other rule of the chain is about the same port"
        : null;

    private const string SharedPost = "libvirt-in-post";

    /// <summary>The frame passes whether it meets the rule or not.</summary>
    private string? WhyRuleIsIdle(int r) => chain.Rules.Skip(r).All(rule => IsPassing(rule.Words) && (_isLast || (chain.AcceptsAtEnd && rule.Words is not [.., "RETURN"])))
        ? "the frame passes with the rule and without it" : null;

    private static bool IsPassing(ImmutableArray<string> words) => words is not [.., "-j" or "-g", var target] || target is "ACCEPT" or "RETURN" or "CONTINUE";

    /// <summary>What happens to a frame that meets the rule; null for a rule that goes on with the next one.</summary>
    private string? Decides(ImmutableArray<string> words) => words is not [.., "-j" or "-g", var target] || target == "CONTINUE" ? null
        : _isLast && target == "RETURN" ? "ACCEPT" : target;
}
