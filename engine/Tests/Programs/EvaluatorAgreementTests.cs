using Lab.Engine.Programs;
using Lab.Engine.Programs.Compiled;
using Lab.Engine.State;

namespace Lab.Engine.Tests.Programs;

/// <summary>The compiled evaluator must agree with the plain one on everything; the plain one says what a program means.</summary>
public sealed class EvaluatorAgreementTests
{
    private const int FramesPerProgram = 100;

    /// <summary>Pairs of program and frame; LAB_CASES asks for another number.</summary>
    private static readonly int Cases =
        int.TryParse(Environment.GetEnvironmentVariable("LAB_CASES"), out int cases) ? cases : 120_000;

    /// <summary>Another seed for another run: LAB_SEED.</summary>
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("LAB_SEED"), out int seed) ? seed : 1;

    [Fact]
    public void Both_evaluators_agree_on_random_programs_and_boundary_biased_frames()
    {
        int accepted = 0, dropped = 0;
        for (int program = 0; program < Cases / FramesPerProgram; program++)
        {
            Random random = new(Seed * 1_000_003 + program);
            RandomFrames frames = new(random);
            byte[][] asked = [.. Enumerable.Range(0, FramesPerProgram).Select(_ => frames.Next())];
            Stage stage = new RandomStages(random).Next(asked);
            CompiledStage compiled = CompiledStage.Of(stage)!;
            foreach (byte[] frame in asked)
            {
                PacketContext context = Context(random);
                StageOutcome expected = Evaluator.Evaluate(stage, frame, context);
                StageOutcome found = compiled.Evaluate(frame, context);
                if (found != expected)
                {
                    Assert.Fail($"program {program} of seed {Seed}: {Convert.ToHexString(frame)} is {found}, not {expected}\n"
                        + ProgramText.Of(new FilterProgram(Meaning.Libvirt, stage, null, null, null)));
                }

                accepted += expected.Verdict == StageVerdict.Accepted ? 1 : 0;
                dropped += expected.Verdict == StageVerdict.Dropped ? 1 : 0;
            }
        }

        (accepted > Cases / 20 && dropped > Cases / 20).Should().BeTrue("a run in which everything ends alike proves nothing");
    }

    [Fact]
    public void Tracing_does_not_change_the_outcome()
    {
        Random random = new(Seed);
        RandomFrames frames = new(random);
        for (int i = 0; i < 2000; i++)
        {
            byte[] frame = frames.Next();
            Stage stage = new RandomStages(random).Next([frame]);
            PacketContext context = Context(random);

            Evaluator.Evaluate(stage, frame, context, new TraceRecorder()).Should().Be(Evaluator.Evaluate(stage, frame, context));
        }
    }

    internal static PacketContext Context(Random random) => new(
        (ConnectionStates)(1 << random.Next(5)),
        random.Next(4) switch { 0 => null, 1 => ConnectionDirection.Reply, _ => ConnectionDirection.Original },
        new FixedCounts(random.Next(5)), new FixedSets(random.Next(2) == 0));

    private sealed record FixedCounts(int Number) : IConnectionCounts
    {
        public int Count(ConnectionLimitAbove condition) => Number;
    }

    private sealed record FixedSets(bool Member) : IIpSets
    {
        public bool Contains(InIpSet condition, ReadOnlySpan<byte> frame) => Member;
    }
}
