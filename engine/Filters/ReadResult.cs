using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;

namespace Lab.Engine.Filters;

/// <param name="Filter">Null when an error was found: a filter with errors goes nowhere.</param>
/// <param name="Diagnostics">Everything found, in the order of the document.</param>
public sealed record ReadResult(FilterDefinition? Filter, ImmutableArray<Diagnostic> Diagnostics);
