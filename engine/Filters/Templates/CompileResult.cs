using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Templates;

/// <param name="Program">Null when anything was an error.</param>
public sealed record CompileResult(FilterProgram? Program, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>The references that have no value; not empty only when that is what was wrong.</summary>
    public ImmutableArray<VariableReference> Unresolved { get; init; } = [];

    /// <summary>Nothing is missing but a plain <c>$IP</c>, which address learning can find (nwfilter.md section 3.6).</summary>
    public bool AwaitsAddress => Unresolved is [{ Name: "IP", Iterator: 0, Index: null }];
}

/// <param name="Template">Null when anything was an error.</param>
public sealed record TemplateResult(Template? Template, ImmutableArray<Diagnostic> Diagnostics);
