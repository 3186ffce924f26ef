using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Kernel;

namespace Lab.Tests.Kernel;

/// <summary>The evaluator says what a program means; each lowering must make a kernel do the same.</summary>
public sealed class LoweringAgreementTests
{
    private const int PortsPerCase = 5, FramesPerCase = 300;

    /// <summary>LAB_CASES=2000 for a long look.</summary>
    private static readonly int FirstSeed = int.Parse(Environment.GetEnvironmentVariable("LAB_SEED") ?? "1");

    private static readonly int Cases = int.Parse(Environment.GetEnvironmentVariable("LAB_CASES") ?? "40");

    [KernelFact]
    public void Folded_nft_rules_deliver_exactly_the_frames_that_the_programs_let_pass() =>
        Agree(new NftBackend(), FirstSeed);

    /// <summary>Frames are flooded, so each one is judged by its sender's program and by that of every other port.</summary>
    private static void Agree(IBackend backend, int firstSeed)
    {
        for (int seed = firstSeed; seed < firstSeed + Cases; seed++)
        {
            RandomTraffic random = new(seed);
            ImmutableArray<FilterProgram> programs = random.Programs(PortsPerCase);
            GuestName[] names = [.. Enumerable.Range(0, PortsPerCase).Select(i => new GuestName($"{i}"))];
            using KernelTestbed testbed = new(backend, (_, guest) => programs[int.Parse(guest.Name.Text)]);
            using ILiveTopology live = testbed.Build(new(
                ImmutableDictionary<string, FilterDefinition>.Empty,
                [.. names.Select((name, i) => new Guest(name, MacAddress.FromBits(0x5254_0000_FF00ul + (uint)i), new("random", ParameterSet.Empty)))]));

            Stimulus[] stimuli = [.. Enumerable.Range(0, FramesPerCase).Select(i => new Stimulus(names[i % PortsPerCase], random.Frame()))];
            string[] came = Arrivals(live.Send(stimuli).Deliveries);
            string[] expected = Arrivals(names.SelectMany(at => stimuli
                .Where(stimulus => Expected(programs, stimulus).Contains(at)).Select(stimulus => new Delivery(at, stimulus.Frame))));
            if (!came.SequenceEqual(expected))
            {
                Explain(live, programs, stimuli, seed);
            }
        }
    }

    /// <summary>Programs without state judge a frame alone as they judge it in a crowd, so the culprit can be found.</summary>
    private static void Explain(ILiveTopology live, ImmutableArray<FilterProgram> programs, Stimulus[] stimuli, int seed)
    {
        foreach (Stimulus stimulus in stimuli)
        {
            string[] before = live.Describe().Split('\n');
            string came = string.Join(' ', live.Send([stimulus]).Deliveries.Select(delivery => delivery.At));
            string counted = string.Join('\n', live.Describe().Split('\n').Except(before));
            came.Should().Be(string.Join(' ', Expected(programs, stimulus)), "{0}",
                $"seed {seed}, from {stimulus.From}: {Convert.ToHexString(stimulus.Frame.Span)}\n{counted}\n{programs[int.Parse(stimulus.From.Text)]}");
        }

        Assert.Fail($"seed {seed}: the frames together fare otherwise than each alone");
    }

    private static string[] Arrivals(IEnumerable<Delivery> deliveries) =>
        [.. deliveries.Select(delivery => $"{delivery.At} {Convert.ToHexString(delivery.Frame.Span)}")];

    private static IEnumerable<GuestName> Expected(ImmutableArray<FilterProgram> programs, Stimulus stimulus)
    {
        ReadOnlyMemory<byte> frame = stimulus.Frame;
        int from = int.Parse(stimulus.From.Text);
        bool tooShort = frame.Length < 20 && frame.Span[12] == 0x81 && frame.Span[13] == 0x00;
        return tooShort || !Passes(programs[from].EthernetFromGuest, frame)
            ? []
            : Enumerable.Range(0, programs.Length)
                .Where(to => to != from && Passes(programs[to].EthernetToGuest, frame)).Select(to => new GuestName($"{to}"));
    }

    private static bool Passes(Stage? stage, ReadOnlyMemory<byte> frame) => Evaluator.Evaluate(stage, frame.Span, default).Passes;
}
