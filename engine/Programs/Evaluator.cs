using System.Diagnostics;

namespace Lab.Engine.Programs;

/// <summary>
/// What a stage does with a frame, rule by rule: the meaning of programs, against which everything faster is checked.
/// </summary>
/// <remarks>Without a recorder it allocates nothing. Fields are read as <see cref="FieldReader"/> describes.</remarks>
public static class Evaluator
{
    /// <summary>Jumps within jumps; the kernel refuses more (NFT_JUMP_STACK_SIZE in include/net/netfilter/nf_tables.h).</summary>
    public const int MaximumDepth = 16;

    /// <param name="stage">Null lets everything pass.</param>
    /// <param name="frame">From the destination address to the last payload byte; any length, any content.</param>
    /// <param name="trace">Null for a verdict without reasons.</param>
    public static StageOutcome Evaluate(
        Stage? stage, ReadOnlySpan<byte> frame, in PacketContext context, TraceRecorder? trace = null)
    {
        if (stage is null)
        {
            return StageOutcome.Undecided;
        }

        return Walk(stage, 0, 0, frame, context, trace) ?? StageOutcome.Undecided;
    }

    /// <returns>Null when the chain hands back to its caller.</returns>
    private static StageOutcome? Walk(
        Stage stage, int index, int depth, ReadOnlySpan<byte> frame, in PacketContext context, TraceRecorder? trace)
    {
        if (depth > MaximumDepth)
        {
            throw new UnreachableException("chains call each other in a circle");
        }

        Chain chain = stage.Chains[index];
        trace?.Add(new ChainEntered(chain, depth));
        for (int i = 0; i < chain.Rules.Length; i++)
        {
            Rule rule = chain.Rules[i];
            bool matched = Matches(rule, frame, context, trace);
            trace?.Add(new RuleConsidered(chain, i, rule, matched));
            if (!matched)
            {
                continue;
            }

            switch (rule.Verdict.Kind)
            {
                case VerdictKind.Accept:
                    return new(StageVerdict.Accepted, rule);
                case VerdictKind.Drop:
                    return new(StageVerdict.Dropped, rule);
                case VerdictKind.Reject:
                    return new(StageVerdict.Rejected, rule);
                case VerdictKind.Return when depth == 0:
                    return new(StageVerdict.Undecided, rule);
                case VerdictKind.Return:
                    return null;
                case VerdictKind.Jump when Walk(stage, rule.Verdict.Target, depth + 1, frame, context, trace) is { } found:
                    return found;
            }
        }

        trace?.Add(new ChainRanOut(chain, depth));
        return chain.End == ChainEnd.Accept ? new StageOutcome(StageVerdict.Accepted, null) : null;
    }

    private static bool Matches(Rule rule, ReadOnlySpan<byte> frame, in PacketContext context, TraceRecorder? trace)
    {
        foreach (Condition condition in rule.Conditions)
        {
            bool holds = ConditionCheck.Holds(condition, frame, context);
            trace?.Asked(condition, holds, frame);
            if (!holds)
            {
                return false;
            }
        }

        return true;
    }
}
