using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Bindings;

namespace Lab.Store;

/// <param name="Findings">Files of the store that could not be taken.</param>
public sealed record BindingCatalog(ImmutableArray<FilterBinding> Bindings, ImmutableArray<Diagnostic> Findings);
