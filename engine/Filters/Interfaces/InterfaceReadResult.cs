using System.Collections.Immutable;
using Lab.Engine.Diagnostics;

namespace Lab.Engine.Filters.Interfaces;

/// <param name="Interface">Null when an error was found.</param>
public sealed record InterfaceReadResult(InterfaceDefinition? Interface, ImmutableArray<Diagnostic> Diagnostics);
