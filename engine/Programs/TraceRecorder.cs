namespace Lab.Engine.Programs;

/// <summary>One thing that happened while a stage judged a frame.</summary>
public abstract record TraceStep
{
    private protected TraceStep()
    {
    }
}

/// <summary>Evaluation enters a chain.</summary>
/// <param name="Depth">0 for the root.</param>
public sealed record ChainEntered(Chain Chain, int Depth) : TraceStep;

/// <summary>A condition was asked; the last one of a rule is the first that failed, or the rule's last.</summary>
/// <param name="Actual">The field's value, right-aligned; null where it is absent or where no field is asked.</param>
public sealed record ConditionAsked(Condition Condition, bool Holds, UInt128? Actual) : TraceStep;

/// <summary>All the conditions of a rule were asked, or the first one that failed.</summary>
public sealed record RuleConsidered(Chain Chain, int Index, Rule Rule, bool Matched) : TraceStep;

/// <summary>No rule of the chain decided.</summary>
public sealed record ChainRanOut(Chain Chain, int Depth) : TraceStep;

/// <summary>Takes down what the evaluator does, while it does it.</summary>
public sealed class TraceRecorder
{
    private readonly List<TraceStep> _steps = [];

    public IReadOnlyList<TraceStep> Steps => _steps;

    internal void Add(TraceStep step) => _steps.Add(step);

    internal void Asked(Condition condition, bool holds, ReadOnlySpan<byte> frame)
    {
        UInt128? actual = condition switch
        {
            FieldEquals { Field: var field } => Read(frame, field),
            FieldInRange { Field: var field } => Read(frame, field),
            _ => null,
        };
        _steps.Add(new ConditionAsked(condition, holds, actual));
    }

    private static UInt128? Read(ReadOnlySpan<byte> frame, Field field) =>
        FieldReader.TryRead(frame, field, out UInt128 value) == FieldPresence.Present ? value : null;
}
