using System.Collections.Immutable;
using Lab.Engine.Apply;
using Lab.Engine.Programs;
using Lab.Fuzz;
using Lab.Fuzz.Divergences;
using Lab.Kernel;
using Lab.Simulated;
using Lab.Tests.Kernel;

namespace Lab.Tests.Fuzz;

/// <summary>A sample of what <c>nwlab fuzz</c> does at length: LAB_CASES pairs of policy and frame, 5,000 unless it says otherwise.</summary>
public sealed class FuzzSampleTests
{
    private static readonly long Pairs =
        long.TryParse(Environment.GetEnvironmentVariable("LAB_CASES"), out long asked) ? asked : 5_000;

    [KernelFact]
    public void Simulator_and_kernel_agree_on_generated_policies_and_frames()
    {
        List<string> unexplained = [];

        FuzzProgress end = Session(seed: 20261121, Pairs, PortPrograms.Compile, unexplained).Run(Start, CancellationToken.None);

        unexplained.Should().BeEmpty();
        end.Pairs.Should().BeGreaterThanOrEqualTo(Pairs);
    }

    [KernelFact]
    public void A_negation_that_a_lowering_loses_is_found_and_reduced_to_one_or_two_rules_and_one_frame()
    {
        Disagreement found = Planted(condition =>
            condition is FieldEquals { Field: Field.EthernetSource, Negated: true } equals ? equals with { Negated = false } : condition);

        found.Case.Topology.Filters.Values.Sum(filter => filter.Entries.Length).Should().BeLessThanOrEqualTo(2);
        found.Case.Stimuli.Should().ContainSingle();
    }

    [KernelFact]
    public void A_mask_that_is_one_bit_short_is_found_and_reduced_to_one_or_two_rules_and_one_frame()
    {
        Disagreement found = Planted(condition => condition is FieldEquals { Field: Field.Ipv4Source } equals
            ? equals with { Mask = equals.Mask & (equals.Mask << 1), Value = equals.Value & (equals.Mask << 1) } : condition);

        found.Case.Topology.Filters.Values.Sum(filter => filter.Entries.Length).Should().BeLessThanOrEqualTo(2);
        found.Case.Stimuli.Should().ContainSingle();
    }

    private static FuzzProgress Start => new(0, 0, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The kernel gets programs that differ from the simulator's by the mutation.</summary>
    private static Disagreement Planted(Func<Condition, Condition> mutation)
    {
        Disagreement? first = null;
        using KernelTestbed kernel = new(new NftBackend(), (topology, guest) => Mutation.Of(PortPrograms.Compile(topology, guest), mutation));
        using SimulatedTestbed simulator = new(PortPrograms.Compile);
        FuzzOrder order = new(1, 100_000, 50, TimeSpan.FromMinutes(2), 1, TimeSpan.FromMinutes(1));
        FuzzSession session = new(order, new Court([new("simulator", simulator), new("kernel", kernel)]), TimeProvider.System)
        {
            Found = found =>
            {
                bool known = Ledger.BuiltIn.NameOf(found) is not null;
                first ??= known ? null : found;
                return known;
            },
        };
        session.Run(Start, CancellationToken.None);
        return first!;
    }

    private static FuzzSession Session(
        int seed, long pairs, Func<Lab.Contract.Testbeds.Topology, Lab.Contract.Testbeds.Guest, FilterProgram> compile, List<string> unexplained)
    {
        ImmutableArray<Party> parties =
        [
            new("simulator", new SimulatedTestbed(PortPrograms.Compile)), new("kernel", new KernelTestbed(new NftBackend(), compile)),
        ];
        return new(new(seed, pairs, 100, null, 3, TimeSpan.FromSeconds(30)), new Court(parties), TimeProvider.System)
        {
            Found = found =>
            {
                bool known = Ledger.BuiltIn.NameOf(found) is not null;
                if (!known)
                {
                    unexplained.Add($"case {found.Case.Number}: {found.What}");
                }

                return known;
            },
        };
    }
}
