using System.Collections.Immutable;
using Lab.Engine.Diagnostics;

namespace Lab.Engine.Filters.Model;

/// <summary>One value of a parameter, with the place that gave it.</summary>
public sealed record ParameterValue(string Text, SourcePosition Position);

/// <summary>Names with lists of values (nwfilter.md section 3.2); a list is never empty, a name never twice.</summary>
public sealed record ParameterSet(ImmutableSortedDictionary<string, ImmutableArray<ParameterValue>> Values)
{
    public static readonly ParameterSet Empty =
        new(ImmutableSortedDictionary.Create<string, ImmutableArray<ParameterValue>>(StringComparer.Ordinal));

    public ParameterSet Append(string name, ParameterValue value) =>
        new(Values.SetItem(name, Values.TryGetValue(name, out ImmutableArray<ParameterValue> list) ? list.Add(value) : [value]));

    /// <summary>These values, and from <paramref name="defaults"/> the names that are missing here: the outermost wins.</summary>
    public ParameterSet Over(ParameterSet defaults) => defaults.Values.IsEmpty ? this : new(defaults.Values.SetItems(Values));
}
