namespace Lab.Engine.Programs;

/// <summary>What a stage does with a frame: a closed list.</summary>
public enum StageVerdict
{
    /// <summary>No rule decided and the stage leaves the frame to what comes next; alone, it passes.</summary>
    Undecided,

    /// <summary>Nothing later in this stage, or in this hook of an IP stage, sees the frame.</summary>
    Accepted,

    /// <summary>Gone without a word.</summary>
    Dropped,

    /// <summary>Gone; at the IP stages the sender is told.</summary>
    Rejected,
}

/// <param name="Decider">The rule that decided; null when a chain's end did.</param>
public readonly record struct StageOutcome(StageVerdict Verdict, Rule? Decider)
{
    /// <summary>The frame goes on.</summary>
    public bool Passes => Verdict is StageVerdict.Undecided or StageVerdict.Accepted;

    public static StageOutcome Undecided { get; }
}
