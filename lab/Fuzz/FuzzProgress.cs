using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lab.Fuzz;

/// <summary>Where a session stands and what it has counted; written down, it can be taken up again.</summary>
/// <param name="On">The parties, in order, and whether they trace.</param>
/// <param name="First">The number of the first case.</param>
/// <param name="Next">The number of the first case that has not been judged.</param>
/// <param name="Pairs">Of a policy and a frame, shown so far.</param>
/// <param name="Refused">Policies that every party refused.</param>
/// <param name="Unexplained">Disagreements that no entry of the ledger speaks of.</param>
/// <param name="Known">How many each entry explains.</param>
/// <param name="Abstentions">How many policies each party has abstained from, for want of a feature.</param>
internal sealed record FuzzProgress(
    int Seed, int Frames, string On, int First, int Next, long Pairs, int Refused, TimeSpan Spent, int Unexplained,
    ImmutableSortedDictionary<string, int> Known, ImmutableSortedDictionary<string, int> Abstentions, WalkCount Walked)
{
    [JsonIgnore]
    public double PairsPerSecond => Spent > TimeSpan.Zero ? Pairs / Spent.TotalSeconds : 0;

    public static FuzzProgress Beginning(FuzzOrder order, string on, int first) => new(
        order.Seed, order.Frames, on, first, first, 0, 0, TimeSpan.Zero, 0,
        ImmutableSortedDictionary<string, int>.Empty, ImmutableSortedDictionary<string, int>.Empty, default);

    /// <summary>The case has been judged.</summary>
    public FuzzProgress Behind(Case @case, Hearing hearing) => this with
    {
        Next = Next + 1,
        Pairs = Pairs + @case.Stimuli.Length,
        Refused = Refused + (@case.Stimuli.IsEmpty ? 1 : 0),
        Abstentions = hearing.Abstained.Aggregate(Abstentions, Counted),
        Walked = Walked + hearing.Walked,
    };

    public static ImmutableSortedDictionary<string, int> Counted(ImmutableSortedDictionary<string, int> counts, string what) =>
        counts.SetItem(what, counts.GetValueOrDefault(what) + 1);
}

/// <summary>How much has been compared of what frames met on their way.</summary>
/// <param name="Frames">Of which two parties told it.</param>
/// <param name="Stages">Of ports' filters, that these frames came through or ended in.</param>
/// <param name="Rules">That they matched there.</param>
internal readonly record struct WalkCount(long Frames, long Stages, long Rules)
{
    public static WalkCount operator +(WalkCount one, WalkCount other) =>
        new(one.Frames + other.Frames, one.Stages + other.Stages, one.Rules + other.Rules);
}
