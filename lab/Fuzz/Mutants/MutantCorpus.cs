using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;

namespace Lab.Fuzz.Mutants;

/// <summary>Policies that together have every condition of every lowering in them.</summary>
/// <remarks>
/// First each attribute of the table by itself: alone and with its mask or the end of its range, in both senses, in each
/// direction; a second rule behind decides otherwise, so that the first one matters. Then generated policies, for
/// chains, jumps, lists and several ports of one shape.
/// </remarks>
internal static class MutantCorpus
{
    private static readonly SourcePosition Nowhere = new("corpus", 0, 0);

    private static readonly RuleAction[] Actions = [RuleAction.Accept, RuleAction.Drop, RuleAction.Return, RuleAction.Reject];

    /// <summary>Always the same ones, in the same order.</summary>
    public static IEnumerable<Topology> All(int seed, int generated)
    {
        int number = 0;
        foreach (ProtocolSpec protocol in ProtocolTable.All)
        {
            foreach (ImmutableArray<AttributeMatch> attributes in AttributesOf(protocol))
            {
                foreach (RuleDirection direction in DirectionsOf(protocol, attributes))
                {
                    yield return Around(new RuleEntry(Actions[number % 4], direction, 100, number / 4 % 2 == 0, protocol, attributes, Nowhere), number++);
                }
            }
        }

        foreach ((ProtocolSpec protocol, AttributeSpec attribute, string variable) in Lists())
        {
            foreach (RuleDirection direction in DirectionsOf(protocol, []))
            {
                yield return Around(new RuleEntry(Actions[number % 2], direction, 100, false, protocol, [Of(attribute, new VariableReference(variable, 0, null))], Nowhere), number++);
            }
        }

        foreach (Topology chains in Chains())
        {
            yield return chains;
        }

        CaseGenerator generator = new(seed, 1, new Coverage());
        for (int i = 0; i < generated; i++)
        {
            yield return generator.Make(i).Topology;
        }
    }

    /// <summary>The rule, and one behind it that says the opposite of all other frames of its protocol.</summary>
    private static Topology Around(RuleEntry rule, int number)
    {
        bool opens = rule.Action is RuleAction.Accept or RuleAction.Return;
        RuleEntry other = rule with { Action = opens ? RuleAction.Drop : RuleAction.Accept, Priority = 200, StateMatch = false, Attributes = [] };
        RuleEntry end = other with { Action = RuleAction.Drop, Priority = 300, Protocol = ProtocolTable.Find("mac"), Direction = RuleDirection.InOut };
        string name = $"corpus-{number}";
        FilterDefinition filter = new(name, null, ChainName.Root, false, 0,
            [.. new FilterEntry[] { rule, other }.Concat(number % 3 == 0 && rule.Protocol!.Layer == ProtocolLayer.Ethernet ? [end] : []).Select((entry, i) => entry with { Position = new(name, i + 2, 3) })],
            new(name, 1, 1));
        return On(ImmutableDictionary<string, FilterDefinition>.Empty.Add(name, filter), name, number % 2 == 0);
    }

    /// <param name="both">The last guest has the filter too; the one between stays free to speak to both.</param>
    private static Topology On(ImmutableDictionary<string, FilterDefinition> filters, string root, bool both)
    {
        FilterUse use = new(root, PolicyGenerator.Parameters);
        return new(filters, [.. Palette.Guests.Select((guest, i) => i == 0 || (i == 2 && both) ? guest with { Filter = use } : guest)]) { IpSets = Palette.IpSets };
    }

    /// <summary>Every attribute for which a list of values is at hand.</summary>
    private static IEnumerable<(ProtocolSpec Protocol, AttributeSpec Attribute, string Variable)> Lists() =>
        from protocol in ProtocolTable.All
        from attribute in protocol.Attributes
        where attribute is { Role: AttributeRole.Value, BeyondLibvirt: false } && !IsPort(attribute)
        from variable in PolicyGenerator.Variables
        where attribute.Field is { } field && variable.For.Contains(field) && variable.Name != "NET"
        select (protocol, attribute, variable.Name);

    /// <summary>A chain of each kind between two rules of the root, and a verdict of each kind in it.</summary>
    private static IEnumerable<Topology> Chains() =>
        from home in PolicyGenerator.AtHome
        from inner in Enum.GetValues<RuleAction>()
        from before in new[] { RuleAction.Accept, RuleAction.Drop, RuleAction.Return }
        from behind in new[] { RuleAction.Accept, RuleAction.Drop }
        select Chain(home.Key, ProtocolTable.Find(home.Value[0])!, inner, before, behind);

    /// <summary>Each rule asks for something else, so that a frame can meet any two of them and show which one came first.</summary>
    private static Topology Chain(string chain, ProtocolSpec protocol, RuleAction inner, RuleAction before, RuleAction behind)
    {
        string name = $"corpus-{chain}-{inner}-{before}-{behind}".ToLowerInvariant();
        ProtocolSpec any = ProtocolTable.Find("mac")!;
        (string inside, UInt128 value) = chain == "stp" ? ("root-cost", 1) : ("srcmacaddr", Palette.Guests[0].Mac.Bits); // no address of a BPDU in both directions
        RuleEntry Rule(RuleAction action, int priority, ProtocolSpec of, params (string Name, UInt128 Value)[] attributes) => new(
            action, RuleDirection.InOut, priority, true, of, [.. attributes.Select(a => Of(of.Find(a.Name)!, new NumberValue(a.Value)))], Nowhere);
        FilterDefinition Filter(string of, ChainName at, int priority, params FilterEntry[] entries) => new(
            of, null, at, !at.IsRoot, priority, [.. entries.Select((entry, i) => entry with { Position = new(of, i + 2, 3) })], new(of, 1, 1));
        FilterDefinition sub = Filter($"{name}-sub", ChainName.TryParse(chain, out ChainName parsed) ? parsed : default, -300,
            Rule(inner, 100, protocol, (inside, value)),
            Rule(inner == RuleAction.Drop ? RuleAction.Accept : RuleAction.Drop, 200, protocol, chain == "stp" ? ("root-cost", 19) : ("dstmacaddr", Palette.Guests[1].Mac.Bits)));
        FilterDefinition root = Filter(name, ChainName.Root, 0,
            Rule(before, -400, any, ("dstmacaddr", Palette.Guests[2].Mac.Bits)), new ReferenceEntry(sub.Name, ParameterSet.Empty, Nowhere),
            Rule(behind, 100, any, ("dstmacaddr", Palette.Guests[1].Mac.Bits)), Rule(behind == RuleAction.Drop ? RuleAction.Accept : RuleAction.Drop, 200, any));
        return On(ImmutableDictionary<string, FilterDefinition>.Empty.Add(name, root).Add(sub.Name, sub), name, both: false);
    }

