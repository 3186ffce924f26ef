using Lab.Contract.Testbeds;
using Lab.Engine.Programs;

namespace Lab.Testbeds;

/// <summary>A walk in words: the same ones whoever took it down.</summary>
internal static class WalkWords
{
    public static string Asked(GuestName port, FilterPlace place) => $"{port}: {place switch
    {
        FilterPlace.FromGuest => "the sender's layer-2 filter is asked",
        FilterPlace.FromGuestForwarded => "the sender's IP filter for forwarded traffic is asked",
        FilterPlace.FromGuestToHost => "the sender's IP filter for traffic to the host is asked",
        FilterPlace.ToGuestForwarded => "the receiver's IP filter is asked",
        _ => "the receiver's layer-2 filter is asked",
    }}";

    public static string Considered(bool matched, Rule rule) =>
        $"    {(matched ? "matched" : "not matched")}: {rule.Verdict.Kind.ToString().ToLowerInvariant()} at {rule.Origin}";

    public static string Outcome(StageOutcome outcome) =>
        $"  {outcome.Verdict.ToString().ToLowerInvariant()}{(outcome.Decider is { } rule ? $" by {rule.Origin}" : " by the end of the chain")}";

    /// <summary>A walk of which only the matches are known.</summary>
    public static IEnumerable<string> Lines(StageWalk walk)
    {
        yield return Asked(walk.Port, walk.Place);
        Chain? at = null;
        foreach (MatchedRule matched in walk.Matched)
        {
            if (at != matched.Chain)
            {
                at = matched.Chain;
                yield return $"  chain {at.Name}";
            }

            yield return Considered(matched: true, matched.Rule);
        }

        yield return Outcome(walk.Outcome);
    }

    public static PortVerdict Verdict(StageWalk walk) => new(
        walk.Port, walk.Place is FilterPlace.ToGuest or FilterPlace.ToGuestForwarded, walk.Outcome.Passes, walk.Outcome.Decider?.Origin);
}
