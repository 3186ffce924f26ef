using System.Collections.Immutable;
using Lab.Engine.Diagnostics;

namespace Lab.Contract.Bindings;

/// <summary>The scenario cannot be carried out as written: its author has to change it, whatever the testbeds do.</summary>
/// <remarks>Thrown by steps and caught by the runner, which knows the step; a missing position becomes the step's.</remarks>
public sealed class ScenarioMistakeException : Exception
{
    public ScenarioMistakeException()
    {
    }

    public ScenarioMistakeException(string message) : base(message)
    {
    }

    public ScenarioMistakeException(string message, Exception inner) : base(message, inner)
    {
    }

    public ScenarioMistakeException(SourcePosition position, string message, Exception? inner = null)
        : base(message, inner) => Diagnostics = [new("SC001", Severity.Error, position, message)];

    /// <param name="diagnostics">What is wrong inside a document that the scenario gives; at least one.</param>
    public ScenarioMistakeException(ImmutableArray<Diagnostic> diagnostics)
        : base(string.Join('\n', diagnostics)) => Diagnostics = diagnostics;

    /// <summary>Empty when only the message is known.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; } = [];
}
