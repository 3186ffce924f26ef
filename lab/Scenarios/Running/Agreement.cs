using System.Collections.Immutable;
using Lab.Contract.Testbeds;

namespace Lab.Scenarios.Running;

/// <summary>Compares all that two or more testbeds delivered, whether or not an expectation speaks of it.</summary>
internal static class Agreement
{
    /// <summary>Null when there is nothing to compare: one testbed only, or one that could not carry the scenario out.</summary>
    public static ImmutableArray<Disagreement>? Of(ImmutableArray<TestbedRun> runs) =>
        runs.Length < 2 || runs.Any(run => run.Outcome >= Outcome.Refused) ? null : [.. runs.Skip(1).SelectMany(other => Between(runs[0], other))];

    private static IEnumerable<Disagreement> Between(TestbedRun one, TestbedRun other)
    {
        for (int i = 0; i < Math.Max(one.Exchanges.Length, other.Exchanges.Length); i++)
        {
            ImmutableArray<Delivery> left = Deliveries(one, i), right = Deliveries(other, i);
            foreach (GuestName port in left.Concat(right).Select(delivery => delivery.At).Distinct())
            {
                foreach (Disagreement found in AtPort(i, port, one.Testbed, left, other.Testbed, right))
                {
                    yield return found;
                }
            }
        }
    }

    private static IEnumerable<Disagreement> AtPort(
        int exchange, GuestName port, string one, ImmutableArray<Delivery> left, string other, ImmutableArray<Delivery> right)
    {
        Delivery[] first = [.. left.Where(delivery => delivery.At == port)];
        Delivery[] second = [.. right.Where(delivery => delivery.At == port)];
        for (int at = 0; at < Math.Max(first.Length, second.Length); at++)
        {
            Delivery? saw = first.ElementAtOrDefault(at), saw2 = second.ElementAtOrDefault(at);
            if (saw is null || saw2 is null || !Differences.Same(saw.Frame, saw2.Frame))
            {
                yield return new(exchange, port, at, one, saw, other, saw2);
            }
        }
    }

    private static ImmutableArray<Delivery> Deliveries(TestbedRun run, int exchange) =>
        exchange < run.Exchanges.Length ? run.Exchanges[exchange].Seen.Deliveries : [];
}
