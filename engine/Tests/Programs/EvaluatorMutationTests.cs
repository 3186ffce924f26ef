using Lab.Engine.Programs;
using Lab.Engine.Programs.Compiled;
using Lab.Engine.State;

namespace Lab.Engine.Tests.Programs;

/// <summary>
/// Breaks one evaluator on purpose, in every condition and every way there is, and asks whether the agreement of the two
/// evaluators would have noticed: <c>dotnet test engine/Tests --filter EvaluatorMutation</c>.
/// </summary>
public sealed class EvaluatorMutationTests
{
    /// <summary>Pairs of condition and frame that a mutant may survive.</summary>
    private const int Patience = 20_000;

    private static readonly Origin Nowhere = new("mutant", new("mutant", 1, 1));

    /// <summary>All but one: where ebtables looks for the type its own header test demands 0, so no frame tells mutants apart.</summary>
    public static TheoryData<string> Fields => [.. Enum.GetNames<Field>().Except([nameof(Field.EbtStpType)])];

    [Theory]
    [MemberData(nameof(Fields))]
    public void Every_mutant_of_a_comparison_is_caught(string name)
    {
        Field field = Enum.Parse<Field>(name);
        Caught(field, $"{name} negated", (stages, frame) => stages.Comparison(field, frame), c => c is FieldEquals e ? e with { Negated = !e.Negated } : c);
        Caught(field, $"{name} range negated", (stages, frame) => stages.Range(field, frame), c => c is FieldInRange r ? r with { Negated = !r.Negated } : c);
        Caught(field, $"{name} value off by one bit", (stages, frame) => stages.Comparison(field, frame), c => c is FieldEquals e ? e with { Value = e.Value ^ 1 } : c);
        Caught(field, $"{name} range begins late", (stages, frame) => stages.Range(field, frame), c => c is FieldInRange { Low: var low } r && low < r.High ? r with { Low = low + 1 } : c);
        Caught(field, $"{name} range ends early", (stages, frame) => stages.Range(field, frame), c => c is FieldInRange { High: var high } r && high > r.Low ? r with { High = high - 1 } : c);
        if (FieldTable.Of(field).Opposite != field)
        {
            Field opposite = FieldTable.Of(field).Opposite;
            Caught(field, $"{name} of the other side", (stages, frame) => stages.Comparison(field, frame), c => c is FieldEquals e ? e with { Field = opposite } : c);
            Caught(field, $"{name} range of the other side", (stages, frame) => stages.Range(field, frame), c => c is FieldInRange r ? r with { Field = opposite } : c);
        }

        if (FieldLayout.Of(field).Anchor == Anchor.UpperLayer)
        {
            return; // has no place of its own
        }

        foreach (int shift in (int[])[-1, 1])
        {
            Caught(field, $"{name} read {shift} bytes off", (stages, frame) => stages.Comparison(field, frame), c => c,
                f => f == field ? Shifted(FieldLayout.Of(f), shift) : FieldLayout.Of(f));
        }
    }

