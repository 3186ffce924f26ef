using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Programs;
using Lab.Fuzz.Divergences;
using Lab.Kernel;
using Lab.Simulated;

namespace Lab.Fuzz;

/// <summary>One way in which a lowering could get one kind of condition wrong.</summary>
/// <param name="Change">The condition as the faulty lowering would translate it; itself where the fault does not show.</param>
internal sealed record Mutant(string Name, Func<Condition, Condition> Change);

/// <summary>Breaks the translation of one kind of condition at a time and asks whether generated cases notice.</summary>
/// <param name="patience">Policies with the condition in them that a mutant may survive.</param>
internal sealed class MutantHunt(IBackend backend, int seed, int patience)
{
    public static IEnumerable<Mutant> Mutants =>
    [
        .. Enum.GetValues<Field>().SelectMany(tested => OfField(tested)),
        new("gratuitous arp: negation lost", c => c is GratuitousArp g ? new GratuitousArp(!g.Negated) : c),
        new("icmp: negation lost", c => c is IcmpTypeAndCode i ? i with { Negated = !i.Negated } : c),
        new("icmp: type one higher", c => c is IcmpTypeAndCode { TypeHigh: < 255 } i ? i with { TypeLow = (byte)(i.TypeLow + 1), TypeHigh = (byte)(i.TypeHigh + 1) } : c),
        new("tcp option: negation lost", c => c is TcpOptionPresent o ? o with { Negated = !o.Negated } : c),
        new("tcp option: another kind", c => c is TcpOptionPresent o ? o with { Kind = (byte)(o.Kind ^ 1) } : c),
        new("state: negation lost", c => c is ConnectionStateIn s ? s with { Negated = !s.Negated } : c),
        new("direction: turned around", c => c is ConnectionDirectionIs d ? new ConnectionDirectionIs(1 - d.Direction) : c),
    ];

    /// <summary>Whether it was noticed, and after how many policies that have such a condition; none when no policy has.</summary>
    public (bool Exposed, int Policies) Hunt(Mutant mutant)
    {
        CaseGenerator generator = new(seed, 60, new Coverage());
        using SimulatedTestbed simulator = new(PortPrograms.Compile);
        using KernelTestbed kernel = new(backend, (topology, guest) => Mutation.Of(PortPrograms.Compile(topology, guest), mutant.Change));
        Court court = new([new("simulator", simulator), new(kernel.Name, kernel)]);
        int shown = 0;
        for (int number = 0; shown < patience && number < 30 * patience; number++)
        {
            Case @case = generator.Make(number);
            if (@case.Stimuli.IsEmpty || !Concerns(mutant, @case))
            {
                continue;
            }

            shown++;
            if (court.Judge(@case).Any(found => Ledger.BuiltIn.NameOf(found) is null))
            {
                return (true, shown);
            }
        }

        return (false, shown);
    }

    private static bool Concerns(Mutant mutant, Case @case)
    {
        Guest ruled = @case.Topology.Guests[0];
        bool concerned = false;
        _ = Mutation.Of(PortPrograms.Compile(@case.Topology, ruled), condition =>
        {
            Condition changed = mutant.Change(condition);
            concerned |= changed != condition;
            return changed;
        });
        return concerned;
    }

    private static ImmutableArray<Mutant> OfField(Field field)
    {
        string name = FieldTable.Of(field).Name;
        Field opposite = FieldTable.Of(field).Opposite;
        return
        [
            new($"{name}: negation lost", c => c is FieldEquals e && e.Field == field ? e with { Negated = !e.Negated } : c),
            new($"{name}: value one bit off", c => c is FieldEquals e && e.Field == field && (e.Mask & 1) == 1 ? e with { Value = e.Value ^ 1 } : c),
            new($"{name}: range begins late", c => c is FieldInRange r && r.Field == field && r.Low < r.High ? r with { Low = r.Low + 1 } : c),
            new($"{name}: range ends early", c => c is FieldInRange r && r.Field == field && r.Low < r.High ? r with { High = r.High - 1 } : c),
            .. opposite == field ? [] : (Mutant[])[new($"{name}: of the other side", c => c is FieldEquals e && e.Field == field ? e with { Field = opposite } : c)],
        ];
    }
}
