namespace Lab.Engine.Diagnostics;

public enum Severity
{
    /// <summary>The document is taken as it is, but probably does not mean what its author thinks.</summary>
    Warning,

    /// <summary>The document is refused.</summary>
    Error,
}

/// <summary>One finding about a document: where, what, and what to write instead.</summary>
/// <param name="Code">Stable, for tools: <c>NF</c> and three digits.</param>
/// <param name="Message">One sentence, no full stop.</param>
/// <param name="Help">What to do about it; null when nothing better than the message can be said.</param>
public sealed record Diagnostic(
    string Code, Severity Severity, SourcePosition Position, string Message, string? Help = null)
{
    public override string ToString()
    {
        string first = $"{Position}: {(Severity == Severity.Error ? "error" : "warning")} {Code}: {Message}";
        return Help is null ? first : $"{first}\n  help: {Help}";
    }
}