    [Fact]
    public void Every_mutant_of_the_other_conditions_is_caught()
    {
        Caught(null, "gratuitous negated", Drawn<GratuitousArp>, c => c is GratuitousArp g ? new GratuitousArp(!g.Negated) : c);
        Caught(null, "icmp negated", Drawn<IcmpTypeAndCode>, c => c is IcmpTypeAndCode i ? i with { Negated = !i.Negated } : c);
        Caught(null, "icmp of the other version", Drawn<IcmpTypeAndCode>, c => c is IcmpTypeAndCode i ? i with { Version6 = !i.Version6 } : c);
        Caught(null, "icmp type range shorter", Drawn<IcmpTypeAndCode>, c => c is IcmpTypeAndCode i ? i with { TypeHigh = (byte)(i.TypeHigh - 1) } : c);
        Caught(null, "icmp code range shorter", Drawn<IcmpTypeAndCode>, c => c is IcmpTypeAndCode i ? i with { CodeLow = (byte)(i.CodeLow + 1) } : c);
        Caught(null, "option negated", Drawn<TcpOptionPresent>, c => c is TcpOptionPresent o ? o with { Negated = !o.Negated } : c);
        Caught(null, "option of another kind", Drawn<TcpOptionPresent>, c => c is TcpOptionPresent o ? o with { Kind = (byte)(o.Kind ^ 1) } : c);
        Caught(null, "state negated", Drawn<ConnectionStateIn>, c => c is ConnectionStateIn s ? s with { Negated = !s.Negated } : c);
        Caught(null, "state missing", Drawn<ConnectionStateIn>, c => c is ConnectionStateIn s ? s with { States = s.States & ~ConnectionStates.New } : c);
        Caught(null, "direction turned around", Drawn<ConnectionDirectionIs>, c => c is ConnectionDirectionIs d ? new ConnectionDirectionIs(1 - d.Direction) : c);
        Caught(null, "limit negated", Drawn<ConnectionLimitAbove>, c => c is ConnectionLimitAbove l ? l with { Negated = !l.Negated } : c);
        Caught(null, "limit higher", Drawn<ConnectionLimitAbove>, c => c is ConnectionLimitAbove l ? l with { Limit = (ushort)(l.Limit + 1) } : c);
        Caught(null, "set negated", Drawn<InIpSet>, c => c is InIpSet s ? s with { Negated = !s.Negated } : c);
    }

    [Theory]
    [InlineData(VerdictKind.Accept, VerdictKind.Drop)]
    [InlineData(VerdictKind.Drop, VerdictKind.Reject)]
    [InlineData(VerdictKind.Return, VerdictKind.Continue)]
    public void Every_mutant_of_a_verdict_is_caught(VerdictKind right, VerdictKind wrong)
    {
        byte[] frame = new byte[60];
        Stage stage = new([new("root", [new([], new(right), Nowhere), new([], Verdict.Drop, Nowhere)], ChainEnd.Accept)]);
        Stage mutant = new([new("root", [new([], new(wrong), Nowhere), new([], Verdict.Drop, Nowhere)], ChainEnd.Accept)]);

        CompiledStage.Of(mutant)!.Evaluate(frame, default).Verdict.Should().NotBe(Evaluator.Evaluate(stage, frame, default).Verdict);
    }

    private static FieldLayout Shifted(FieldLayout layout, int bytes) => layout with
    {
        Offset = layout.Offset + bytes,
        Present = Math.Max(layout.Present, layout.Offset + layout.Bytes + bytes),
    };

    private static Condition Drawn<T>(RandomStages stages, byte[] frame) where T : Condition
    {
        while (true)
        {
            if (stages.Condition(frame) is T found)
            {
                return found;
            }
        }
    }

    /// <summary>Compiles the mutant, evaluates the original, and looks for a frame on which they differ.</summary>
    private static void Caught(
        Field? field, string mutant, Func<RandomStages, byte[], Condition> draw, Func<Condition, Condition> mutate,
        Func<Field, FieldLayout>? layout = null)
    {
        Random random = new(42);
        RandomFrames frames = new(random);
        RandomStages stages = new(random);
        for (int i = 0; i < Patience; i++)
        {
            byte[] frame = frames.Next();
            if (field is { } wanted && FieldReader.TryRead(frame, wanted, out _) == FieldPresence.Absent && i % 16 != 0)
            {
                continue;
            }

            Condition original = draw(stages, frame);
            PacketContext context = EvaluatorAgreementTests.Context(random);
            StageOutcome expected = Evaluator.Evaluate(StageOf(original), frame, context);
            if (StageCompiler.Compile(StageOf(mutate(original)), layout)!.Evaluate(frame, context).Verdict != expected.Verdict)
            {
                return;
            }
        }

        Assert.Fail($"survived {Patience} pairs: {mutant}");
    }

    private static Stage StageOf(Condition condition) =>
        new([new("root", [new([condition], Verdict.Drop, Nowhere)], ChainEnd.Accept)]);
}
