using System.Collections.Immutable;

namespace Lab.Engine.Diagnostics;

/// <summary>Collects what a reader finds in one document; one run reports every mistake.</summary>
/// <param name="strict">Report what libvirt ignores in silence as an error.</param>
public sealed class Findings(bool strict = false)
{
    /// <summary>More than anybody reads; a bound for hostile input.</summary>
    public const int Limit = 1000;

    private readonly ImmutableArray<Diagnostic>.Builder _found = ImmutableArray.CreateBuilder<Diagnostic>();

    public bool HasErrors { get; private set; }

    /// <param name="help">Replaces the kind's own help.</param>
    public void Add(DiagnosticKind kind, SourcePosition position, string message, string? help = null)
    {
        Severity severity = strict && kind.ErrorWhenStrict ? Severity.Error : kind.Severity;
        HasErrors |= severity == Severity.Error;
        if (_found.Count == Limit)
        {
            _found.Add(new(DiagnosticTable.TooManyFindings.Code, DiagnosticTable.TooManyFindings.Severity, position,
                $"more than {Limit} findings; the rest is left out"));
        }

        if (_found.Count < Limit)
        {
            _found.Add(new(kind.Code, severity, position, message, help ?? kind.Help));
        }
    }

    /// <summary>In the order of the document.</summary>
    public ImmutableArray<Diagnostic> ToImmutable() =>
        [.. _found.OrderBy(d => d.Position.Line).ThenBy(d => d.Position.Column)];
}
