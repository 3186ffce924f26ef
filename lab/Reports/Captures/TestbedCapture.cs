using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Scenarios.Reading;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;

namespace Lab.Reports.Captures;

/// <summary>Everything that one testbed carried during a run, as one capture file.</summary>
/// <remarks>
/// A testbed has no clock worth showing, so the times only order the frames: each scenario begins a second after the
/// one before, the first in 1970, and each frame comes a microsecond after the one before it. What the simulator carries
/// is so the same file on every run.
/// </remarks>
internal static class TestbedCapture
{
    public static void Write(SuiteResult suite, string testbed, Stream file)
    {
        (ScenarioResult Scenario, TestbedRun Run)[] runs = [.. suite.Scenarios.SelectMany(scenario =>
            scenario.Runs.Where(run => run.Testbed == testbed).Select(run => (scenario, run)))];
        PcapngWriter writer = new(file, DateTime.UnixEpoch, "nwlab",
            runs.SelectMany(one => one.Run.Guests).Select(guest => guest.Name.Text));
        for (int at = 0; at < runs.Length; at++)
        {
            foreach (CapturedFrame frame in Frames(runs[at].Scenario, runs[at].Run, TimeSpan.FromSeconds(at)))
            {
                writer.Write(frame);
            }
        }
    }

    private static IEnumerable<CapturedFrame> Frames(ScenarioResult scenario, TestbedRun run, TimeSpan start)
    {
        int number = 0;
        return run.Steps.SelectMany(step => run.Exchanges.Skip(step.Exchanges.From).Take(step.Exchanges.Count)
            .SelectMany(exchange => Journey.Of(exchange)).SelectMany(journey => Frames(step.Step, journey)));

        IEnumerable<CapturedFrame> Frames(Step step, Journey journey)
        {
            string place = $"{scenario.Scenario.Name} ({scenario.Scenario.Id})\n{step.Keyword} {step.Text}";
            if (journey.Sent is { } sent)
            {
                yield return Frame(sent.From, CaptureDirection.FromGuest, sent.Frame, $"{place}\nsent by {sent.From}, {Fate(journey)}");
            }

            foreach (Delivery arrived in journey.Arrived)
            {
                string sender = journey.Sent is { } from ? $"sent by {from.From}" : "sent by nobody in this form";
                yield return Frame(arrived.At, CaptureDirection.ToGuest, arrived.Frame, $"{place}\nreceived by {arrived.At}, {sender}");
            }
        }

        CapturedFrame Frame(GuestName at, CaptureDirection direction, ReadOnlyMemory<byte> bytes, string comment) =>
            new(at.Text, direction, start + TimeSpan.FromMicroseconds(number++), bytes, comment);
    }

    private static string Fate(Journey journey)
    {
        string[] dropped = [.. (journey.Decision?.Verdicts ?? []).Where(verdict => !verdict.Passed).Select(verdict =>
            $"dropped {(verdict.ToGuest ? "on its way to" : "at the port of")} {verdict.Port}" + (verdict.By is { } by ? $" by {by}" : ""))];
        return string.Join("; ", dropped.Prepend($"received by {Listing.Of(journey.Arrived.Select(delivery => delivery.At))}"));
    }
}
