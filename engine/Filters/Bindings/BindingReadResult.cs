using System.Collections.Immutable;
using Lab.Engine.Diagnostics;

namespace Lab.Engine.Filters.Bindings;

/// <param name="Binding">Null when an error was found.</param>
public sealed record BindingReadResult(FilterBinding? Binding, ImmutableArray<Diagnostic> Diagnostics);
