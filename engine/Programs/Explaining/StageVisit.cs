using System.Collections.Immutable;

namespace Lab.Engine.Programs.Explaining;

/// <summary>What one stage did with a frame, and everything it asked on the way.</summary>
/// <param name="Name">Where the stage is: <c>layer 2, from the guest</c>.</param>
public sealed record StageVisit(string Name, Stage Stage, StageOutcome Outcome, ImmutableArray<TraceStep> Steps)
{
    /// <summary>The chain that decided: the deciding rule's, or the one whose end accepted.</summary>
    public Chain? DecidingChain => Outcome.Decider is { } rule
        ? Steps.OfType<RuleConsidered>().Last(s => ReferenceEquals(s.Rule, rule)).Chain
        : Outcome.Verdict == StageVerdict.Accepted ? Steps.OfType<ChainRanOut>().Last().Chain : null;

    /// <summary>The conditions of the deciding rule, with what the frame had in their fields.</summary>
    public ImmutableArray<ConditionAsked> Deciding
    {
        get
        {
            int end = Steps.Length - 1;
            while (end >= 0 && !(Steps[end] is RuleConsidered { Matched: true } considered && ReferenceEquals(considered.Rule, Outcome.Decider)))
            {
                end--;
            }

            int start = end;
            while (start > 0 && Steps[start - 1] is ConditionAsked)
            {
                start--;
            }

            return end < 0 ? [] : [.. Steps[start..end].Cast<ConditionAsked>()];
        }
    }
}
