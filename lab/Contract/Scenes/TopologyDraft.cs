using System.Collections.Immutable;
using Lab.Contract.Bindings;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;

namespace Lab.Contract.Scenes;

/// <summary>The world of a scenario while its <c>Given</c> steps put it together.</summary>
/// <param name="library">The filters that every scenario may name; its own come on top.</param>
public sealed class TopologyDraft(ImmutableDictionary<string, FilterDefinition> library)
{
    private readonly List<GuestDraft> _guests = [];
    private ImmutableDictionary<string, FilterDefinition> _filters = library;

    public IReadOnlyList<GuestDraft> Guests => _guests;

    public ImmutableDictionary<string, FilterDefinition> Filters => _filters;

    /// <summary>Null while the world is one bridge.</summary>
    public HostSpec? Host { get; set; }

    public LanSpec Lan { get; set; } = new(Reflective: false);

    public ImmutableArray<AddressSet> IpSets { get; set; } = [];

    public Meaning Meaning { get; set; }

    /// <exception cref="ScenarioMistakeException">The name or the MAC is taken.</exception>
    public void Add(GuestDraft guest)
    {
        if (_guests.Find(other => other.Name == guest.Name || other.Mac == guest.Mac) is { } other)
        {
            string clash = other.Name == guest.Name ? $"there is a guest called {guest.Name} already"
                : $"{other.Name} has the MAC address {guest.Mac} already";
            throw new ScenarioMistakeException(clash);
        }

        _guests.Add(guest);
    }

    /// <summary>Puts another description in the place of the guest of the same name.</summary>
    public void Replace(GuestDraft guest) => _guests[_guests.FindIndex(other => other.Name == guest.Name)] = guest;

    /// <summary>Adds a filter, or redefines one.</summary>
    public void Define(FilterDefinition filter) => _filters = _filters.SetItem(filter.Name, filter);

    /// <exception cref="ScenarioMistakeException">No guest is called so.</exception>
    public GuestDraft Find(GuestName name) => _guests.Find(guest => guest.Name == name)
        ?? throw new ScenarioMistakeException($"no guest is called {name}; there is {Listing.Of(_guests.Select(guest => guest.Name))}");

    /// <exception cref="ScenarioMistakeException">A guest uses a filter that is not defined.</exception>
    public Topology ToTopology()
    {
        foreach (GuestDraft guest in _guests)
        {
            if (guest.Filter is { } use && !_filters.ContainsKey(use.Filter))
            {
                throw new ScenarioMistakeException(
                    $"{guest.Name} is bound to {use.Filter}, which is not defined; there is {Listing.Of(_filters.Keys.Order(StringComparer.Ordinal))}");
            }
        }

        return new(_filters, [.. _guests.Select(ToGuest)]) { Host = Host, Lan = Lan, IpSets = IpSets, Meaning = Meaning };
    }

    private Guest ToGuest(GuestDraft guest)
    {
        if (Host is not null && guest.At is null)
        {
            throw new ScenarioMistakeException($"{guest.Name} is plugged in nowhere; say on which network, device or LAN");
        }

        return new(guest.Name, guest.Mac, guest.Filter) { At = guest.At, Addresses = guest.Ipv4, Ipv6Addresses = guest.Ipv6 };
    }
}
