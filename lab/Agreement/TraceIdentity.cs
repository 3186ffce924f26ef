using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Agreement;

/// <summary>Whether two testbeds name the same rules, in order, for what one frame met.</summary>
/// <remarks>
/// Compared for each port: the stages that it was asked for, in order; in each the rules that matched, in order, with what
/// they said; and what came of the stage, with the rule that decided or the end of the chain. Not compared: rules that did
/// not match, of which nftrace does not tell; in which order the copies of a flooded frame are made; and the stage to the
/// host, which the nft lowering asks at the bridge's input, before the stack knows whether the packet is its own. And
/// frames whose transport header would begin behind their end: nf_trace_fill_pkt_info (net/netfilter/nf_tables_trace.c)
/// copies from there, fails, and the kernel tells nothing of the frame (seen on Linux 6.18).
/// </remarks>
internal static class TraceIdentity
{
    /// <summary>The first difference as one line; null when there is none, or a testbed does not tell its walks.</summary>
    /// <param name="stimulus">The index of the frame that it is about.</param>
    public static string? Difference(string one, Observation first, string other, Observation second, out int stimulus)
    {
        int told = Math.Min(first.Decisions.Length, second.Decisions.Length);
        for (stimulus = 0; stimulus < told; stimulus++)
        {
            if (IsTold(first.Decisions[stimulus].Stimulus)
                && Difference(one, first.Decisions[stimulus].Walks, other, second.Decisions[stimulus].Walks) is { } difference)
            {
                return $"frame {stimulus} from {first.Decisions[stimulus].Stimulus.From}: {difference}";
            }
        }

        return null;
    }

    /// <summary>Those of the walks that have their counterpart on the other testbed.</summary>
    public static IEnumerable<StageWalk> Compared(ImmutableArray<StageWalk> walks) => walks.Where(walk => walk.Place != FilterPlace.FromGuestToHost);

    private static bool IsTold(Stimulus stimulus) =>
        !UpperLayer.TryFind(stimulus.Frame.Span, out UpperLayer upper) || upper.Offset <= stimulus.Frame.Length;

    private static string? Difference(string one, ImmutableArray<StageWalk> first, string other, ImmutableArray<StageWalk> second)
    {
        ILookup<GuestName, StageWalk> firsts = Compared(first).ToLookup(walk => walk.Port), seconds = Compared(second).ToLookup(walk => walk.Port);
        foreach (GuestName port in firsts.Concat(seconds).Select(walks => walks.Key).Distinct())
        {
            StageWalk?[] ones = [.. firsts[port]], others = [.. seconds[port]];
            for (int i = 0; i < Math.Max(ones.Length, others.Length); i++)
            {
                StageWalk? here = ones.ElementAtOrDefault(i), there = others.ElementAtOrDefault(i);
                if (here is null || there is null || !Same(here, there))
                {
                    return $"{Say(here ?? there!, here)} ({one}), {Say(here ?? there!, there)} ({other})";
                }
            }
        }

        return null;
    }

    private static bool Same(StageWalk one, StageWalk other) =>
        one.Place == other.Place && Sounds(one.Place, one.Outcome.Verdict) == Sounds(other.Place, other.Outcome.Verdict)
        && (one.Outcome.Decider is null) == (other.Outcome.Decider is null) && SameRules(one, other);

    /// <summary>Rules match one by one, but for several that one set stands for, which count once.</summary>
    private static bool SameRules(StageWalk one, StageWalk other)
    {
        int i = 0, j = 0;
        while (i < one.Matched.Length && j < other.Matched.Length)
        {
            MatchedRule here = one.Matched[i++], there = other.Matched[j++];
            if (!here.Overlaps(there) || Sounds(one.Place, here.Verdict) != Sounds(other.Place, there.Verdict))
            {
                return false;
            }

            i += one.Matched.Skip(i).TakeWhile(_ => there.Count > 1).TakeWhile(there.Overlaps).Count();
            j += other.Matched.Skip(j).TakeWhile(_ => here.Count > 1).TakeWhile(here.Overlaps).Count();
        }

        return i == one.Matched.Length && j == other.Matched.Length;
    }

    /// <summary>Layer 2 has nobody to answer, so rejecting is dropping there (nwfilter.md section 4.2).</summary>
    private static bool HasNobodyToAnswer(FilterPlace place) => place is FilterPlace.FromGuest or FilterPlace.ToGuest;

    private static VerdictKind Sounds(FilterPlace place, VerdictKind said) =>
        said == VerdictKind.Reject && HasNobodyToAnswer(place) ? VerdictKind.Drop : said;

    private static StageVerdict Sounds(FilterPlace place, StageVerdict said) =>
        said == StageVerdict.Rejected && HasNobodyToAnswer(place) ? StageVerdict.Dropped : said;

    private static string Say(StageWalk about, StageWalk? walk) => walk is null ? "nothing" : string.Join(' ',
    [
        .. walk == about ? [$"{walk.Port} {walk.Place}:"] : walk.Place == about.Place ? (string[])[] : [$"{walk.Place}:"],
        .. walk.Matched.Select(rule => $"{rule.Chain.Name}[{rule.First}{(rule.Count > 1 ? $"-{rule.First + rule.Count - 1}" : "")}] {rule.Verdict} at {rule.Rule.Origin.Position},"),
        $"{walk.Outcome.Verdict}",
    ]);
}
