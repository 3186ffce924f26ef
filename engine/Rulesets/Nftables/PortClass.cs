using System.Collections.Immutable;
using System.Text;
using Lab.Engine.Diagnostics;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>Ports whose programs have one shape, and the chains and sets that they share.</summary>
/// <remarks>
/// A value that is the same for all of them stands in the rule; one that differs is looked up in a set by port and
/// value. <code>
///   one port:    ether saddr == 52:54:00:00:00:01 return
///   several:     iifname . ether saddr @c1-k0 return        c1-k0 = { "tap0" . 52:54:00:00:00:01, "tap1" . … }
/// </code></remarks>
internal sealed class PortClass
{
    private readonly Dictionary<InterfaceName, ImmutableArray<PortValues>> _ports = [];
    private readonly ImmutableArray<GroupLayout> _layout;
    private SetKey[]? _setKeys;
    private (StageKind Kind, string Chain)[]? _roots;

    /// <param name="number">Names its chains and sets; never used again for another class.</param>
    /// <param name="ports">Of which the layout is made: what differs among them is looked up.</param>
    public PortClass(int number, ProgramShape shape, IEnumerable<KeyValuePair<InterfaceName, ImmutableArray<PortValues>>> ports)
    {
        (Number, Shape) = (number, shape);
        foreach ((InterfaceName port, ImmutableArray<PortValues> values) in ports)
        {
            _ports.Add(port, values);
        }

        _layout = Layout();
    }

    public int Number { get; }

    public ProgramShape Shape { get; }

    public IReadOnlyDictionary<InterfaceName, ImmutableArray<PortValues>> Ports => _ports;

    /// <summary>Whether the chains as they are serve a port with these values too.</summary>
    public bool Fits(ImmutableArray<PortValues> values)
    {
        for (int g = 0; g < _layout.Length; g++)
        {
            if (!_layout[g].Fits(values[g]))
            {
                return false;
            }
        }

        return true;
    }

    public void Add(InterfaceName port, ImmutableArray<PortValues> values) => _ports.Add(port, values);

    public void Remove(InterfaceName port) => _ports.Remove(port);

    public IEnumerable<NftSet> Sets(bool withElements) =>
        SetKeys().Select(set => new NftSet(set.Name, set.Key, NftSetKind.Set, withElements ? [.. _ports.Keys.SelectMany(port => Elements(port, set))] : []));

    /// <summary>What one port has in the sets: to be added with it and deleted with it.</summary>
    public IEnumerable<(string Set, ImmutableArray<NftElement> Elements)> ElementsOf(InterfaceName port) =>
        SetKeys().Select(set => (set.Name, Elements(port, set).ToImmutableArray()));

    /// <summary>Root chains by stage, where ports enter.</summary>
    public IReadOnlyList<(StageKind Kind, string Chain)> Roots =>
        _roots ??= [.. Shape.Chains.Where(chain => chain.Index == 0).Select(chain => (chain.Kind, NameOf(chain)))];

    public IEnumerable<string> ChainNames => Shape.Chains.Select(NameOf);

    /// <summary>The chains, jumped-to ones before those that jump.</summary>
    public IEnumerable<NftChain> Chains(List<Diagnostic> refusals)
    {
        int group = 0;
        List<NftChain> chains = [];
        foreach (ChainShape chain in Shape.Chains)
        {
            List<NftRule> rules = [];
            foreach (RuleShape rule in chain.Groups)
            {
                rules.AddRange(Rules(chain, rule, group++, refusals));
            }

            if (chain.End == ChainEnd.Accept)
            {
                rules.Add(new([new NftCounter(), NftVerdict.Accept], null));
            }

            chains.Add(new(NameOf(chain), null, [.. rules]));
        }

        chains.Reverse();
        return chains;
    }

    private string NameOf(ChainShape chain) => $"c{Number}-{chain.Kind.Name}-{Spelled(chain.Name)}";

    private IEnumerable<NftRule> Rules(ChainShape chain, RuleShape rule, int group, List<Diagnostic> refusals)
    {
        try
        {
            ImmutableArray<NftStatement> end = [new NftCounter(), .. Verdict(chain, rule.Verdict)];
            ImmutableArray<NftStatement> lookups = [.. Lookups(chain, rule, group)];
            return [.. NftConditions.Lower(_layout[group].Fixed, chain.Kind).Select(way =>
                new NftRule([.. way, .. lookups.Where(test => !way.Contains(test)), .. end], rule.Origin))];
        }
        catch (InexpressibleException inexpressible)
        {
            refusals.Add(DiagnosticTable.Inexpressible.At(
                rule.Origin.Position, inexpressible.Message, $"filter {rule.Origin.Filter} on {string.Join(", ", _ports.Keys)}"));
            return [];
        }
    }

    /// <summary>Tests for values that differ: those of positive comparisons together, those of negated ones each alone.</summary>
    private IEnumerable<NftStatement> Lookups(ChainShape chain, RuleShape rule, int group)
    {
        GroupLayout layout = _layout[group];
        IEnumerable<NftStatement> present = layout.Keyed.SelectMany(i => NftConditions.Presence(((FieldEquals)rule.Conditions[i]).Field));
        IEnumerable<NftStatement> lookups = SetKeysOf(chain.Kind, rule, group)
            .Select(set => new NftLookup(set.Key, set.Name, ((FieldEquals)rule.Conditions[rule.Holes[set.Positions[0]]]).Negated));
        return present.Distinct().Concat(lookups);
    }

