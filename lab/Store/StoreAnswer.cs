using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;

namespace Lab.Store;

/// <summary>What the store did with a filter.</summary>
/// <param name="Filter">As it is stored, or was; null when the request was refused and nothing changed.</param>
/// <param name="Refusal">Why; null when it was carried out.</param>
public sealed record StoreAnswer(FilterDefinition? Filter, Diagnostic? Refusal)
{
    public static StoreAnswer Done(FilterDefinition filter) => new(filter, null);

    public static StoreAnswer Refused(DiagnosticKind kind, SourcePosition position, string message, string? help = null) =>
        new(null, new(kind.Code, kind.Severity, position, message, help ?? kind.Help));
}
