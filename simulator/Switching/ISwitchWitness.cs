using Lab.Engine.Programs;

namespace Lab.Simulator.Switching;

/// <summary>Looks over a switch's shoulder while a frame passes; without one, forwarding costs nothing extra.</summary>
public interface ISwitchWitness
{
    /// <summary>Where the evaluator is to write its steps for the next stage; null if nobody asks.</summary>
    TraceRecorder? RecorderFor(FilterPlace place, string port);

    void Evaluated(FilterPlace place, string port, StageOutcome outcome, TraceRecorder? recorder);

    /// <param name="at">The port at which it happened; null for the switch as a whole.</param>
    void Became(Fate fate, string? at);
}
