using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;
using Lab.Fuzz;
using Lab.Fuzz.Mutants;
using Lab.Testbeds;
using Lab.Tests.Kernel;

namespace Lab.Tests.Fuzz;

/// <summary>A sample of what <c>nwlab fuzz --mutants</c> does with the whole corpus.</summary>
public sealed class MutantHuntTests
{
    [KernelTheory]
    [InlineData("nft")]
    [InlineData("ebiptables")]
    [InlineData("netdev")]
    public void Nearly_every_fault_in_a_sample_of_each_lowering_is_exposed(string lowering)
    {
        MutantHunt hunt = new(MutableLowering.All.Single(known => known.Name == lowering), seed: 3, places: 2);
        foreach ((Topology topology, int number) in MutantCorpus.All(seed: 3, generated: 0).Select((topology, i) => (topology, i)).Where(policy => policy.i % 480 == 7))
        {
            hunt.Hunt(topology, number);
        }

        ILookup<MutantFate, MutantResult> fates = hunt.Results.ToLookup(result => result.Fate);
        fates[MutantFate.Exposed].Count().Should().BeGreaterThan(100);
        fates[MutantFate.Survived].Count().Should().BeLessThan(fates[MutantFate.Exposed].Count() / 5, "with more policies and places it is less than one in a hundred");
    }

    [Fact]
    public void Every_condition_that_generated_policies_have_is_in_the_corpus()
    {
        CaseGenerator generator = new(1, 1, new Coverage());

        IEnumerable<string> corpus = MutantCorpus.All(seed: 1, generated: 0).SelectMany(ConditionsOf), generated = Enumerable.Range(0, 500).SelectMany(number => ConditionsOf(generator.Make(number).Topology));

        generated.Distinct().Should().BeSubsetOf(corpus.Distinct());
    }

    [Fact]
    public void A_fault_that_no_frame_can_tell_is_called_equivalent_with_the_reason()
    {
        ImmutableArray<Mutant> mutants = MutantsOfBpduType();

        // ebt_stp takes the version for the type (quirk 46), and of a BPDU the version is 0.
        mutants.Should().Contain(mutant => mutant.Translation == "from: network bits 40-47" && mutant.Fault == "lowest bit wrong" && mutant.Equivalent != null);
        mutants.Should().Contain(mutant => mutant.Translation == "from: network bits 0-47" && mutant.Fault == "lowest bit wrong" && mutant.Equivalent == null);
    }

    private static ImmutableArray<Mutant> MutantsOfBpduType() =>
    [
        .. MutantCorpus.All(seed: 1, generated: 0)
            .Where(topology => topology.Filters.Values.SelectMany(filter => filter.Entries).OfType<RuleEntry>().Any(rule => rule.Protocol?.Name == "stp" && rule.Attributes.Any(a => a.Attribute.Name == "type" && !a.Negated)))
            .Take(1)
            .SelectMany(topology => NftEmission.OfBridge([new PortPolicy(Devices.Port(0), PortPrograms.Compile(topology, topology.Guests[0]))])!.Mutants()),
    ];

    private static IEnumerable<string> ConditionsOf(Topology topology)
    {
        FilterProgram program;
        try
        {
            program = PortPrograms.Compile(topology, topology.Guests[0]);
        }
        catch (Lab.Contract.Bindings.ScenarioMistakeException)
        {
            return []; // generated, and refused at instantiation
        }

        return
            from stage in new[] { program.EthernetFromGuest, program.EthernetToGuest, program.Ipv4?.FromGuestForwarded, program.Ipv6?.FromGuestForwarded }
            where stage is not null
            from chain in stage.Chains
            from rule in chain.Rules
            from condition in rule.Conditions
            select Coverage.NameOf(condition);
    }
}
