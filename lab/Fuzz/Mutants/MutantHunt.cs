using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;
using Lab.Kernel;
using Lab.Testbeds;

namespace Lab.Fuzz.Mutants;

/// <summary>A lowering whose translations are to be broken.</summary>
/// <param name="BridgeNetfilter">IP rules are asked behind bridge netfilter, which holds fragments back and wants whole headers.</param>
internal sealed record MutableLowering(string Name, Func<ImmutableArray<PortPolicy>, IEmission?> Emit, bool BridgeNetfilter = true)
{
    public static readonly ImmutableArray<MutableLowering> All =
    [
        new("nft", NftEmission.OfBridge), new("ebiptables", TablesEmission.Of), new("netdev", NftEmission.OfDevices, BridgeNetfilter: false),
    ];
}

public enum MutantFate
{
    /// <summary>Tried wherever the corpus has such a test, and nothing showed.</summary>
    Survived,

    /// <summary>Other frames came out than without the fault.</summary>
    Exposed,

    /// <summary>At every place where the corpus has such a test there is a reason why nothing can show.</summary>
    Equivalent,

    /// <summary>The kernel's tools do not take such a rule: no lowering could have loaded it.</summary>
    Refused,
}

/// <param name="Where">The line of the ruleset that the last attempt replaced, and by what.</param>
/// <param name="Places">At how many places it was tried.</param>
internal sealed record MutantResult(string Translation, string Fault, MutantFate Fate, string Where, string? Reason, int Places);

/// <summary>Breaks the translations of one lowering, one at a time, and asks the kernel whether generated frames notice.</summary>
/// <remarks>
/// A faulty translation is faulty wherever it is used, so a mutant is exposed at the first of its places where a frame
/// fares otherwise than under the unbroken rules; each place gets more and more frames before the next one is tried.
/// </remarks>
internal sealed class MutantHunt(MutableLowering lowering, int seed, int places)
{
    private static readonly ImmutableArray<int> Rounds = [150, 300, 600, 1200]; // frames

    /// <summary>At so many places the later rounds are worth their time.</summary>
    private const int Thorough = 3;

    private readonly Dictionary<(string, string), MutantResult> _results = [];

    public IReadOnlyCollection<MutantResult> Results => _results.Values;

    /// <summary>Policies before which the unbroken rules did not do twice the same: no verdict on mutants is worth anything there.</summary>
    public int Unsteady { get; private set; }

    public int Policies { get; private set; }

    public void Hunt(Topology topology, int number)
    {
        if (PoliciesOf(topology) is not { } policies || lowering.Emit(policies) is not { } whole)
        {
            return;
        }

        Mutant[] open = [.. whole.Mutants().Where(IsOpen).OrderBy(mutant => mutant.Equivalent is null ? 0 : 1).DistinctBy(mutant => (mutant.Translation, mutant.Fault))];
        foreach (Mutant mutant in open.Where(mutant => mutant.Equivalent is not null))
        {
            Note(mutant, MutantFate.Equivalent, whole);
        }

        Mutant[] hunted = [.. open.Where(mutant => mutant.Equivalent is null && mutant.Emission.Text != whole.Text)];
        if (hunted.Length == 0)
        {
            return;
        }

        Policies++;
        for (int round = 0; round < Rounds.Length; round++)
        {
            Mutant[] tried = [.. hunted.Where(mutant => round == 0 || PlacesOf(mutant) < Thorough)];
            if (tried.Length > 0)
            {
                Show(topology, policies, whole, tried, new Random(unchecked((seed * 1_000_003 + number) * 31 + round)), Rounds[round]);
                hunted = [.. hunted.Where(IsOpen)];
            }
        }

        foreach (Mutant survivor in hunted)
        {
            Note(survivor, MutantFate.Survived, whole);
        }
    }

    private int PlacesOf(Mutant mutant) => _results.GetValueOrDefault((mutant.Translation, mutant.Fault))?.Places ?? 0;

    private bool IsOpen(Mutant mutant) => !_results.TryGetValue((mutant.Translation, mutant.Fault), out MutantResult? result)
        || result.Fate == MutantFate.Equivalent || (result.Fate == MutantFate.Survived && result.Places < places);

    private void Show(Topology topology, ImmutableArray<PortPolicy> policies, IEmission whole, Mutant[] mutants, Random random, int frames)
    {
        FilterProgram program = policies[0].Program;
        ImmutableArray<Stimulus> stimuli = new FrameGenerator(random, program, topology.Guests[0], topology.Guests.First(guest => guest.Filter is null), new Coverage())
        {
            Host = Devices.BridgeMac,
        }.Next(frames);
        List<Mutant> exposed = [];
        MutantBench bench = new(topology, lowering.BridgeNetfilter && KernelTopology.NeedsBridgeNetfilter(policies));
        try
        {
            ImmutableArray<(GuestName, string)> expected = bench.Show(whole, stimuli);
            foreach (Mutant mutant in mutants)
            {
                try
                {
                    if (!bench.Show(mutant.Emission, stimuli).SequenceEqual(expected))
                    {
                        exposed.Add(mutant);
                    }
                }
                catch (KernelRefusedException)
                {
                    Note(mutant, MutantFate.Refused, whole);
                    bench.Dispose();
                    bench = new(topology, lowering.BridgeNetfilter && KernelTopology.NeedsBridgeNetfilter(policies));
                }
            }

            if (!bench.Show(whole, stimuli).SequenceEqual(expected))
            {
                Unsteady++; // whatever differed may have differed by itself
                return;
            }
        }
        finally
        {
            bench.Dispose();
        }

        exposed.ForEach(mutant => Note(mutant, MutantFate.Exposed, whole));
    }

    private static ImmutableArray<PortPolicy>? PoliciesOf(Topology topology)
    {
        try
        {
            return
            [
                .. topology.Guests.Select((guest, i) => (guest, i)).Where(port => port.guest.Filter is not null)
                    .Select(port => new PortPolicy(Devices.Port(port.i), PortPrograms.Compile(topology, port.guest))),
            ];
        }
        catch (Contract.Bindings.ScenarioMistakeException)
        {
            return null;
        }
    }

    private void Note(Mutant mutant, MutantFate fate, IEmission whole)
    {
        (string, string) key = (mutant.Translation, mutant.Fault);
        MutantResult? before = _results.GetValueOrDefault(key);
        if (fate == MutantFate.Equivalent && before is not null)
        {
            return; // at another place it is not
        }

        _results[key] = new(mutant.Translation, mutant.Fault, fate, Difference(whole.Text, mutant.Emission.Text), mutant.Equivalent, (before?.Places ?? 0) + 1);
    }

    private static string Difference(string whole, string broken)
    {
        string[] here = whole.Split('\n'), there = broken.Split('\n');
        int start = here.Zip(there).TakeWhile(pair => pair.First == pair.Second).Count();
        int end = here.Reverse().Zip(there.Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        string Middle(string[] lines) => string.Join(" / ", lines[start..Math.Max(start, lines.Length - end)].Select(line => line.Trim()));
        return $"{Middle(here)} -> {Middle(there)}";
    }
}
