using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Engine.Programs.Compiled;

/// <summary>Lays a stage out as a graph of steps, last rule first, so that every step knows where it leads.</summary>
/// <remarks>
/// Chains are laid out where they are jumped to, and an edge skips the steps whose answer is known on it:
/// <code>
///   rule 1   protocol tcp ──yes──> dport 22 ──yes──> accept
///               │ no                  │ no
///               │                     └────────────────┐   tcp is known: not asked again
///   rule 2   protocol tcp ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─> dport 80 ...
///               │ no: known, skipped as well
///   rule 3   ...
/// </code>
/// A step that counts connections is neither skipped nor known.
/// </remarks>
internal sealed class StageCompiler
{
    /// <summary>Chains that jump to each other many times could grow without end; such a stage is left to the evaluator.</summary>
    private const int MaximumSteps = 1 << 20;

    private readonly Stage _stage;
    private readonly Func<Field, FieldLayout> _layout;
    private readonly List<Step> _steps = [];
    private readonly List<Condition> _conditions = [];
    private readonly List<StageOutcome> _outcomes = [];

    private StageCompiler(Stage stage, Func<Field, FieldLayout> layout) => (_stage, _layout) = (stage, layout);

    /// <param name="layout">Where fields lie; anything but the real layout is for tests that must notice.</param>
    /// <returns>Null when the stage is too large to lay out.</returns>
    public static CompiledStage? Compile(Stage stage, Func<Field, FieldLayout>? layout = null)
    {
        StageCompiler compiler = new(stage, layout ?? FieldLayout.Of);
        try
        {
            int entry = compiler.Lay(0, 0, compiler.Outcome(StageOutcome.Undecided));
            return new(stage, entry, [.. compiler._steps], [.. compiler._conditions], [.. compiler._outcomes], compiler._layout);
        }
        catch (TooLargeException)
        {
            return null;
        }
    }

    /// <summary>Lays out a chain that hands back to <paramref name="after"/>; returns where it begins.</summary>
    private int Lay(int index, int depth, int after)
    {
        Chain chain = _stage.Chains[index];
        if (depth > Evaluator.MaximumDepth)
        {
            throw new TooLargeException();
        }

        int next = chain.End == ChainEnd.Accept ? Outcome(new(StageVerdict.Accepted, null)) : after;
        for (int i = chain.Rules.Length - 1; i >= 0; i--)
        {
            next = Lay(chain.Rules[i], depth, next, after);
        }

        return next;
    }

    private int Lay(Rule rule, int depth, int next, int after)
    {
        int matched = rule.Verdict.Kind switch
        {
            VerdictKind.Accept => Outcome(new(StageVerdict.Accepted, rule)),
            VerdictKind.Drop => Outcome(new(StageVerdict.Dropped, rule)),
            VerdictKind.Reject => Outcome(new(StageVerdict.Rejected, rule)),
            VerdictKind.Return when depth == 0 => Outcome(new(StageVerdict.Undecided, rule)),
            VerdictKind.Return => after,
            VerdictKind.Jump => Lay(rule.Verdict.Target, depth + 1, next),
            _ => next,
        };
        Step[] asked = [.. Steps(rule)];
        for (int i = asked.Length - 1; i >= 0; i--)
        {
            ref Step step = ref asked[i];
            ReadOnlySpan<Step> known = asked.AsSpan(0, i);
            step.Then = Follow(matched, known, step, true);
            step.Else = Follow(next, known, step, false);
            matched = Add(step);
        }

        return matched;
    }

    /// <summary>Goes on from a target as long as the step there has an answer that is known already.</summary>
    private int Follow(int target, ReadOnlySpan<Step> true_, in Step last, bool lastHeld)
    {
        while (target >= 0)
        {
            Step step = _steps[target];
            if (Knows(true_, last, lastHeld, step) is not { } answer)
            {
                return target;
            }

            target = answer ? step.Then : step.Else;
        }

        return target;
    }

    private bool? Knows(ReadOnlySpan<Step> true_, in Step last, bool lastHeld, in Step step)
    {
        if (HasEffect(step))
        {
            return null;
        }

        if (step.AsksAs(last))
        {
            return lastHeld;
        }

        if (lastHeld && step.Excludes(last))
        {
            return false;
        }

        foreach (ref readonly Step held in true_)
        {
            if (step.AsksAs(held))
            {
                return true;
            }

            if (step.Excludes(held))
            {
                return false;
            }
        }

        return null;
    }

    private bool HasEffect(in Step step) =>
        step.Kind == StepKind.Condition && _conditions[step.Condition] is ConnectionLimitAbove;

    /// <summary>The tests of a rule, with those that the headers of its fields need in front of them.</summary>
    private IEnumerable<Step> Steps(Rule rule)
    {
        HashSet<Condition> asked = [];
        foreach (Condition condition in rule.Conditions)
        {
            if (Prerequisite(condition) is { } header && !asked.Contains(header))
            {
                _ = asked.Add(header);
                yield return Translate(header);
            }

            _ = asked.Add(condition);
            yield return Translate(condition);
        }
    }

    /// <summary>The EtherType without which the field does not exist.</summary>
    private static FieldEquals? Prerequisite(Condition condition) => FieldOf(condition) is not { } field ? null
        : FieldTable.Of(field).Header switch
        {
            Header.Vlan => FieldEquals.Exactly(EtherType.Vlan),
            Header.Ipv4 => FieldEquals.Exactly(EtherType.Ipv4),
            Header.Ipv6 => FieldEquals.Exactly(EtherType.Ipv6),
            _ => null,
        };

