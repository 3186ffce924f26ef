using System.Collections.Immutable;
using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;

namespace Lab.Fuzz;

/// <summary>What has been tried: attributes in both senses and every direction, conditions at the inside and outside of their boundary.</summary>
internal sealed class Coverage
{
    private readonly Dictionary<(string Protocol, string Attribute, bool Negated, RuleDirection Direction), long> _attributes = [];
    private readonly Dictionary<(string Condition, bool Inside, bool ToGuest), long> _boundaries = [];

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

    public void Count(Policy policy)
    {
        foreach (RuleEntry rule in policy.Filters.Values.SelectMany(filter => filter.Entries).OfType<RuleEntry>())
        {
            foreach (AttributeMatch attribute in rule.Attributes)
            {
                Add(_attributes, (rule.Protocol!.Name, attribute.Attribute.Name, attribute.Negated, rule.Direction));
            }
        }
    }

    public void Count(Condition condition, bool inside, bool toGuest) => Add(_boundaries, (NameOf(condition), inside, toGuest));

    public static string NameOf(Condition condition) => condition switch
    {
        FieldEquals equals => $"{FieldTable.Of(equals.Field).Name} {(equals.Mask == FieldTable.Of(equals.Field).AllOnes ? "value" : "mask")}",
        FieldInRange range => $"{FieldTable.Of(range.Field).Name} range",
        _ => condition.GetType().Name,
    };

    private static void Add<T>(Dictionary<T, long> counts, T key) where T : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;
}
