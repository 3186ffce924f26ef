using System.Collections.Immutable;
using Lab.Contract.Bindings;
using Lab.Contract.Testbeds;

namespace Lab.Fuzz;

/// <summary>A testbed under the name that <c>--on</c> gave it.</summary>
internal sealed record Party(string Name, ITestbed Testbed);

/// <summary>Shows a case to several testbeds and compares what they say.</summary>
/// <param name="parties">Two or more; the first is the one that all others are compared with.</param>
internal sealed class Court(ImmutableArray<Party> parties)
{
    private static readonly Observation Nothing = new([], []);

    private readonly Dictionary<string, int> _abstentions = new(StringComparer.Ordinal);

    /// <summary>One disagreement for each party that does not say what the first one says.</summary>
    public ImmutableArray<Disagreement> Judge(Case @case)
    {
        Answer first = Ask(parties[0], @case);
        return [.. parties.Skip(1).Select(party => Compare(@case, first, Ask(party, @case))).OfType<Disagreement>()];
    }

    /// <summary>Asks two parties only: for the reducer.</summary>
    public Disagreement? Judge(Case @case, string one, string other) =>
        Compare(@case, Ask(Named(one), @case), Ask(Named(other), @case));

    private Party Named(string name) => parties.Single(party => party.Name == name);

    /// <param name="Refusal">Why the policy was refused; null when it was not.</param>
    /// <param name="Abstains">The refusal is about the party, which lacks a feature, and not about the policy.</param>
    private sealed record Answer(string Party, Observation Seen, string? Refusal, bool Abstains = false);

    /// <summary>How many policies each party has abstained from, for want of a feature.</summary>
    public IReadOnlyDictionary<string, int> Abstentions => _abstentions;

    private Answer Ask(Party party, Case @case)
    {
        try
        {
            using ILiveTopology live = party.Testbed.Build(@case.Topology);
            return new(party.Name, live.Send(@case.Stimuli), null);
        }
        catch (Exception refusal) when (refusal is TestbedException or ScenarioMistakeException)
        {
            bool abstains = refusal is TestbedException { IsAbstention: true };
            _abstentions[party.Name] = _abstentions.GetValueOrDefault(party.Name) + (abstains ? 1 : 0);
            return new(party.Name, Nothing, refusal.Message.ReplaceLineEndings(" "), abstains);
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
            return (one.Refusal is null) == (other.Refusal is null) ? null : new(@case, one.Party, other.Party,
                one.Refusal is { } refusal ? $"{one.Party} refuses the policy ({refusal}), {other.Party} takes it"
                    : $"{other.Party} refuses the policy ({other.Refusal}), {one.Party} takes it", null);
        }

        return Same(one.Seen, other.Seen) ? null : Describe(@case, one, other);
    }

    private static bool Same(Observation one, Observation other) =>
        one.Deliveries.Length == other.Deliveries.Length
        && one.Deliveries.Zip(other.Deliveries).All(pair =>
            pair.First.At == pair.Second.At && pair.First.Frame.Span.SequenceEqual(pair.Second.Frame.Span));

    private static Disagreement Describe(Case @case, Answer one, Answer other)
    {
        (GuestName At, string Frame)[] ones = [.. one.Seen.Deliveries.Select(Key)], others = [.. other.Seen.Deliveries.Select(Key)];
        for (int i = 0; i < @case.Stimuli.Length; i++)
        {
            string frame = Convert.ToHexString(@case.Stimuli[i].Frame.Span);
            string here = Receivers(ones, frame), there = Receivers(others, frame);
            if (here != there)
            {
                return new(@case, one.Party, other.Party,
                    $"frame {i} from {@case.Stimuli[i].From} comes out at {here} ({one.Party}), at {there} ({other.Party})", i);
            }
        }

        int same = ones.Zip(others).TakeWhile(pair => pair.First == pair.Second).Count();
        return new(@case, one.Party, other.Party,
            $"delivery {same} is {Say(ones, same)} ({one.Party}), {Say(others, same)} ({other.Party})", null);
    }

    private static (GuestName At, string Frame) Key(Delivery delivery) => (delivery.At, Convert.ToHexString(delivery.Frame.Span));

    private static string Receivers((GuestName At, string Frame)[] deliveries, string frame)
    {
        GuestName[] at = [.. deliveries.Where(delivery => delivery.Frame == frame).Select(delivery => delivery.At)];
        return at.Length == 0 ? "nobody" : string.Join(", ", at);
    }

    private static string Say((GuestName At, string Frame)[] deliveries, int index) =>
        index < deliveries.Length ? $"{deliveries[index].Frame} at {deliveries[index].At}" : "nothing";
}
