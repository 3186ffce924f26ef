using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;

namespace Lab.Fuzz;

/// <summary>A tree of filters and the binding that uses it.</summary>
internal sealed record Policy(ImmutableDictionary<string, FilterDefinition> Filters, FilterUse Use);

/// <summary>Makes policies that look like the ones that nobody writes tests for.</summary>
/// <remarks>
/// It avoids what libvirt refuses at instantiation (that is what fixtures/invalid is for) and what is unspecified
/// there: two chains of one priority (nwfilter.md, quirk 10).
/// </remarks>
internal sealed class PolicyGenerator(Random random)
{
    private const string Root = "fuzz";

    private static readonly int[] RulePriorities = [-1000, -800, -700, -600, -500, -400, -1, 0, 100, 499, 500, 500, 500, 501, 1000];
    private static readonly int[] ChainPriorities = [-1000, -810, -700, -500, -499, 0, 100, 500, 1000];

    private static readonly ImmutableArray<ProtocolSpec> Ethernet =
        [.. ProtocolTable.All.Where(protocol => protocol.Layer == ProtocolLayer.Ethernet)];

    private static readonly ImmutableArray<ProtocolSpec> Stateful =
        [.. ProtocolTable.All.Where(protocol => protocol.Layer != ProtocolLayer.Ethernet)];

    /// <summary>What a chain lets in, so that most of its rules can match something.</summary>
    public static readonly ImmutableDictionary<string, string[]> AtHome = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["ipv4"] = ["ip"],
        ["ipv6"] = ["ipv6"],
        ["arp"] = ["arp"],
        ["rarp"] = ["rarp"],
        ["vlan"] = ["vlan"],
        ["stp"] = ["stp"],
    }.ToImmutableDictionary();

    /// <summary>Lists of equal length, because parallel lists must be; one with a value twice.</summary>
    public static readonly ImmutableArray<(string Name, Field[] For, string[] Values)> Variables =
    [
        ("IP", [Field.Ipv4Source, Field.Ipv4Destination, Field.ArpSenderIp, Field.ArpTargetIp], ["10.0.0.1", "10.0.0.2"]),
        ("NET", [Field.Ipv4Source, Field.Ipv4Destination, Field.ArpSenderIp, Field.ArpTargetIp], ["10.0.0.128", "10.0.1.0"]),
        ("IPV6", [Field.Ipv6Source, Field.Ipv6Destination], ["2001:db8::1", "fe80::1"]),
        ("MACS", [Field.EthernetSource, Field.EthernetDestination, Field.ArpSenderMac, Field.ArpTargetMac], ["52:54:00:00:00:01", "52:54:00:00:00:02"]),
        ("PORTS", [Field.TransportSourcePort, Field.TransportDestinationPort], ["22", "1024"]),
        ("TWICE", [Field.TransportSourcePort, Field.TransportDestinationPort], ["80", "443", "80"]),
    ];

    private readonly Dictionary<string, int> _chainPriority = new(StringComparer.Ordinal);

    public Policy Next()
    {
        _chainPriority.Clear();
        int others = random.Next(4);
        ImmutableDictionary<string, FilterDefinition>.Builder filters =
            ImmutableDictionary.CreateBuilder<string, FilterDefinition>(StringComparer.Ordinal);
        for (int i = others; i >= 1; i--)
        {
            string name = $"{Root}-{i}";
            filters.Add(name, Filter(name, NextChain(), references: [.. Enumerable.Range(i + 1, others - i).Select(n => $"{Root}-{n}").Where(_ => Chance(4))]));
        }

        string[] direct = [.. Enumerable.Range(1, others).Select(n => $"{Root}-{n}").Where(_ => !Chance(5))];
        filters.Add(Root, Filter(Root, Chance(6) ? NextChain() : ChainName.Root, direct));
        return new(filters.ToImmutable(), new(Root, Parameters));
    }

    /// <summary>The variables with all their values.</summary>
    public static ParameterSet Parameters => Variables
        .SelectMany(variable => variable.Values, (variable, value) => (variable.Name, Value: new ParameterValue(value, Nowhere)))
        .Aggregate(ParameterSet.Empty, (parameters, one) => parameters.Append(one.Name, one.Value));

    private static SourcePosition Nowhere => new(Root, 0, 0);

    private FilterDefinition Filter(string name, ChainName chain, string[] references)
    {
        List<FilterEntry> entries = [.. references.Select(reference => new ReferenceEntry(reference, ParameterSet.Empty, Nowhere))];
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            entries.Insert(random.Next(entries.Count + 1), Rule(chain));
        }

        if (Chance(3))
        {
            RuleDirection direction = Pick(RuleDirection.In, RuleDirection.Out, RuleDirection.InOut);
            entries.Add(new RuleEntry(Chance(2) ? RuleAction.Drop : RuleAction.Accept, direction, 1000, true, null, [], Nowhere));
        }

        // Positions as if every entry stood on a line of its own: traces and reductions can name them.
        return new(name, null, chain, !chain.IsRoot, chain.IsRoot ? 0 : PriorityOf(chain),
            [.. entries.Select((entry, i) => entry with { Position = new(name, i + 2, 3) })], new(name, 1, 1));
    }

    private ChainName NextChain()
    {
        (string prefix, _) = Pick(ChainName.Prefixes);
        string suffix = Pick("", "", "-x", "9", "_.:");
        return Chance(3) ? ChainName.Root : ChainName.TryParse(prefix + suffix, out ChainName name) ? name : ChainName.Root;
    }

    /// <summary>One priority per chain name and one chain name per priority; sometimes the one of a rule.</summary>
    private int PriorityOf(ChainName chain)
    {
        string name = chain.ToString();
        if (!_chainPriority.TryGetValue(name, out int priority))
        {
            do
            {
                priority = Chance(2) ? chain.DefaultPriority : Pick(ChainPriorities) + random.Next(-1, 2);
                priority = Math.Clamp(_chainPriority.ContainsValue(priority) ? random.Next(-1000, 1001) : priority, -1000, 1000);
            }
            while (_chainPriority.ContainsValue(priority));
            _chainPriority.Add(name, priority);
        }

        return priority;
    }

    private RuleEntry Rule(ChainName chain)
    {
        ProtocolSpec? protocol = Protocol(chain);
        RuleDirection direction = Pick(RuleDirection.In, RuleDirection.Out, RuleDirection.InOut);
        RuleAction action = (random.Next(20), protocol?.Layer) switch
        {
            ( < 7, _) => RuleAction.Accept,
            ( < 12, _) => RuleAction.Drop,
            ( < 16, _) => RuleAction.Return,
            ( < 18, _) => RuleAction.Reject,
            (_, null or ProtocolLayer.Ethernet) => RuleAction.Continue,
            _ => RuleAction.Accept, // there is no 'continue' on the IP stages (quirk 28)
        };
        ImmutableArray<AttributeMatch> attributes = protocol is null ? [] : new AttributeGenerator(random, Variables).Next(protocol, direction);
        return new(action, direction, Pick(RulePriorities), !Chance(8), protocol, attributes, Nowhere);
    }

    private ProtocolSpec? Protocol(ChainName chain)
    {
        if (Chance(12))
        {
            return null;
        }

        if (Chance(3))
        {
            return Pick(Stateful.AsSpan());
        }

        return !Chance(5) && AtHome.TryGetValue(chain.Prefix, out string[]? home)
            ? ProtocolTable.Find(Pick(home))
            : Pick(Ethernet.AsSpan());
    }

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private T Pick<T>(params ReadOnlySpan<T> of) => of[random.Next(of.Length)];
}