    private static Field? FieldOf(Condition condition) => condition switch
    {
        FieldEquals c => c.Field,
        FieldInRange c => c.Field,
        _ => null,
    };

    private Step Translate(Condition condition) => condition switch
    {
        FieldEquals c when FieldTable.Of(c.Field).Header is not (Header.Stp or Header.EbtStp or Header.Arp) && Width(c.Field) <= 64 => Equal(c),
        FieldEquals c when FieldTable.Of(c.Field).Header == Header.Arp && _layout(c.Field).Anchor == Anchor.ArpAddress => ArpAddress(c),
        FieldInRange c when FieldTable.Of(c.Field).Header is not (Header.Stp or Header.EbtStp or Header.Arp) && Width(c.Field) <= 64
                            && c.Low <= c.High && _layout(c.Field).Anchor != Anchor.UpperLayer => Range(c),
        ConnectionStateIn c => new() { Kind = StepKind.State, Negated = c.Negated, Mask = (ulong)c.States },
        ConnectionDirectionIs c => new() { Kind = StepKind.Direction, Value = (ulong)c.Direction },
        _ => new() { Kind = StepKind.Condition, Condition = Keep(condition) },
    };

    private Step Equal(FieldEquals c)
    {
        FieldLayout layout = _layout(c.Field);
        if (layout.Anchor == Anchor.UpperLayer)
        {
            return new() { Kind = StepKind.UpperProtocol, Negated = c.Negated, Mask = (ulong)c.Mask, Value = (ulong)c.Value };
        }

        Step step = Window(layout, layout.Anchor == Anchor.Transport ? StepKind.TransportEqual : StepKind.Equal, out int shift);
        step.Negated = c.Negated;
        step.Mask = Native((ulong)c.Mask << shift);
        step.Value = Native((ulong)c.Value << shift);
        step.Condition = HeaderOf(c.Field);
        return step;
    }

    private Step Range(FieldInRange c)
    {
        FieldLayout layout = _layout(c.Field);
        Step step = Window(layout, layout.Anchor == Anchor.Transport ? StepKind.TransportInRange : StepKind.InRange, out int shift);
        step.Negated = c.Negated;
        step.Shift = (byte)shift;
        step.Bits = (byte)Width(c.Field);
        step.Value = (ulong)c.Low;
        step.Mask = (ulong)(c.High - c.Low);
        step.Condition = HeaderOf(c.Field);
        return step;
    }

    /// <summary>Addresses in ARP lie at fixed places when hardware addresses have 6 bytes and protocol addresses 4.</summary>
    private Step ArpAddress(FieldEquals c)
    {
        FieldLayout layout = _layout(c.Field);
        int offset = EthernetView.Length + ArpView.MinimumLength + c.Field switch
        {
            Field.ArpSenderMac => 0,
            Field.ArpSenderIp => 6,
            Field.ArpTargetMac => 10,
            _ => 16,
        };
        layout = layout with
        {
            Anchor = Anchor.Frame,
            Offset = offset + layout.Offset,
            Present = c.Field is Field.ArpSenderIp or Field.ArpTargetIp
                ? EthernetView.Length + ArpView.Ipv4OverEthernetLength // both addresses or none
                : offset + layout.Bytes,
        };
        Step step = Window(layout, StepKind.ArpEqual, out int shift);
        step.Negated = c.Negated;
        step.Mask = Native((ulong)c.Mask << shift);
        step.Value = Native((ulong)c.Value << shift);
        step.Condition = Keep(c);
        return step;
    }

    /// <summary>Eight bytes around the field, as far to the left as they must be so as not to reach beyond it.</summary>
    private static Step Window(FieldLayout layout, StepKind kind, out int shift)
    {
        int end = layout.Offset + layout.Bytes;
        int start = layout.Anchor == Anchor.Transport ? end - sizeof(ulong) : Math.Max(0, end - sizeof(ulong));
        shift = (start + sizeof(ulong) - end) * 8 + layout.Shift;
        return new() { Kind = kind, Offset = (short)start, Present = (short)layout.Present };
    }

    /// <summary>For transport fields, instead of a condition: 1 if only TCP has the field.</summary>
    private static int HeaderOf(Field field) => FieldTable.Of(field).Header == Header.Tcp ? 1 : 0;

    private static int Width(Field field) => FieldTable.Of(field).Bits;

    private static ulong Native(ulong bigEndian) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(bigEndian) : bigEndian;

    /// <summary>Equal conditions share a place, except those that count for themselves.</summary>
    private int Keep(Condition condition)
    {
        int index = condition is ConnectionLimitAbove ? -1 : _conditions.IndexOf(condition);
        if (index < 0)
        {
            index = _conditions.Count;
            _conditions.Add(condition);
        }

        return index;
    }

    private int Outcome(StageOutcome outcome)
    {
        _outcomes.Add(outcome);
        return ~(_outcomes.Count - 1);
    }

    private int Add(in Step step)
    {
        if (_steps.Count == MaximumSteps)
        {
            throw new TooLargeException();
        }

        _steps.Add(step);
        return _steps.Count - 1;
    }

    private sealed class TooLargeException : Exception;
}