    private IEnumerable<NftStatement> Verdict(ChainShape chain, Verdict verdict) => verdict.Kind switch
    {
        VerdictKind.Accept => [NftVerdict.Accept],
        VerdictKind.Return => [NftVerdict.Return],
        VerdictKind.Continue => [NftVerdict.Continue],
        VerdictKind.Jump => [NftVerdict.Jump(NameOf(Shape.Chains.Single(c => c.Kind == chain.Kind && c.Index == verdict.Target)))],
        VerdictKind.Reject when chain.Kind is { Type: not null, Tracked: true } => [StateMark.Set(StateMark.Reject), NftVerdict.Accept],
        _ => [NftVerdict.Drop], // reject too: layer 2 has nobody to answer (nwfilter.md section 4.2), nor has a port on no bridge
    };

    private ImmutableArray<GroupLayout> Layout()
    {
        RuleShape[] groups = [.. Shape.Chains.SelectMany(chain => chain.Groups)];
        return [.. groups.Select((rule, g) => GroupLayout.Of(rule, _ports.Values.SelectMany(values => values[g].Tuples)))];
    }

    private IEnumerable<SetKey> SetKeys()
    {
        int group = 0;
        return _setKeys ??= [.. Shape.Chains.SelectMany(chain => chain.Groups.SelectMany(rule => SetKeysOf(chain.Kind, rule, group++)))];
    }

    private IEnumerable<SetKey> SetKeysOf(StageKind kind, RuleShape rule, int group)
    {
        ImmutableArray<int> keyed = _layout[group].KeyedHoles;
        bool Negated(int hole) => ((FieldEquals)rule.Conditions[rule.Holes[hole]]).Negated;
        ImmutableArray<int>[] sets = [[.. keyed.Where(hole => !Negated(hole))], .. keyed.Where(Negated).Select(hole => ImmutableArray.Create(hole))];
        return sets.Where(holes => holes.Length > 0).Select((holes, n) => new SetKey(
            $"c{Number}-k{group}-{n}", group, holes,
            [kind.Device, .. holes.Select(hole => NftFields.Of(((FieldEquals)rule.Conditions[rule.Holes[hole]]).Field))]));
    }

    private IEnumerable<NftElement> Elements(InterfaceName port, SetKey set)
    {
        ImmutableArray<ImmutableArray<UInt128>> tuples = _ports[port][set.Group].Tuples;
        NftInterface device = new(port);
        IEnumerable<NftElement> elements = tuples.Select(tuple =>
            new NftElement(set.Key, [device, .. set.Positions.Select(hole => new NftNumber(tuple[hole]))]));
        return tuples.Length == 1 ? elements : elements.DistinctBy(NftText.Element);
    }

    /// <summary>A name as nft takes it for a chain: letters, digits, '-', '.'; other bytes as _XX, '_' included.</summary>
    private static string Spelled(string name)
    {
        StringBuilder spelled = new();
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            _ = char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.'
                ? spelled.Append((char)b)
                : spelled.Append('_').Append(b.ToString("x2"));
        }

        return spelled.ToString();
    }

    /// <param name="Positions">The holes that make up the key, by their place in the tuple.</param>
    private sealed record SetKey(string Name, int Group, ImmutableArray<int> Positions, ImmutableArray<NftKey> Key);

    /// <summary>Which holes of a group stand in the rule with one value, and which are looked up.</summary>
    /// <param name="Fixed">The conditions that stand in the rule, in order.</param>
    /// <param name="Keyed">The conditions that are looked up, by index.</param>
    /// <param name="KeyedHoles">The same, by their place in the tuple.</param>
    private sealed record GroupLayout(
        ImmutableArray<Condition> Fixed, ImmutableArray<int> Keyed, ImmutableArray<int> KeyedHoles, ImmutableArray<UInt128?> Constants)
    {
        public static GroupLayout Of(RuleShape rule, IEnumerable<ImmutableArray<UInt128>> tuples)
        {
            UInt128?[]? constants = null;
            foreach (ImmutableArray<UInt128> tuple in rule.Holes.IsEmpty ? [] : tuples)
            {
                constants ??= [.. tuple.Select(value => (UInt128?)value)];
                for (int hole = 0; hole < constants.Length; hole++)
                {
                    constants[hole] = constants[hole] == tuple[hole] ? constants[hole] : null;
                }
            }

            constants ??= [];
            Condition[] conditions = [.. rule.Conditions];
            for (int hole = 0; hole < constants.Length; hole++)
            {
                if (constants[hole] is { } value)
                {
                    conditions[rule.Holes[hole]] = ((FieldEquals)conditions[rule.Holes[hole]]) with { Value = value };
                }
            }

            ImmutableArray<int> keyed = [.. Enumerable.Range(0, constants.Length).Where(hole => constants[hole] is null)];
            return new(
                [.. conditions.Where((_, i) => !keyed.Any(hole => rule.Holes[hole] == i))],
                [.. keyed.Select(hole => rule.Holes[hole])],
                keyed,
                [.. constants]);
        }

        public bool Fits(PortValues values) =>
            values.Tuples.All(tuple => Constants.Zip(tuple).All(pair => pair.First is null || pair.First == pair.Second));
    }
}
