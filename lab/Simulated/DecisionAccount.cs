using Lab.Contract.Testbeds;
using Lab.Engine.Programs;
using Lab.Simulator.Switching;
using Lab.Testbeds;

namespace Lab.Simulated;

/// <summary>Writes down what happened to one stimulus, in the order in which it happened.</summary>
internal sealed class DecisionAccount : ISwitchWitness
{
    private readonly List<string> _lines = [];
    private readonly List<StageWalk> _walks = [];

    public TraceRecorder? RecorderFor(FilterPlace place, string port) => new();

    public void Evaluated(FilterPlace place, string port, StageOutcome outcome, TraceRecorder? recorder)
    {
        GuestName guest = new(port);
        _lines.Add(WalkWords.Asked(guest, place));
        _lines.AddRange(recorder!.Steps.SelectMany(Lines));
        _lines.Add(WalkWords.Outcome(outcome));
        _walks.Add(new(guest, place, [.. recorder.Steps.OfType<RuleConsidered>().Where(step => step.Matched)
            .Select(step => new MatchedRule(step.Chain, step.Index, 1, step.Rule.Verdict.Kind))], outcome));
    }

    public void Became(Fate fate, string? at) => _lines.Add($"{at ?? "bridge"}: {Fates.Of(fate).Sentence}");

    public Decision Close(Stimulus stimulus) => new(stimulus, [.. _lines])
    {
        Verdicts = [.. _walks.Select(WalkWords.Verdict)],
        Walks = [.. _walks],
    };

    private static IEnumerable<string> Lines(TraceStep step) => step switch
    {
        ChainEntered entered => [$"{Indent(entered.Depth)}chain {entered.Chain.Name}"],
        RuleConsidered considered => [WalkWords.Considered(considered.Matched, considered.Rule)],
        ChainRanOut ranOut => [$"{Indent(ranOut.Depth)}end of chain {ranOut.Chain.Name}"],
        _ => [],
    };

    private static string Indent(int depth) => new(' ', 2 * (depth + 1));
}
