using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Lab.Engine.Diagnostics;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>The chains and sets that ports share whose programs have one shape.</summary>
/// <remarks>
/// A value that is the same for all of them stands in the rule; one that differs is looked up in a set by port and
/// value. <code>
///   one port:    ether saddr == 52:54:00:00:00:01 return
///   several:     iifname . ether saddr @c1f…-k0 return      c1f…-k0 = { "tap0" . 52:54:00:00:00:01, "tap1" . … }
/// </code>
/// A class is named after what its chains say, so two classes of one name have the same chains, whenever and wherever
/// they were made: what a change leaves alone is found by name.
/// </remarks>
internal sealed class PortClass
{
    private const int NameLength = 8; // bytes of a digest: thousands of millions of classes would have to meet before two share a name

    private readonly ImmutableArray<GroupLayout> _layout;
    private readonly List<Diagnostic> _refusals = [];
    private SetKey[]? _setKeys;
    private (StageKind Kind, string Chain)[]? _roots;

    /// <param name="ports">Of which the layout is made: what differs among them is looked up.</param>
    public PortClass(ProgramShape shape, ImmutableArray<ShapedPort> ports)
    {
        Shape = shape;
        RuleShape[] groups = [.. shape.Chains.SelectMany(chain => chain.Groups)];
        _layout = [.. groups.Select((rule, g) => GroupLayout.Of(rule, ports, g))];
        Name = "c";
        NftText.Writer draft = new();
        draft.Table(new(NftFamily.Bridge, BridgeRuleset.TableName, [.. Sets([])], [.. MakeChains(ports)]));
        Name = $"c{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(draft.Text.ToString())).AsSpan(0, NameLength))}";
        (_setKeys, _roots) = (null, null);
        _refusals.Clear();
        Chains = [.. MakeChains(ports)];
    }

    /// <summary>The beginning of the names of its chains and sets.</summary>
    public string Name { get; }

    public ProgramShape Shape { get; }

    /// <summary>The chains, jumped-to ones before those that jump.</summary>
    public ImmutableArray<NftChain> Chains { get; }

    /// <summary>What nft has no words for; then the class must not be loaded.</summary>
    public IEnumerable<Diagnostic> Refusals => _refusals;

    /// <summary>The sets with what these ports have in them.</summary>
    public IEnumerable<NftSet> Sets(IReadOnlyCollection<ShapedPort> ports) => SetKeys().Select(set => new NftSet(
        set.Name, set.Key, NftSetKind.Set, [.. ports.SelectMany(port => Elements(port.Device, port.Values, set))]));

    /// <summary>Whether the same chains serve these ports too.</summary>
    /// <param name="come">Of the ports, those that the class was not made for or has not served before.</param>
    public bool Serves(ImmutableArray<ShapedPort> ports, IEnumerable<PortValues> come)
    {
        bool fit = come.All(values => _layout.Select((layout, group) => layout.Fits(values, group)).All(fits => fits));
        return fit && _layout.Select((layout, group) => layout.Differs(ports, group)).All(differs => differs);
    }

    /// <summary>Root chains by stage, where ports enter.</summary>
    public IReadOnlyList<(StageKind Kind, string Chain)> Roots =>
        _roots ??= [.. Shape.Chains.Where(chain => chain.Index == 0).Select(chain => (chain.Kind, NameOf(chain)))];

