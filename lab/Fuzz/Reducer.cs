using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Model;

namespace Lab.Fuzz;

/// <summary>Makes a disagreement smaller as long as the same two parties still disagree.</summary>
/// <param name="patience">When to stop with what has been reached; a libvirtd needs about a second per attempt.</param>
/// <param name="cancel">Stops at once.</param>
internal sealed class Reducer(Court court, TimeProvider clock, TimeSpan patience, CancellationToken cancel)
{
    public Disagreement Reduce(Disagreement found)
    {
        long start = clock.GetTimestamp();
        Disagreement smallest = found;
        bool improved = true;
        while (improved && MayGoOn())
        {
            improved = false;
            foreach (Case candidate in Smaller(smallest).TakeWhile(_ => MayGoOn()))
            {
                if (court.Judge(candidate, found.One, found.Other) is { } still && still.Matter == found.Matter)
                {
                    smallest = still;
                    improved = true;
                    break;
                }
            }
        }

        return smallest;

        bool MayGoOn() => clock.GetElapsedTime(start) < patience && !cancel.IsCancellationRequested;
    }

    /// <summary>Everything that is one step smaller, the biggest steps first.</summary>
    private static IEnumerable<Case> Smaller(Disagreement disagreement)
    {
        Case @case = disagreement.Case;
        return
        [
            .. FewerFrames(@case, disagreement.Stimulus),
            .. FewerGuests(@case).Concat(FewerParameters(@case.Topology.Guests)).Select(guests => @case with { Topology = @case.Topology with { Guests = guests } }),
            .. SmallerFilters(@case.Topology).Select(filters => @case with { Topology = @case.Topology with { Filters = filters } }),
        ];
    }

    private static IEnumerable<Case> FewerFrames(Case @case, int? culprit)
    {
        ImmutableArray<Stimulus> frames = @case.Stimuli;
        if (culprit is { } at && frames.Length > 1)
        {
            yield return @case with { Stimuli = [frames[at]] };
            if (at + 1 < frames.Length)
            {
                yield return @case with { Stimuli = frames[..(at + 1)] };
            }
        }

        for (int size = frames.Length / 2; size >= 1; size /= 2)
        {
            for (int start = 0; start + size <= frames.Length && frames.Length > 1; start += size)
            {
                yield return @case with { Stimuli = frames.RemoveRange(start, size) };
            }
        }
    }

    private static IEnumerable<ImmutableArray<Guest>> FewerGuests(Case @case)
    {
        ImmutableArray<Guest> guests = @case.Topology.Guests;
        for (int i = guests.Length - 1; i >= 0; i--)
        {
            if (guests.Length > 2 && @case.Stimuli.All(stimulus => stimulus.From != guests[i].Name))
            {
                yield return guests.RemoveAt(i);
            }

            if (guests[i].Filter is not null && guests.Count(guest => guest.Filter is not null) > 1)
            {
                yield return guests.SetItem(i, guests[i] with { Filter = null });
            }
        }
    }

    private static IEnumerable<ImmutableArray<Guest>> FewerParameters(ImmutableArray<Guest> guests)
    {
        foreach (Guest guest in guests.Where(guest => guest.Filter is { Parameters.Values.IsEmpty: false }))
        {
            ImmutableSortedDictionary<string, ImmutableArray<ParameterValue>> values = guest.Filter!.Parameters.Values;
            foreach (ParameterSet fewer in values.Keys.Select(name => new ParameterSet(values.Remove(name))).Prepend(ParameterSet.Empty))
            {
                yield return guests.Replace(guest, guest with { Filter = guest.Filter with { Parameters = fewer } });
            }
        }
    }

    private static IEnumerable<ImmutableDictionary<string, FilterDefinition>> SmallerFilters(Topology topology)
    {
        foreach (FilterDefinition filter in topology.Filters.Values)
        {
            if (topology.Guests.All(guest => guest.Filter?.Filter != filter.Name))
            {
                yield return Without(topology.Filters, filter.Name);
            }
        }

        foreach (FilterDefinition filter in topology.Filters.Values)
        {
            foreach (FilterDefinition smaller in Smaller(filter, topology))
            {
                yield return topology.Filters.SetItem(filter.Name, smaller);
            }
        }
    }

    private static ImmutableDictionary<string, FilterDefinition> Without(
        ImmutableDictionary<string, FilterDefinition> filters, string name) => filters.Remove(name).ToImmutableDictionary(
        pair => pair.Key,
        pair => pair.Value with { Entries = pair.Value.Entries.RemoveAll(entry => entry is ReferenceEntry reference && reference.Filter == name) });

    private static IEnumerable<FilterDefinition> Smaller(FilterDefinition filter, Topology topology)
    {
        for (int i = 0; i < filter.Entries.Length; i++)
        {
            yield return filter with { Entries = filter.Entries.RemoveAt(i) };
        }

        for (int i = 0; i < filter.Entries.Length; i++)
        {
            foreach (FilterEntry simpler in Simpler(filter.Entries[i], topology))
            {
                yield return filter with { Entries = filter.Entries.SetItem(i, simpler) };
            }
        }

        if (!filter.Chain.IsRoot)
        {
            yield return filter with { Chain = ChainName.Root, ChainGiven = false, ChainPriority = 0 };
        }
    }

    private static IEnumerable<FilterEntry> Simpler(FilterEntry entry, Topology topology)
    {
        if (entry is ReferenceEntry reference)
        {
            // The rules of a filter without chain can as well stand where it is referenced.
            return topology.Filters.TryGetValue(reference.Filter, out FilterDefinition? target)
                && target is { Chain.IsRoot: true, Entries: [RuleEntry only] } ? [only] : [];
        }

        var rule = (RuleEntry)entry;
        List<RuleEntry> simpler = [];
        for (int i = 0; i < rule.Attributes.Length; i++)
        {
            simpler.Add(rule with { Attributes = rule.Attributes.RemoveAt(i) });
            if (rule.Attributes[i].Negated)
            {
                simpler.Add(rule with { Attributes = rule.Attributes.SetItem(i, rule.Attributes[i] with { Negated = false }) });
            }
        }

        if (rule.Direction == RuleDirection.InOut)
        {
            simpler.AddRange([rule with { Direction = RuleDirection.In }, rule with { Direction = RuleDirection.Out }]);
        }

        if (!rule.StateMatch)
        {
            simpler.Add(rule with { StateMatch = true });
        }

        if (rule.Priority != 500)
        {
            simpler.Add(rule with { Priority = 500 });
        }

        return simpler;
    }
}
