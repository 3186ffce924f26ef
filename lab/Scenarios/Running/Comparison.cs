using System.Collections.Immutable;
using Lab.Agreement;
using Lab.Contract.Testbeds;

namespace Lab.Scenarios.Running;

/// <summary>Compares all that two or more testbeds delivered, and the rules that frames met where they tell them, whether or not
/// an expectation speaks of it.</summary>
internal static class Comparison
{
    /// <summary>Null when there is nothing to compare: one testbed only, or one that could not carry the scenario out.</summary>
    public static ImmutableArray<Disagreement>? Of(ImmutableArray<TestbedRun> runs) =>
        runs.Length < 2 || runs.Any(run => run.Outcome >= Outcome.Refused) ? null : [.. runs.Skip(1).SelectMany(other => Between(runs[0], other))];

    private static IEnumerable<Disagreement> Between(TestbedRun one, TestbedRun other)
    {
        MappedPorts ports = MappedPorts.Of(one.Topology?.Host, one.Exchanges.Concat(other.Exchanges).SelectMany(exchange => exchange.Sent).Select(sent => sent.Frame));
        for (int i = 0; i < Math.Max(one.Exchanges.Length, other.Exchanges.Length); i++)
        {
            ImmutableArray<Delivery> left = Deliveries(one, i), right = Deliveries(other, i);
            ILookup<(GuestName, bool), Delivery> first = Streams(one, left), second = Streams(one, right);
            foreach ((GuestName Port, bool) stream in first.Concat(second).Select(stream => stream.Key).Distinct())
            {
                foreach (Disagreement found in InStream(ports, i, stream.Port, one.Testbed, [.. first[stream]], other.Testbed, [.. second[stream]]))
                {
                    yield return found;
                }
            }

            if (i < one.Exchanges.Length && i < other.Exchanges.Length && TraceIdentity.Difference(
                one.Testbed, one.Exchanges[i].Seen, other.Testbed, other.Exchanges[i].Seen, out int stimulus) is { } walk)
            {
                yield return new(i, one.Exchanges[i].Sent[stimulus].From, stimulus, one.Testbed, null, other.Testbed, null) { Walk = walk };
            }
        }
    }

    /// <summary>What came out of each port, in the sequences whose order counts.</summary>
    private static ILookup<(GuestName, bool), Delivery> Streams(TestbedRun run, ImmutableArray<Delivery> deliveries) => deliveries.ToLookup(delivery =>
        (delivery.At, Differences.IsOvertakenStream(run.Guests.FirstOrDefault(guest => guest.Name == delivery.At)?.At, delivery.Frame)));

    private static IEnumerable<Disagreement> InStream(
        MappedPorts ports, int exchange, GuestName port, string one, Delivery[] first, string other, Delivery[] second)
    {
        for (int at = 0; at < Math.Max(first.Length, second.Length); at++)
        {
            Delivery? saw = first.ElementAtOrDefault(at), saw2 = second.ElementAtOrDefault(at);
            if (saw is null || saw2 is null || !ports.Correspond(saw.Frame, saw2.Frame))
            {
                yield return new(exchange, port, at, one, saw, other, saw2);
            }
        }
    }

    private static ImmutableArray<Delivery> Deliveries(TestbedRun run, int exchange) =>
        exchange < run.Exchanges.Length ? run.Exchanges[exchange].Seen.Deliveries : [];
}
