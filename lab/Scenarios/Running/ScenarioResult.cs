using System.Collections.Immutable;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Engine.Diagnostics;
using Lab.Scenarios.Reading;

namespace Lab.Scenarios.Running;

/// <summary>What became of a step, of a run, of a scenario; the worst of its parts, in this order.</summary>
public enum Outcome
{
    Passed,

    /// <summary>Not carried out, because a step before it did not pass, or because nothing here can carry it.</summary>
    Skipped,

    /// <summary>An expectation was not met.</summary>
    Failed,

    /// <summary>Every expectation was met, and yet the testbeds saw different things.</summary>
    Disagreed,

    /// <summary>The testbed could not build or carry the scenario.</summary>
    Refused,

    /// <summary>The scenario cannot be carried out as written.</summary>
    Mistaken,
}

/// <param name="Message">Why it did not pass; null when it did.</param>
/// <param name="Diagnostics">The places to change, for a mistake; else what is remarkable about a document that the step gave.</param>
/// <param name="Exchanges">Which of the run's exchanges this step made: from, and how many.</param>
public sealed record StepResult(
    Step Step, Outcome Outcome, string? Message, ImmutableArray<Diagnostic> Diagnostics, TimeSpan Duration,
    (int From, int Count) Exchanges)
{
    /// <summary>What the testbed lacks for the step, if that is why it refused.</summary>
    public string? Abstention { get; init; }
}

/// <summary>One scenario on one testbed.</summary>
/// <param name="Topology">Null when no frame was sent.</param>
/// <param name="Description">Devices, rules, counters at the end; null unless someone has to read it.</param>
/// <param name="Duration">Topology up, frames, topology down.</param>
public sealed record TestbedRun(
    string Testbed, ImmutableArray<StepResult> Steps, ImmutableArray<Exchange> Exchanges, Topology? Topology,
    ImmutableArray<GuestDraft> Guests, string? Description, TimeSpan Duration)
{
    public Outcome Outcome => Steps.Select(step => step.Outcome).Where(outcome => outcome != Outcome.Skipped)
        .DefaultIfEmpty(Outcome.Passed).Max();

    /// <summary>Some port on a bridge has a filter, so that the lowering matters; a macvtap has one lowering only.</summary>
    public bool RulesBridgePorts => Guests.Select(guest => (guest.Filter, guest.At))
        .Concat(Topology?.Guests.Select(guest => (guest.Filter, guest.At)) ?? []).Any(guest => guest is { Filter: not null, At: not OnDevice });

    /// <summary>What the testbed lacks for the scenario; null if nothing.</summary>
    public string? Abstention => Steps.Select(step => step.Abstention).FirstOrDefault(lack => lack is not null);
}

/// <summary>A testbed that a scenario did without.</summary>
public sealed record LeftOut(string Testbed, string Reason);

/// <summary>A frame that one testbed delivered to a port and another did not, or not in that place; or one on whose way they
/// name other rules.</summary>
/// <param name="Exchange">Which of the scenario's exchanges, from 0.</param>
/// <param name="Index">Which of the port's deliveries within it, from 0; on a macvtap frames to groups are counted apart.</param>
public sealed record Disagreement(
    int Exchange, GuestName Port, int Index, string One, Delivery? OneSaw, string Other, Delivery? OtherSaw)
{
    /// <summary>Which rules each names, where they differ in that and not in a delivery; the port is the sender's then.</summary>
    public string? Walk { get; init; }
}

/// <param name="Runs">One per testbed that ran, in the order asked for.</param>
/// <param name="Disagreements">Null when fewer than two testbeds ran, so that agreement was not checked; empty when they agree.</param>
/// <param name="LeftOut">Testbeds that a tag of the scenario excludes, and those that abstained while others carried it.</param>
public sealed record ScenarioResult(
    Scenario Scenario, int Seed, ImmutableArray<TestbedRun> Runs, ImmutableArray<Disagreement>? Disagreements,
    ImmutableArray<LeftOut> LeftOut)
{
    /// <summary>What is remarkable about the scenario's documents, and keeps nobody from carrying it out.</summary>
    public IEnumerable<Diagnostic> Remarks => Runs.SelectMany(run => run.Steps).SelectMany(step => step.Diagnostics)
        .Where(found => found.Severity != Severity.Error).Distinct();

    public Outcome Outcome => Runs.IsEmpty ? Outcome.Skipped
        : Runs.Max(run => run.Outcome) is var worst && worst == Outcome.Passed && Disagreements is { IsEmpty: false }
            ? Outcome.Disagreed : worst;
}
