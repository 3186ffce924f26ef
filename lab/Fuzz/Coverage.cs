using System.Collections.Immutable;
using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;

namespace Lab.Fuzz;

/// <summary>What has been tried: attributes in both senses and every direction, conditions at the inside and outside of their boundary.</summary>
internal sealed class Coverage
{
    private readonly Dictionary<(string Protocol, string Attribute, bool Negated, RuleDirection Direction), long> _attributes = [];
    private readonly Dictionary<(string Condition, bool Inside, bool ToGuest), long> _boundaries = [];
    private readonly SortedDictionary<string, Reach> _parties = new(StringComparer.Ordinal);
    private Reach _case = new([], []);

    /// <summary>What one case has in it, or all that a party has taken.</summary>
    private sealed record Reach(
        HashSet<(string Protocol, string Attribute, bool Negated, RuleDirection Direction)> Attributes,
        HashSet<(string Condition, bool Inside, bool ToGuest)> Boundaries);

    /// <summary>Attributes of the table, times two senses, times three directions.</summary>
    public static int AllAttributes { get; } = 6 * ProtocolTable.All.Sum(protocol => protocol.Attributes.Count(attribute => !attribute.BeyondLibvirt));

    public int Attributes => _attributes.Count;

    public IEnumerable<((string Condition, bool Inside, bool ToGuest) Boundary, long Count)> Boundaries =>
        _boundaries.Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Key.Condition, StringComparer.Ordinal);

    /// <summary>Protocol elements and attributes that no policy has used in either sense or any direction.</summary>
    public IEnumerable<string> Untried() =>
        from protocol in ProtocolTable.All
        from attribute in protocol.Attributes
        where !attribute.BeyondLibvirt && !_attributes.Keys.Any(key => key.Protocol == protocol.Name && key.Attribute == attribute.Name)
        select $"{protocol.Name} {attribute.Name}";

    /// <summary>Parties that took a case, with the attributes (of <see cref="AllAttributes"/>) that it had in it.</summary>
    public IEnumerable<(string Party, int Attributes)> Parties => _parties.Select(party => (party.Key, party.Value.Attributes.Count));

    /// <summary>Of the two sides of a condition's boundary, in two directions: how many a party has met.</summary>
    public int Sides(string party, string condition) => _parties[party].Boundaries.Count(boundary => boundary.Condition == condition);

    /// <summary>A party, that is a lowering of it, has not abstained from the case that was counted last.</summary>
    public void TakenBy(string party)
    {
        if (!_parties.TryGetValue(party, out Reach? reach))
        {
            _parties[party] = reach = new([], []);
        }

        reach.Attributes.UnionWith(_case.Attributes);
        reach.Boundaries.UnionWith(_case.Boundaries);
    }

    /// <summary>Begins a case.</summary>
    public void Count(Policy policy)
    {
        _case = new([], []);
        foreach (RuleEntry rule in policy.Filters.Values.SelectMany(filter => filter.Entries).OfType<RuleEntry>())
        {
            foreach (AttributeMatch attribute in rule.Attributes)
            {
                Add(_attributes, (rule.Protocol!.Name, attribute.Attribute.Name, attribute.Negated, rule.Direction));
                _case.Attributes.Add((rule.Protocol.Name, attribute.Attribute.Name, attribute.Negated, rule.Direction));
            }
        }
    }

    public void Count(Condition condition, bool inside, bool toGuest)
    {
        Add(_boundaries, (NameOf(condition), inside, toGuest));
        _case.Boundaries.Add((NameOf(condition), inside, toGuest));
    }

    public static string NameOf(Condition condition) => condition switch
    {
        FieldEquals equals => $"{FieldTable.Of(equals.Field).Name} {(equals.Mask == FieldTable.Of(equals.Field).AllOnes ? "value" : "mask")}",
        FieldInRange range => $"{FieldTable.Of(range.Field).Name} range",
        _ => condition.GetType().Name,
    };

    private static void Add<T>(Dictionary<T, long> counts, T key) where T : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;
}
