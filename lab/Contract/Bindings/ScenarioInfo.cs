using System.Collections.Immutable;
using Lab.Engine.Diagnostics;

namespace Lab.Contract.Bindings;

/// <summary>What a binding may want to know of the scenario it serves; ask for it in a constructor.</summary>
/// <param name="Tags">The feature's and the scenario's, with their <c>@</c>.</param>
/// <param name="Directory">Of the feature file; paths in steps are relative to it.</param>
/// <param name="Seed">Of this scenario: for everything that is chosen at random.</param>
public sealed record ScenarioInfo(
    string Feature, string Name, ImmutableArray<string> Tags, SourcePosition Position, string Directory, int Seed);
