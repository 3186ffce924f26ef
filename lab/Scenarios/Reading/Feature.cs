using System.Collections.Immutable;
using Lab.Contract.Bindings;
using Lab.Engine.Diagnostics;

namespace Lab.Scenarios.Reading;

/// <summary>A feature file as its author meant it: backgrounds copied into scenarios, outlines written out.</summary>
/// <param name="File">As given on the command line, or found below a folder given there.</param>
/// <param name="Text">The whole source, for reports.</param>
public sealed record Feature(
    string File, string Text, string Language, string Name, string Description, ImmutableArray<string> Tags,
    ImmutableArray<Scenario> Scenarios);

/// <summary>One scenario, or one row of an outline.</summary>
/// <param name="Name">An outline's name with the row's values, so that no two rows are called the same.</param>
/// <param name="Tags">The feature's, the scenario's and the examples' together, each with its <c>@</c>.</param>
/// <param name="Position">Of the scenario's keyword, or of the row.</param>
public sealed record Scenario(
    string Feature, string Name, string Description, ImmutableArray<string> Tags, SourcePosition Position,
    ImmutableArray<Step> Steps)
{
    /// <summary>File and line: what <c>--rerun-failed</c> and the command line call it.</summary>
    public string Id => $"{Position.File}:{Position.Line}";
}

/// <param name="Keyword">As written, in the feature's language.</param>
/// <param name="FromBackground">The step stands in the feature's background.</param>
public sealed record Step(
    string Keyword, string Text, DataTable? Table, DocString? Doc, SourcePosition Position, bool FromBackground);
