using System.Collections.Immutable;
using Lab.Engine.Programs;

namespace Lab.Contract.Testbeds;

/// <summary>A frame's way through one stage of a port's filter: the rules that it matched, in order, and what came of it.</summary>
/// <param name="Outcome">With nobody as decider where the end of a chain decided.</param>
public sealed record StageWalk(GuestName Port, FilterPlace Place, ImmutableArray<MatchedRule> Matched, StageOutcome Outcome);

/// <summary>A rule that matched, as exactly as the testbed can tell.</summary>
/// <param name="Chain">Of the port's program.</param>
/// <param name="First">Index of the rule in the chain.</param>
/// <param name="Count">More than 1 where one of so many neighbours matched, that differ in a value only: a kernel that looks
/// them up in a set does not tell which.</param>
/// <param name="Verdict">What it said.</param>
public sealed record MatchedRule(Chain Chain, int First, int Count, VerdictKind Verdict)
{
    public Rule Rule => Chain.Rules[First];

    /// <summary>Whether both may be the same rule of the same program, made twice.</summary>
    public bool Overlaps(MatchedRule other) =>
        Chain.Name == other.Chain.Name && First < other.First + other.Count && other.First < First + Count;
}
