using System.Collections.Immutable;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;

namespace Lab.Reports;

/// <summary>A frame and all places where it came out, on one testbed.</summary>
/// <param name="Sent">Null for a frame that no guest sent as it arrived: rewritten on its way, or made by the network.</param>
/// <param name="Arrived">In the order of the topology's ports.</param>
/// <param name="Decision">Why it went there; null where the testbed cannot tell.</param>
internal sealed record Journey(Stimulus? Sent, ImmutableArray<Delivery> Arrived, Decision? Decision)
{
    public ReadOnlyMemory<byte> Frame => Sent?.Frame ?? Arrived[0].Frame;

    /// <summary>What was sent, in order, each with its arrivals; then what arrived and was not sent so.</summary>
    /// <remarks>Of several equal frames the first that arrives at a port counts as the first that was sent.</remarks>
    public static ImmutableArray<Journey> Of(Exchange exchange)
    {
        List<Delivery> waiting = [.. exchange.Seen.Deliveries];
        ImmutableArray<Journey> sent = [.. exchange.Sent.Select((stimulus, index) => new Journey(
            stimulus, Take(waiting, stimulus.Frame),
            exchange.DecisionOn(index)))];
        return sent.AddRange(waiting.Select(delivery => new Journey(null, [delivery], null)));
    }

    /// <summary>Takes the first equal frame of each port out of those that wait.</summary>
    private static ImmutableArray<Delivery> Take(List<Delivery> waiting, ReadOnlyMemory<byte> frame)
    {
        ImmutableArray<Delivery> taken =
            [.. waiting.Where(delivery => delivery.Frame.Span.SequenceEqual(frame.Span)).DistinctBy(delivery => delivery.At)];
        foreach (Delivery delivery in taken)
        {
            waiting.Remove(delivery);
        }

        return taken;
    }
}
