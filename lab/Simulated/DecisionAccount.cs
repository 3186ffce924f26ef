using Lab.Contract.Testbeds;
using Lab.Engine.Programs;
using Lab.Simulator.Switching;

namespace Lab.Simulated;

/// <summary>Writes down what happened to one stimulus, in the order in which it happened.</summary>
internal sealed class DecisionAccount : ISwitchWitness
{
    private readonly List<string> _lines = [];
    private readonly List<PortVerdict> _verdicts = [];

    public TraceRecorder? RecorderFor(FilterPlace place, string port) => new();

    public void Evaluated(FilterPlace place, string port, StageOutcome outcome, TraceRecorder? recorder)
    {
        _lines.Add($"{port}: {Sentence(place)}");
        _lines.AddRange(recorder!.Steps.SelectMany(Lines));
        _lines.Add($"  {Outcome(outcome)}");
        _verdicts.Add(new(
            new GuestName(port), place is FilterPlace.ToGuest or FilterPlace.ToGuestForwarded, outcome.Passes, outcome.Decider?.Origin));
    }

    public void Became(Fate fate, string? at) => _lines.Add($"{at ?? "bridge"}: {Fates.Of(fate).Sentence}");

    public Decision Close(Stimulus stimulus) => new(stimulus, [.. _lines]) { Verdicts = [.. _verdicts] };

    private static string Sentence(FilterPlace place) => place switch
    {
        FilterPlace.FromGuest => "the sender's layer-2 filter is asked",
        FilterPlace.FromGuestForwarded => "the sender's IP filter for forwarded traffic is asked",
        FilterPlace.FromGuestToHost => "the sender's IP filter for traffic to the host is asked",
        FilterPlace.ToGuestForwarded => "the receiver's IP filter is asked",
        _ => "the receiver's layer-2 filter is asked",
    };

    private static string Outcome(StageOutcome outcome) =>
        outcome.Verdict.ToString().ToLowerInvariant() + (outcome.Decider is { } rule ? $" by {rule.Origin}" : " by the end of the chain");

    private static IEnumerable<string> Lines(TraceStep step) => step switch
    {
        ChainEntered entered => [$"{Indent(entered.Depth)}chain {entered.Chain.Name}"],
        RuleConsidered considered =>
            [$"    {(considered.Matched ? "matched" : "not matched")}: {considered.Rule.Verdict.Kind.ToString().ToLowerInvariant()} at {considered.Rule.Origin}"],
        ChainRanOut ranOut => [$"{Indent(ranOut.Depth)}end of chain {ranOut.Chain.Name}"],
        _ => [],
    };

    private static string Indent(int depth) => new(' ', 2 * (depth + 1));
}
