using System.Collections.Immutable;
using Lab.Engine.Filters.Model;

namespace Lab.Engine.Filters;

/// <summary>Which filter refers to which, through a set of definitions; a name without definition leads nowhere.</summary>
public sealed class FilterGraph(IReadOnlyDictionary<string, FilterDefinition> filters)
{
    /// <summary>The way from a filter back to itself, its name at both ends; empty when there is none.</summary>
    public ImmutableArray<string> FindLoop(string name)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        return Walk(name, [name]);

        ImmutableArray<string> Walk(string from, ImmutableArray<string> way)
        {
            foreach (string next in References(from))
            {
                if (next == name)
                {
                    return way.Add(next);
                }

                if (seen.Add(next) && Walk(next, way.Add(next)) is { IsEmpty: false } loop)
                {
                    return loop;
                }
            }

            return [];
        }
    }

    /// <summary>The filter itself and all that it refers to, directly or not; names without definition included.</summary>
    public ImmutableHashSet<string> Reach(string name)
    {
        HashSet<string> seen = new([name], StringComparer.Ordinal);
        Queue<string> waiting = new([name]);
        while (waiting.TryDequeue(out string? from))
        {
            foreach (string next in References(from).Where(seen.Add))
            {
                waiting.Enqueue(next);
            }
        }

        return [.. seen];
    }

    /// <summary>The filters that refer to this one directly, in the order of their names.</summary>
    public ImmutableArray<string> UsersOf(string name) =>
        [.. filters.Keys.Where(user => References(user).Contains(name)).Order(StringComparer.Ordinal)];

    private IEnumerable<string> References(string name) =>
        filters.TryGetValue(name, out FilterDefinition? filter) ? filter.Entries.OfType<ReferenceEntry>().Select(r => r.Filter) : [];
}
