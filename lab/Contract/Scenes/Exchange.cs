using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Packets;

namespace Lab.Contract.Scenes;

/// <summary>One step's traffic on one testbed: what the guests sent and everything that came out.</summary>
public sealed record Exchange(ImmutableArray<Stimulus> Sent, Observation Seen)
{
    /// <summary>Who received this frame, byte for byte but for a VLAN tag that it got or lost on its way; in the order of the topology.</summary>
    public ImmutableArray<GuestName> ReceiversOf(Stimulus sent) =>
        [.. Seen.Deliveries.Where(delivery => VlanView.Untagged(delivery.Frame.Span).SequenceEqual(VlanView.Untagged(sent.Frame.Span)))
            .Select(delivery => delivery.At).Distinct()];

    /// <summary>The testbed's account of one of the frames sent, by its index; null where it has none.</summary>
    public Decision? DecisionOn(int sent) => Seen.Decisions.Length == Sent.Length
        ? Seen.Decisions[sent]
        : Seen.Decisions.FirstOrDefault(decision => decision.Stimulus == Sent[sent]);
}
