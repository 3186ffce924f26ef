using System.Collections.Immutable;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Reports.Decoding;
using Lab.Reports.Drawing;
using Lab.Scenarios.Running;

namespace Lab.Reports.Text;

/// <summary>All that a person needs to understand why a scenario did not pass, as plain lines.</summary>
internal static class FailureText
{
    public static IEnumerable<string> Of(ScenarioResult result)
    {
        TestbedRun? told = result.Runs.MaxBy(run => run.Exchanges.Sum(exchange => exchange.Seen.Decisions.Length));
        return
        [
            $"{result.Scenario.Id}: {result.Scenario.Name}",
            .. Indented(Steps(result)),
            .. Indented((result.Disagreements ?? []).Select(Words)),
            .. told is null || told.Guests.IsEmpty ? [] : Indented(["topology", .. Indented(TextDrawing.Lines(TopologyDiagram.Of(told.Topology, told.Guests)))]),
            .. Indented(Concerned(result).SelectMany(at => Traffic(result, at))),
            .. Indented(WorthShowing(result).SelectMany(run =>
                Indented(run.Description!.TrimEnd().Split('\n')).Prepend($"state of the {run.Testbed} testbed"))),
        ];
    }

    /// <summary>The one line that says what is wrong, for places with room for one.</summary>
    public static string Headline(ScenarioResult result) =>
        result.Runs.SelectMany(run => run.Steps.Where(step => step.Outcome > Outcome.Skipped)
                .Select(step => $"{run.Testbed}: {step.Step.Keyword} {step.Step.Text}: {step.Message?.Split('\n')[0]}"))
            .Concat((result.Disagreements ?? []).Select(Words)).FirstOrDefault("");

    /// <summary>A disagreement as a sentence.</summary>
    public static string Words(Disagreement found)
    {
        string what = found switch
        {
            { Walk: { } walk } => walk,
            { OneSaw: null, OtherSaw: { } extra } => $"the {found.Other} delivers, and the {found.One} does not: {Line(extra.Frame)}",
            { OneSaw: { } extra, OtherSaw: null } => $"the {found.One} delivers, and the {found.Other} does not: {Line(extra.Frame)}",
            _ => $"the {found.One} delivers {Line(found.OneSaw!.Frame)}, the {found.Other} delivers {Line(found.OtherSaw!.Frame)}",
        };
        return $"DISAGREEMENT at {found.Port}: {what}";
    }

    /// <summary>Steps that did not pass; testbeds on which one failed alike share its lines.</summary>
    private static IEnumerable<string> Steps(ScenarioResult result) =>
        result.Runs.SelectMany(run => run.Steps.Where(step => step.Outcome > Outcome.Skipped).Select(step => (run.Testbed, Step: step)))
            .GroupBy(failed => (failed.Step.Step.Position, failed.Step.Message))
            .SelectMany(alike => Indented(Explanation(alike.First().Step)).Prepend(
                $"on {Listing.Of(alike.Select(failed => failed.Testbed))}, line {alike.Key.Position.Line}: {alike.First().Step.Step.Keyword} {alike.First().Step.Step.Text}"));

    /// <summary>All testbeds' states where these disagree; otherwise the reasons have been given, or one state will do.</summary>
    private static IEnumerable<TestbedRun> WorthShowing(ScenarioResult result) =>
        result.Runs.Where(run => run.Description is not null) is var told && result.Disagreements is { IsEmpty: false } ? told
        : told.Take(1);

    private static IEnumerable<string> Explanation(StepResult step) =>
        step.Diagnostics.IsEmpty ? (step.Message ?? "").Split('\n') : step.Diagnostics.SelectMany(mistake => mistake.ToString().Split('\n'));

    /// <summary>The exchanges to show: where testbeds disagree, and the last before a step that did not pass.</summary>
    private static ImmutableSortedSet<int> Concerned(ScenarioResult result) =>
        [
            .. (result.Disagreements ?? []).Select(found => found.Exchange),
            .. result.Runs.SelectMany(run => run.Steps).Where(step => step.Outcome > Outcome.Skipped)
                .Select(step => step.Exchanges.From + step.Exchanges.Count - 1).Where(last => last >= 0),
        ];

    private static IEnumerable<string> Traffic(ScenarioResult result, int at)
    {
        TestbedRun[] runs = [.. result.Runs.Where(run => at < run.Exchanges.Length)];
        ImmutableArray<Stimulus> sent = runs.Length == 0 ? [] : runs[0].Exchanges[at].Sent;
        return sent.Index().Where(frame => sent.Length == 1 || IsConcerned(frame.Index)).SelectMany(frame => Frame(frame.Item, frame.Index, runs, at));

        bool IsConcerned(int index) => result.Disagreements is not { IsEmpty: false } found
            || found.Any(one => one.Walk is not null ? one.Index == index : Frames(one).Any(frame => frame.Span.SequenceEqual(sent[index].Frame.Span)));
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Frames(Disagreement found) =>
        new[] { found.OneSaw, found.OtherSaw }.OfType<Delivery>().Select(delivery => delivery.Frame);

    private static IEnumerable<string> Frame(Stimulus stimulus, int index, TestbedRun[] runs, int at)
    {
        DecodedFrame frame = FrameDecoder.Decode(stimulus.Frame);
        return
        [
            $"frame from {stimulus.From}: {frame.Summary}",
            .. Indented(frame.Tree.Where(line => !line.StartsWith("    ", StringComparison.Ordinal))), // bits are for the report
            .. Indented(frame.Hex),
            .. runs.Select(run => $"  delivered by the {run.Testbed} to {Listing.Of(run.Exchanges[at].ReceiversOf(stimulus))}"),
            .. runs.SelectMany(run => run.Exchanges[at].DecisionOn(index) is { } decision ? Indented(Account(run, decision)) : []),
        ];
    }

    private static IEnumerable<string> Account(TestbedRun run, Decision decision) =>
        [
            $"decision of the {run.Testbed}",
            .. Indented(decision.Lines),
            .. decision.Verdicts.Where(verdict => verdict.By is not null).Select(verdict =>
                $"decided at the port of {verdict.Port}, {(verdict.ToGuest ? "to" : "from")} the guest: " +
                $"{(verdict.Passed ? "passed" : "dropped")} by {verdict.By}"),
        ];

    private static string Line(ReadOnlyMemory<byte> frame) => FrameDecoder.Decode(frame).Summary;

    private static IEnumerable<string> Indented(IEnumerable<string> lines) => lines.Select(line => line.Length == 0 ? line : "  " + line);
}
