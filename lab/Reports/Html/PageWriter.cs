using System.Collections.Immutable;
using System.Xml.Linq;
using Lab.Agreement;
using Lab.Contract.Bindings;
using Lab.Contract.Testbeds;
using Lab.Engine.Diagnostics;
using Lab.Reports.Drawing;
using Lab.Scenarios.Reading;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;

namespace Lab.Reports.Html;

/// <summary>Turns the results of a run into what the page's script reads.</summary>
internal sealed class PageWriter
{
    private readonly FrameTable _frames = new();
    private readonly List<string> _drawings = [];

    private PageWriter()
    {
    }

    public static PageData Write(SuiteResult suite, string version)
    {
        PageWriter writer = new();
        ImmutableArray<PageFeature> features = [.. suite.Features.Select(writer.Feature)];
        return new(version, suite.Started.ToString("o"), suite.Duration.TotalSeconds, suite.Seed, suite.Testbeds,
            [.. suite.LeftOut.Select(left => new PageLeftOut(left.Testbed, left.Reason))],
            [.. suite.Mistakes.Select(Mistake)], features, writer._frames.Frames, [.. writer._drawings], SourceTexts.Of(suite),
            [.. Differences.Named.Select(free => new PageFreeField(free.Field, free.Reason))]);
    }

    private PageFeature Feature(FeatureResult result) => new(
        result.Feature.File, result.Feature.Name, result.Feature.Description, result.Feature.Tags,
        [.. result.Scenarios.Select(Scenario)]);

    private PageScenario Scenario(ScenarioResult result) => new(
        result.Scenario.Id, result.Scenario.Name, result.Scenario.Description, result.Scenario.Tags, Status(result.Outcome),
        result.Seed, Drawing(result), [.. result.Runs.Select(Run)], [.. result.LeftOut.Select(left => new PageLeftOut(left.Testbed, left.Reason))],
        [.. result.Scenario.Steps.Select((step, index) => Step(result, step, index))],
        result.Disagreements is { } found ? [.. found.Select(Difference)] : null);

    private static PageRun Run(TestbedRun run) =>
        new(run.Testbed, Status(run.Outcome), run.Duration.TotalMilliseconds, run.Description);

    private PageStep Step(ScenarioResult result, Step step, int index)
    {
        ImmutableArray<StepResult?> found = [.. result.Runs.Select(run => run.Steps.ElementAtOrDefault(index))];
        (int from, int count) = found.Select(one => one?.Exchanges ?? default).MaxBy(range => range.Count);
        return new(step.Keyword, step.Text, step.Position.Line, step.FromBackground, Table(step.Table), step.Doc?.Text,
            [.. found.Select(one => one is null ? new PageStepResult(Status(Outcome.Skipped), null, [])
                : new PageStepResult(Status(one.Outcome), one.Message, [.. one.Diagnostics.Select(Mistake)]))],
            [.. Enumerable.Range(from, count).Select(number => Exchange(result, number))]);
    }

    /// <remarks>What guests send does not depend on the testbed, so the first run that came that far tells it for all.</remarks>
    private PageExchange Exchange(ScenarioResult result, int number)
    {
        ImmutableArray<Journey>?[] runs = [.. result.Runs.Select(run =>
            number < run.Exchanges.Length ? Journey.Of(run.Exchanges[number]) : (ImmutableArray<Journey>?)null)];
        ImmutableArray<Journey> sent = [.. runs.First(run => run is not null)!.Value.Where(journey => journey.Sent is not null)];
        return new(number,
        [
            .. sent.Select((journey, index) => Row(journey, [.. runs.Select(run => run?.Skip(index).Take(1))])),
            .. Kinds(runs).Select(journey => Row(journey, [.. runs.Select(run => run?.Where(other => Alike(journey, other)))])),
        ]);
    }

    /// <summary>One of each kind of frame that nobody sent in this form, on whichever testbed it came out.</summary>
    private static List<Journey> Kinds(IEnumerable<ImmutableArray<Journey>?> runs)
    {
        List<Journey> kinds = [];
        foreach (Journey journey in runs.SelectMany(run => run ?? []).Where(journey => journey.Sent is null))
        {
            if (!kinds.Exists(kind => Alike(kind, journey)))
            {
                kinds.Add(journey);
            }
        }

        return kinds;
    }

    private static bool Alike(Journey one, Journey other) =>
        one.Sent is null && other.Sent is null && Differences.Same(one.Frame, other.Frame);

    private PageJourney Row(Journey journey, ImmutableArray<IEnumerable<Journey>?> runs)
    {
        int frame = _frames.NumberOf(journey.Frame);
        return new(journey.Sent?.From.Text, frame, [.. runs.Select(run => run is null ? null : Fate([.. run], frame))]);
    }

    private PageFate Fate(ImmutableArray<Journey> journeys, int frame)
    {
        Decision? decision = journeys.Select(journey => journey.Decision).FirstOrDefault();
        int own = journeys.IsEmpty ? frame : _frames.NumberOf(journeys[0].Frame);
        return new(
            [.. journeys.SelectMany(journey => journey.Arrived).Select(delivery => delivery.At.Text)],
            own == frame ? null : own,
            [.. (decision?.Verdicts ?? []).Select(verdict => new PageVerdict(
                verdict.Port.Text, verdict.ToGuest, verdict.Passed, verdict.By?.Filter, verdict.By?.Position.ToString()))],
            decision?.Lines ?? []);
    }

    private PageDifference Difference(Disagreement found) => new(
        found.Exchange, found.Port.Text,
        found.One, found.OneSaw is { } one ? _frames.NumberOf(one.Frame) : null,
        found.Other, found.OtherSaw is { } other ? _frames.NumberOf(other.Frame) : null, found.Walk);

    private int? Drawing(ScenarioResult result)
    {
        if (result.Runs.FirstOrDefault(run => !run.Guests.IsEmpty) is not { } run)
        {
            return null;
        }

        Diagram diagram = TopologyDiagram.Of(run.Topology, run.Guests);
        string svg = SvgDrawing.Embedded(diagram, string.Join("; ", TextDrawing.Lines(diagram))).ToString(SaveOptions.DisableFormatting);
        int known = _drawings.IndexOf(svg);
        if (known < 0)
        {
            known = _drawings.Count;
            _drawings.Add(svg);
        }

        return known;
    }

    private static ImmutableArray<ImmutableArray<string>>? Table(DataTable? table) =>
        table is null ? null : [table.Header, .. table.Rows.Select(row => row.Cells)];

    private static PageMistake Mistake(Diagnostic found) => new(found.Position.ToString(), found.Code, found.Message, found.Help);

    private static string Status(Outcome outcome) => outcome.ToString().ToLowerInvariant();
}
