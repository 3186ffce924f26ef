using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;
using Lab.Fuzz;
using Lab.Kernel;
using Lab.Simulated;
using Lab.Testbeds;
using Lab.Tests.Kernel;

namespace Lab.Tests.Fuzz;

/// <summary>A fault in any one part is found among generated cases, and what is left of the case says what is wrong.</summary>
/// <remarks>A testbed is told by its constructor how to compile, so a part with a fault is a testbed that is told something else.</remarks>
public sealed class PlantedFaultTests
{
    /// <summary>Pairs of policy and frame within which every fault must have shown itself.</summary>
    private const int Budget = 20_000;

    private static readonly Compile Right = PortPrograms.Compile;

    private static readonly Dictionary<string, Fault> Faults = new()
    {
        ["a lowering loses a negation"] = new(Right, Conditions(condition =>
            condition is FieldEquals { Field: Field.EthernetSource, Negated: true } equals ? [equals with { Negated = false }] : [condition])),
        ["a lowering takes a mask that is one bit short"] = new(Right, Conditions(condition => condition is FieldEquals { Field: Field.Ipv4Source } equals
            ? [equals with { Mask = equals.Mask & (equals.Mask << 1), Value = equals.Value & (equals.Mask << 1) }] : [condition])),
        ["the simulator reads the IPv4 source one byte late"] = new(Conditions(OneByteLate), Right),
        ["a lowering turns the order of equal priorities around"] = new(Right, (topology, guest) => Right(TiesTurned(topology), guest)),
        ["a lowering matches what only goes on, the wrong way round"] = new(Right, Rules(rule =>
            rule.Verdict.Kind == VerdictKind.Continue ? rule with { Conditions = [.. rule.Conditions.Select(Opposite)] } : rule), OnlyOnTheWay: true),
    };

    private delegate FilterProgram Compile(Topology topology, Guest guest);

    /// <summary>How each testbed compiles.</summary>
    /// <param name="OnlyOnTheWay">No delivery shows it: the kernel has to tell which rules it walked.</param>
    private sealed record Fault(Compile Simulator, Compile Kernel, bool OnlyOnTheWay = false);

    public static TheoryData<string> Names => [.. Faults.Keys];

    [KernelTheory]
    [MemberData(nameof(Names))]
    public void It_is_found_and_reduced_to_at_most_two_rules_and_one_frame(string name)
    {
        Fault fault = Faults[name];
        using SimulatedTestbed simulator = new(fault.Simulator.Invoke);
        using KernelTestbed kernel = new(new NftBackend(), fault.Kernel.Invoke) { Tracing = fault.OnlyOnTheWay };
        List<Disagreement> finds = [];
        FuzzOrder order = new(1, Budget, 50, null, MaximumUnexplained: 1, ReduceFor: TimeSpan.FromMinutes(10));
        FuzzSession session = new(order, new Court([new("simulator", simulator), new("kernel", kernel)]), TimeProvider.System) { Found = finds.Add };

        _ = session.Run(FuzzProgress.Beginning(order, "", 0), CancellationToken.None);

        finds.Should().ContainSingle().Which.Matter.Should().Be(fault.OnlyOnTheWay ? Matter.Walk : Matter.Deliveries);
        Case reduced = finds[0].Case;
        reduced.Topology.Filters.Values.SelectMany(filter => filter.Entries).OfType<RuleEntry>().Count().Should().BeInRange(1, 2);
        reduced.Stimuli.Should().ContainSingle();
    }

    private static Compile Conditions(Func<Condition, IEnumerable<Condition>> change) =>
        Rules(rule => rule with { Conditions = [.. rule.Conditions.SelectMany(change)] });

    private static Compile Rules(Func<Rule, Rule> change) => (topology, guest) => Mutation.OfRules(Right(topology, guest), change);

    /// <summary>What stands one byte behind the IPv4 source: three bytes of it, and the first of the destination.</summary>
    /// <remarks>Negated, it would take an "or".</remarks>
    private static IEnumerable<Condition> OneByteLate(Condition condition) => condition is FieldEquals { Field: Field.Ipv4Source, Negated: false } equals
        ?
        [
            equals with { Value = equals.Value >> 8, Mask = equals.Mask >> 8 },
            equals with { Field = Field.Ipv4Destination, Value = (equals.Value & 0xFF) << 24, Mask = (equals.Mask & 0xFF) << 24 },
        ]
        : [condition];

    /// <summary>Entries are sorted by priority, and those of one priority stay in the order of the document: in the other one, here.</summary>
    private static Topology TiesTurned(Topology topology) => topology with
    {
        Filters = topology.Filters.ToImmutableDictionary(filter => filter.Key, filter => filter.Value with { Entries = [.. filter.Value.Entries.Reverse()] }),
    };

    private static Condition Opposite(Condition condition) => condition is FieldEquals equals ? equals with { Negated = !equals.Negated } : condition;
}
