namespace Lab.Engine.Diagnostics;

/// <summary>A mistake that people make: a row of <see cref="DiagnosticTable"/>.</summary>
/// <param name="Code">Stable, for tools: <c>NF</c> and three digits.</param>
/// <param name="Name">The same in words, as files are named: <c>unknown-attribute</c>.</param>
/// <param name="Title">What is wrong in general, for the reference page.</param>
/// <param name="Help">What to do about it, when that does not depend on the case.</param>
/// <param name="ErrorWhenStrict">A warning that <c>--strict</c> turns into an error: libvirt lets it pass in silence.</param>
public sealed record DiagnosticKind(
    string Code, string Name, Severity Severity, string Title, string? Help = null, bool ErrorWhenStrict = false)
{
    /// <summary>The mistake, made here.</summary>
    /// <param name="help">Replaces the kind's own help.</param>
    public Diagnostic At(SourcePosition position, string message, string? help = null) => new(Code, Severity, position, message, help ?? Help);
}