    private static IEnumerable<RuleDirection> DirectionsOf(ProtocolSpec protocol, ImmutableArray<AttributeMatch> attributes) =>
        protocol.Layer != ProtocolLayer.Ethernet || (protocol.Name == "stp" && attributes.Any(a => a.Attribute.Field == Engine.Programs.Field.EthernetSource))
            ? [RuleDirection.In, RuleDirection.Out, RuleDirection.InOut] : [RuleDirection.InOut];

    private static IEnumerable<ImmutableArray<AttributeMatch>> AttributesOf(ProtocolSpec protocol)
    {
        yield return [];
        foreach (AttributeSpec start in protocol.Attributes.Where(AttributeGenerator.MakesACondition))
        {
            foreach (AttributeValue value in ValuesOf(protocol, start))
            {
                ImmutableArray<AttributeMatch> alone = [.. Needed(protocol, start), Of(start, value)];
                foreach (ImmutableArray<AttributeMatch> attributes in protocol.Attributes.Where(other => AttributeGenerator.IsCompanion(start, other))
                    .SelectMany(companion => CompanionsOf(companion).Select(other => alone.Add(Of(companion, other)))).Prepend(alone))
                {
                    ImmutableArray<AttributeMatch> ordered = [.. protocol.Attributes.SelectMany(spec => attributes.Where(a => a.Attribute == spec))];
                    yield return ordered;
                    yield return [.. ordered.Select(a => a.Attribute == start ? a with { Negated = true } : a)];
                }
            }
        }
    }

    private static bool IsPort(AttributeSpec attribute) =>
        attribute.Field is Engine.Programs.Field.TransportSourcePort or Engine.Programs.Field.TransportDestinationPort;

    private static AttributeMatch Of(AttributeSpec attribute, AttributeValue value) => new(attribute, value, false, Nowhere);

    /// <summary>Ports ask for a literal protocol, ICMPv6 types for theirs (nwfilter.md section 2.9), a set for what to look up.</summary>
    private static IEnumerable<AttributeMatch> Needed(ProtocolSpec protocol, AttributeSpec start) =>
        start.Role == AttributeRole.IpSet ? [Of(protocol.Find("ipsetflags")!, new TextValue("src"))]
        : protocol.Layer != ProtocolLayer.Ethernet || protocol.Find("protocol") is not { } number ? []
        : IsPort(start) ? [Of(number, new NumberValue(6))]
        : start.Role == AttributeRole.IcmpType ? [Of(number, new NumberValue(58))]
        : [];

    private static IEnumerable<AttributeValue> ValuesOf(ProtocolSpec protocol, AttributeSpec attribute) => attribute.Role switch
    {
        AttributeRole.State => AttributeGenerator.States.Select(state => new TextValue(state)),
        AttributeRole.Gratuitous => [new NumberValue(1)],
        AttributeRole.Comment => [new TextValue("plain")],
        AttributeRole.IpSet => [new TextValue(Palette.IpSetFor(protocol).Name)],
        AttributeRole.ConnectionLimit => [new NumberValue(1)],
        AttributeRole.TcpOption => [new NumberValue(2)],
        _ when attribute.Type == AttributeType.TcpFlags => AttributeGenerator.Flags.Select(flags => new TextValue(flags)),
        AttributeRole.IcmpType => [new NumberValue(protocol.Name == "icmp" ? (UInt128)8 : 128)], // an echo, which opens a connection
        _ when attribute.Type == AttributeType.Mac => [new NumberValue(Palette.Guests[0].Mac.Bits)], // no bridge takes a group for a source
        _ when attribute.Field is { } field => [new NumberValue(Legal(attribute, Palette.Of(field))[1])],
        _ => [new NumberValue(3)],
    };

    /// <summary>The ends of ranges lie above what <see cref="ValuesOf"/> begins them with.</summary>
    private static IEnumerable<AttributeValue> CompanionsOf(AttributeSpec attribute) => attribute switch
    {
        { Role: AttributeRole.Mask } => Palette.Masks(attribute.Type).Where((_, i) => i % 2 == 1).Select(mask => new NumberValue(mask)),
        { Role: AttributeRole.RangeEnd, Field: { } field } => [new NumberValue(Legal(attribute, Palette.Of(field))[3])],
        { Role: AttributeRole.IcmpTypeEnd } => [new NumberValue(133)],
        { Role: AttributeRole.IcmpCode } => [new NumberValue(1)],
        _ => [new NumberValue(8)],
    };

    private static UInt128[] Legal(AttributeSpec attribute, ImmutableArray<UInt128> values) =>
        [.. values.Where(value => attribute.Maximum == 0 || (value >= attribute.Minimum && value <= attribute.Maximum)).Order()];
}
