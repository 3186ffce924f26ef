using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>An nft rule by its chain and its place there, counted from 0.</summary>
public readonly record struct RulePlace(string Chain, int Position);

/// <summary>Neighbouring rules of a program's chain that an nft rule stands for: those of one XML rule and a list of values,
/// which a set holds. Several nft rules may stand for the same.</summary>
/// <param name="First">Index in the chain.</param>
public sealed record RuleSpan(Chain Chain, int First, int Count);
