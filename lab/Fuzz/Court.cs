using System.Collections.Immutable;
using Lab.Agreement;
using Lab.Contract.Bindings;
using Lab.Contract.Testbeds;

namespace Lab.Fuzz;

/// <summary>A testbed under the name that <c>--on</c> gave it.</summary>
internal sealed record Party(string Name, ITestbed Testbed);

/// <summary>What a court says of one case.</summary>
/// <param name="Disagreements">One for each party that does not say what the first one says.</param>
/// <param name="Abstained">Parties that lack a feature which the policy needs.</param>
/// <param name="Walked">What was compared of the frames' ways.</param>
internal sealed record Hearing(ImmutableArray<Disagreement> Disagreements, ImmutableArray<string> Abstained, WalkCount Walked);

/// <summary>Shows a case to several testbeds and compares what they say.</summary>
/// <param name="parties">Two or more; the first is the one that all others are compared with.</param>
internal sealed class Court(ImmutableArray<Party> parties)
{
    private static readonly Observation Nothing = new([], []);

    public ImmutableArray<string> Names => [.. parties.Select(party => party.Name)];

    public Hearing Hear(Case @case)
    {
        ImmutableArray<Answer> answers = [.. parties.Select(party => Ask(party, @case))];
        return new(
            [.. answers.Skip(1).Select(other => Compare(@case, answers[0], other)).OfType<Disagreement>()],
            [.. answers.Where(answer => answer.Abstains).Select(answer => answer.Party)],
            answers.Skip(1).Aggregate(default(WalkCount), (sum, other) => sum + CountWalks(answers[0].Seen, other.Seen)));
    }

    public ImmutableArray<Disagreement> Judge(Case @case) => Hear(@case).Disagreements;

    /// <summary>Asks two parties only: for the reducer.</summary>
    public Disagreement? Judge(Case @case, string one, string other) =>
        Compare(@case, Ask(Named(one), @case), Ask(Named(other), @case));

    private Party Named(string name) => parties.Single(party => party.Name == name);

    /// <param name="Refusal">Why the policy was refused; null when it was not.</param>
    /// <param name="Abstains">The refusal is about the party, which lacks a feature, and not about the policy.</param>
    private sealed record Answer(string Party, Observation Seen, string? Refusal, bool Abstains = false);

    private static Answer Ask(Party party, Case @case)
    {
        try
        {
            using ILiveTopology live = party.Testbed.Build(@case.Topology);
            return new(party.Name, live.Send(@case.Stimuli), null);
        }
        catch (Exception refusal) when (refusal is TestbedException or ScenarioMistakeException)
        {
            return new(party.Name, Nothing, refusal.Message.ReplaceLineEndings(" "), refusal is TestbedException { IsAbstention: true });
        }
    }

    private static Disagreement? Compare(Case @case, Answer one, Answer other)
    {
        if (one.Abstains || other.Abstains)
        {
            return null;
        }

        if (one.Refusal is not null || other.Refusal is not null)
        {
            return (one.Refusal is null) == (other.Refusal is null) ? null : new(@case, one.Party, other.Party, Matter.Policy,
                one.Refusal is { } refusal ? $"{one.Party} refuses the policy ({refusal}), {other.Party} takes it"
                    : $"{other.Party} refuses the policy ({other.Refusal}), {one.Party} takes it", null);
        }

        return Same(MappedPorts.Of(@case.Topology.Host, @case.Stimuli.Select(sent => sent.Frame)), one.Seen, other.Seen) ? Walks(@case, one, other) : Describe(@case, one, other);
    }

    /// <summary>Where both tell which rules the frames met, these must be the same too.</summary>
    private static Disagreement? Walks(Case @case, Answer one, Answer other) =>
        TraceIdentity.Difference(one.Party, one.Seen, other.Party, other.Seen, out int stimulus) is { } difference
            ? new(@case, one.Party, other.Party, Matter.Walk, difference, stimulus) : null;

    private static WalkCount CountWalks(Observation one, Observation other)
    {
        ImmutableArray<StageWalk> walks = one.Decisions.IsEmpty ? [] : [.. other.Decisions.SelectMany(decision => TraceIdentity.Compared(decision.Walks))];
        return new(one.Decisions.IsEmpty ? 0 : other.Decisions.Length, walks.Length, walks.Sum(walk => walk.Matched.Length));
    }

    private static bool Same(MappedPorts ports, Observation one, Observation other) =>
        one.Deliveries.Length == other.Deliveries.Length
        && one.Deliveries.Zip(other.Deliveries).All(pair =>
            pair.First.At == pair.Second.At && ports.Correspond(pair.First.Frame, pair.Second.Frame));

    private static Disagreement Describe(Case @case, Answer one, Answer other)
    {
        (GuestName At, string Frame)[] ones = [.. one.Seen.Deliveries.Select(Key)], others = [.. other.Seen.Deliveries.Select(Key)];
        for (int i = 0; i < @case.Stimuli.Length; i++)
        {
            string frame = Convert.ToHexString(Differences.Canonical(@case.Stimuli[i].Frame).Span);
            string here = Receivers(ones, frame), there = Receivers(others, frame);
            if (here != there)
            {
                return new(@case, one.Party, other.Party, Matter.Deliveries,
                    $"frame {i} from {@case.Stimuli[i].From} comes out at {here} ({one.Party}), at {there} ({other.Party})", i);
            }
        }

        int same = ones.Zip(others).TakeWhile(pair => pair.First == pair.Second).Count();
        return new(@case, one.Party, other.Party, Matter.Deliveries,
            $"delivery {same} is {Say(ones, same)} ({one.Party}), {Say(others, same)} ({other.Party})", null);
    }

    private static (GuestName At, string Frame) Key(Delivery delivery) => (delivery.At, Convert.ToHexString(Differences.Canonical(delivery.Frame).Span));

    private static string Receivers((GuestName At, string Frame)[] deliveries, string frame)
    {
        GuestName[] at = [.. deliveries.Where(delivery => delivery.Frame == frame).Select(delivery => delivery.At)];
        return at.Length == 0 ? "nobody" : string.Join(", ", at);
    }

    private static string Say((GuestName At, string Frame)[] deliveries, int index) =>
        index < deliveries.Length ? $"{deliveries[index].Frame} at {deliveries[index].At}" : "nothing";
}
