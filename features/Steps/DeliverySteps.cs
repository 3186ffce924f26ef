using System.Collections.Immutable;
using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;

namespace Lab.Steps;

/// <summary>Steps that say where frames arrive. 'It' is what the last step sent, compared byte for byte.</summary>
[Binding("Expectations")]
public sealed class DeliverySteps(Scene scene)
{
    [Then("only {guests} receive(s) it", Does = "What was sent arrives at these guests and at no other.",
        Example = "only bob and carol receive it")]
    public void Only(ImmutableArray<GuestName> guests) => EachSent((sent, receivers) =>
        Listing.Of(receivers.Order()) == Listing.Of(Known(guests).Order()) ? null
        : $"should arrive at {Listing.Of(guests)} only, and arrived at {Listing.Of(receivers)}");

    [Then("nobody receives it", Does = "What was sent arrives nowhere.", Example = "nobody receives it")]
    public void Nobody() => EachSent((sent, receivers) =>
        receivers.IsEmpty ? null : $"should arrive nowhere, and arrived at {Listing.Of(receivers)}");

    [Then("everybody else receives it", Does = "What was sent arrives at every guest but its sender.", Example = "everybody else receives it")]
    public void EverybodyElse() => EachSent((sent, receivers) =>
        scene.Draft.Guests.Select(guest => guest.Name).Where(guest => guest != sent.From && !receivers.Contains(guest)).ToArray() is { Length: > 0 } missing
            ? $"should arrive at everybody else, and did not at {Listing.Of(missing)}" : null);

    [Then("{guests} receive(s) it", Does = "What was sent arrives at these guests; others may receive it too.", Example = "bob and carol receive it")]
    public void Receive(ImmutableArray<GuestName> guests) => EachSent((sent, receivers) =>
        Known(guests).Except(receivers).ToArray() is { Length: > 0 } missing
            ? $"should arrive at {Listing.Of(missing)}, and arrived at {Listing.Of(receivers)}" : null);

    [Then("{guests} do/does not receive it", Does = "What was sent does not arrive at these guests.", Example = "carol does not receive it")]
    public void DoNotReceive(ImmutableArray<GuestName> guests) => EachSent((sent, receivers) =>
        Known(guests).Intersect(receivers).ToArray() is { Length: > 0 } extra
            ? $"should not arrive at {Listing.Of(extra)}" : null);

    [Then("{guests} receive(s) nothing", Does = "Since the last sending nothing at all came out of these guests' ports.", Example = "carol receives nothing")]
    public void Nothing(ImmutableArray<GuestName> guests)
    {
        GuestName[] disturbed = [.. scene.Last.Seen.Deliveries.Select(delivery => delivery.At).Intersect(Known(guests))];
        if (disturbed.Length > 0)
        {
            throw new ExpectationException($"{Listing.Of(disturbed)} should receive nothing, and received something");
        }
    }

    [Then("it is dropped by {word}", Does = "What was sent arrives nowhere, and a rule of this filter dropped it. Testbeds that "
        + "cannot tell the rule check only that it arrives nowhere.", Example = "it is dropped by no-mac-spoofing")]
    public void DroppedBy(string filter)
    {
        Nobody();
        ImmutableArray<Decision> decisions = scene.Last.Seen.Decisions;
        foreach (PortVerdict verdict in decisions.SelectMany(decision => decision.Verdicts).Where(verdict => !verdict.Passed))
        {
            if (verdict.By?.Filter != filter)
            {
                throw new ExpectationException($"should be dropped by a rule of {filter}, and was dropped by {verdict.By}");
            }
        }
    }

    private ImmutableArray<GuestName> Known(ImmutableArray<GuestName> guests)
    {
        foreach (GuestName guest in guests)
        {
            _ = scene.Draft.Find(guest);
        }

        return guests;
    }

    private void EachSent(Func<Stimulus, ImmutableArray<GuestName>, string?> complaint)
    {
        Exchange last = scene.Last;
        string[] wrong = [.. last.Sent.Select((sent, at) => complaint(sent, last.ReceiversOf(sent)) is { } words
            ? (last.Sent.Length == 1 ? "it " : $"frame {at + 1} of {last.Sent.Length} ") + words : null).OfType<string>()];
        if (wrong.Length > 0)
        {
            throw new ExpectationException(string.Join('\n', wrong));
        }
    }
}