    private List<NftChain> MakeChains(ImmutableArray<ShapedPort> ports)
    {
        int group = 0;
        List<NftChain> chains = [];
        foreach (ChainShape chain in Shape.Chains)
        {
            List<NftRule> rules = [];
            foreach (RuleShape rule in chain.Groups)
            {
                rules.AddRange(Rules(chain, rule, group++, ports));
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

    /// <summary>What the rules of the chains stand for in the program of one of the ports.</summary>
    public IEnumerable<KeyValuePair<RulePlace, RuleSpan>> SpansOf(FilterProgram program, PortValues values)
    {
        int group = 0;
        foreach (ChainShape shape in Shape.Chains)
        {
            string name = NameOf(shape);
            Chain chain = shape.Kind.Of(program)!.Chains[shape.Index];
            ILookup<int?, int> positions = Chains.Single(made => made.Name == name).Rules.Index().ToLookup(rule => rule.Item.Group, rule => rule.Index);
            for (int first = 0; first < chain.Rules.Length; group++)
            {
                RuleSpan span = new(chain, first, values.Groups[group].Tuples.Length);
                foreach (int position in positions[group])
                {
                    yield return new(new(name, position), span);
                }

                first += span.Count;
            }
        }
    }

    private string NameOf(ChainShape chain) => $"{Name}-{chain.Kind.Name}-{Spelled(chain.Name)}";

    private IEnumerable<NftRule> Rules(
        ChainShape chain, RuleShape rule, int group, ImmutableArray<ShapedPort> ports)
    {
        try
        {
            ImmutableArray<NftStatement> end = [new NftCounter(), .. Verdict(chain, rule.Verdict)];
            ImmutableArray<NftStatement> lookups = [.. Lookups(chain, rule, group)];
            return [.. NftConditions.Lower(_layout[group].Fixed, chain.Kind).Select(way =>
                new NftRule([.. way, .. lookups.Where(test => !way.Contains(test)), .. end], rule.Origin) { Group = group })];
        }
        catch (InexpressibleException inexpressible)
        {
            _refusals.Add(DiagnosticTable.Inexpressible.At(
                rule.Origin.Position, inexpressible.Message, $"filter {rule.Origin.Filter} on {string.Join(", ", ports.Select(port => port.Device))}"));
            return [];
        }
    }

    /// <summary>Tests for values that differ: those of positive comparisons together, those of negated ones each alone.</summary>
    private IEnumerable<NftStatement> Lookups(ChainShape chain, RuleShape rule, int group)
    {
        GroupLayout layout = _layout[group];
        IEnumerable<NftStatement> present = layout.Keyed.SelectMany(i => NftConditions.Presence(((FieldEquals)rule.Conditions[i]).Field));
        IEnumerable<NftStatement> lookups = SetKeysOf(chain.Kind, rule, group)
            .Select(set => new NftLookup(set.Key, set.Name, rule.IsNegated(rule.Holes[set.Positions[0]])));
        return present.Distinct().Concat(lookups);
    }

    private IEnumerable<NftStatement> Verdict(ChainShape chain, Verdict verdict) => verdict.Kind switch
    {
        VerdictKind.Accept => [NftVerdict.Accept],
        VerdictKind.Return => [NftVerdict.Return],
        VerdictKind.Continue => [NftVerdict.Continue],
        VerdictKind.Jump => [NftVerdict.Jump(NameOf(Shape.Chains.Single(c => c.Kind == chain.Kind && c.Index == verdict.Target)))],
        VerdictKind.Reject when chain.Kind.FromHost => throw new InexpressibleException(
            "what the host sends or routes to a guest can be dropped but not rejected, since the IP hooks are past when its port is known"),
        VerdictKind.Reject when chain.Kind is { Type: not null, Tracked: true } => [StateMark.Set(StateMark.Reject), NftVerdict.Accept],
        _ => [NftVerdict.Drop], // reject too: layer 2 has nobody to answer (nwfilter.md section 4.2), nor has a port on no bridge
    };

    private IEnumerable<SetKey> SetKeys()
    {
        int group = 0;
        return _setKeys ??= [.. Shape.Chains.SelectMany(chain => chain.Groups.SelectMany(rule => SetKeysOf(chain.Kind, rule, group++)))];
    }

    private IEnumerable<SetKey> SetKeysOf(StageKind kind, RuleShape rule, int group)
    {
        ImmutableArray<int> keyed = _layout[group].KeyedHoles;
        bool Negated(int hole) => rule.IsNegated(rule.Holes[hole]);
        ImmutableArray<int>[] sets = [[.. keyed.Where(hole => !Negated(hole))], .. keyed.Where(Negated).Select(hole => ImmutableArray.Create(hole))];
        return sets.Where(holes => holes.Length > 0).Select((holes, n) => new SetKey(
            $"{Name}-k{group}-{n}", group, holes,
            [kind.Device, .. holes.Select(hole => NftFields.Of(((FieldEquals)rule.Conditions[rule.Holes[hole]]).Field))]));
    }

    private static IEnumerable<NftElement> Elements(InterfaceName port, PortValues values, SetKey set)
    {
        ImmutableArray<ImmutableArray<ValueSource>> tuples = values.Groups[set.Group].Tuples;
        return tuples.Length == 1
            ? [Element(port, values, set, tuples[0])]
            : tuples.Select(tuple => Element(port, values, set, tuple)).DistinctBy(element => string.Join(' ', element.Values));
    }

    private static NftElement Element(InterfaceName port, PortValues values, SetKey set, ImmutableArray<ValueSource> tuple)
    {
        UInt128[] key = new UInt128[set.Positions.Length];
        for (int i = 0; i < key.Length; i++)
        {
            key[i] = values.Of(tuple[set.Positions[i]]);
        }

        return new(port, System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(key));
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
    /// <param name="Constants">For each hole the value that all ports have there; null for one that is looked up.</param>
    private sealed record GroupLayout(
        ImmutableArray<Condition> Fixed, ImmutableArray<int> Keyed, ImmutableArray<int> KeyedHoles, ImmutableArray<UInt128?> Constants)
    {
        public static GroupLayout Of(RuleShape rule, ImmutableArray<ShapedPort> ports, int group)
        {
            Condition[] conditions = [.. rule.Conditions];
            ImmutableArray<UInt128?> constants = [.. rule.Holes.Select((_, hole) => Constant(ports, group, hole))];
            ImmutableArray<int> keyed = [.. Enumerable.Range(0, constants.Length).Where(hole => constants[hole] is null)];
            for (int hole = 0; hole < constants.Length; hole++)
            {
                if (constants[hole] is { } value)
                {
                    conditions[rule.Holes[hole]] = ((FieldEquals)conditions[rule.Holes[hole]]) with { Value = value };
                }
            }

            return new(
                [.. conditions.Where((_, i) => !keyed.Any(hole => rule.Holes[hole] == i))],
                [.. keyed.Select(hole => rule.Holes[hole])],
                keyed,
                constants);
        }

        /// <summary>A port has the values that stand in the rule.</summary>
        public bool Fits(PortValues values, int group) => values.Groups[group].Tuples.All(tuple =>
            Constants.Zip(tuple).All(hole => hole.First is null || hole.First == values.Of(hole.Second)));

        /// <summary>What is looked up has not become the same for all ports.</summary>
        public bool Differs(ImmutableArray<ShapedPort> ports, int group) =>
            KeyedHoles.All(hole => Constant(ports, group, hole) is null);

        /// <summary>The value that all ports have there, or null.</summary>
        private static UInt128? Constant(ImmutableArray<ShapedPort> ports, int group, int hole)
        {
            UInt128? constant = null;
            foreach ((_, PortValues values) in ports)
            {
                foreach (ImmutableArray<ValueSource> tuple in values.Groups[group].Tuples)
                {
                    UInt128 value = values.Of(tuple[hole]);
                    if ((constant ??= value) != value)
                    {
                        return null;
                    }
                }
            }

            return constant;
        }
    }
}

/// <summary>A class and the ports that it serves now.</summary>
internal sealed record PortGroup(PortClass Class, ImmutableArray<ShapedPort> Ports)
{
    public static PortGroup Of(ProgramShape shape, ImmutableArray<ShapedPort> ports) => new(new(shape, ports), ports);

    /// <summary>The group that ports have left and others have joined; its class is another one where what differs between ports has changed.</summary>
    public PortGroup With(IReadOnlySet<InterfaceName> gone, ImmutableArray<ShapedPort> come)
    {
        ImmutableArray<ShapedPort> ports = Ports.RemoveAll(port => gone.Contains(port.Device)).AddRange(come);
        return Class.Serves(ports, come.Select(port => port.Values)) ? new(Class, ports) : Of(Class.Shape, ports);
    }
}
