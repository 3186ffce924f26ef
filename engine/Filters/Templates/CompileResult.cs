using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Templates;

/// <param name="Port">Null when anything was an error.</param>
public sealed record CompileResult(PortProgram? Port, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>The whole program; null when anything was an error.</summary>
    public FilterProgram? Program => Port?.Whole;

    /// <summary>The references that have no value; not empty only when that is what was wrong.</summary>
    public ImmutableArray<VariableReference> Unresolved { get; init; } = [];

    /// <summary>Nothing is missing but a plain <c>$IP</c>, which address learning can find (nwfilter.md section 3.6).</summary>
    public bool AwaitsAddress => Unresolved is [{ Name: "IP", Iterator: 0, Index: null }];
}

/// <param name="Template">Null when anything was an error.</param>
public sealed record TemplateResult(Template? Template, ImmutableArray<Diagnostic> Diagnostics);
