using System.Collections.Immutable;

namespace Lab.Reports.Html;

/// <summary>What the page's script reads (<c>Assets/report-*.js</c>): a run, flat and without repetition.</summary>
/// <param name="Started">As ISO 8601.</param>
/// <param name="Frames">Each different frame once; the rest of the page names them by their place here.</param>
/// <param name="Drawings">Each different topology once, as SVG.</param>
/// <param name="Sources">Texts by the file name that positions use.</param>
internal sealed record PageData(
    string Version, string Started, double Seconds, int Seed, ImmutableArray<string> Testbeds,
    ImmutableArray<PageLeftOut> LeftOut, ImmutableArray<PageMistake> Mistakes, ImmutableArray<PageFeature> Features,
    ImmutableArray<PageFrame> Frames, ImmutableArray<string> Drawings, ImmutableSortedDictionary<string, string> Sources,
    ImmutableArray<PageFreeField> FreeFields);

/// <summary>Where testbeds may differ and yet agree.</summary>
internal sealed record PageFreeField(string Field, string Reason);

internal sealed record PageLeftOut(string Testbed, string Reason);

internal sealed record PageMistake(string Position, string Code, string Message, string? Help);

internal sealed record PageFeature(
    string File, string Name, string Description, ImmutableArray<string> Tags, ImmutableArray<PageScenario> Scenarios);

/// <param name="Status">The outcome in lower case.</param>
/// <param name="Drawing">Null when there are no guests.</param>
/// <param name="Differences">Null when agreement was not checked.</param>
internal sealed record PageScenario(
    string Id, string Name, string Description, ImmutableArray<string> Tags, string Status, int Seed, int? Drawing,
    ImmutableArray<PageRun> Runs, ImmutableArray<PageLeftOut> LeftOut, ImmutableArray<PageStep> Steps,
    ImmutableArray<PageDifference>? Differences);

/// <param name="State">Devices, rules and counters at the end; null unless someone has to read it.</param>
internal sealed record PageRun(string Testbed, string Status, double Milliseconds, string? State);

/// <param name="Results">One per run, in their order.</param>
internal sealed record PageStep(
    string Keyword, string Text, int Line, bool Background, ImmutableArray<ImmutableArray<string>>? Table, string? Doc,
    ImmutableArray<PageStepResult> Results, ImmutableArray<PageExchange> Exchanges);

internal sealed record PageStepResult(string Status, string? Message, ImmutableArray<PageMistake> Mistakes);

/// <param name="Number">Among the scenario's exchanges, from 0.</param>
internal sealed record PageExchange(int Number, ImmutableArray<PageJourney> Journeys);

/// <param name="From">Null for a frame that no guest sent in this form.</param>
/// <param name="Runs">One per run, in their order; null where the run did not come that far.</param>
internal sealed record PageJourney(string? From, int Frame, ImmutableArray<PageFate?> Runs);

/// <param name="At">Where the frame came out.</param>
/// <param name="Frame">As this testbed delivered it, when it differs from the journey's where it may.</param>
/// <param name="Trace">Indented lines.</param>
internal sealed record PageFate(ImmutableArray<string> At, int? Frame, ImmutableArray<PageVerdict> Verdicts, ImmutableArray<string> Trace);

internal sealed record PageVerdict(string Port, bool ToGuest, bool Passed, string? Filter, string? Position);

/// <param name="OneFrame">Null when <paramref name="One"/> delivered nothing there.</param>
/// <param name="Walk">The rules that each names, where they differ in nothing else.</param>
internal sealed record PageDifference(int Exchange, string Port, string One, int? OneFrame, string Other, int? OtherFrame, string? Walk);

internal sealed record PageFrame(string Hex, string Headline, ImmutableArray<PageLayer> Layers);

internal sealed record PageLayer(string Name, string Summary, int Offset, int Length, ImmutableArray<PageField> Fields);

internal sealed record PageField(string Name, string Value, int Offset, int Length, ImmutableArray<PageField>? Parts);
