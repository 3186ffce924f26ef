using System.Diagnostics;
using Lab.Engine.Packets;
using Lab.Engine.State;

namespace Lab.Engine.Programs;

/// <summary>Whether one condition holds for one frame: the meaning of every member of the family.</summary>
public static class ConditionCheck
{
    public static bool Holds(Condition condition, ReadOnlySpan<byte> frame, in PacketContext context) =>
        Holds(condition, frame, context, FieldLayout.Of);

    /// <param name="layout">Anything but the real one is for tests that must notice.</param>
    internal static bool Holds(
        Condition condition, ReadOnlySpan<byte> frame, in PacketContext context, Func<Field, FieldLayout> layout) => condition switch
        {
            FieldEquals c => FieldReader.TryRead(frame, c.Field, layout(c.Field), out UInt128 value) switch
            {
                FieldPresence.Present => (value & c.Mask) == c.Value != c.Negated,
                FieldPresence presence => presence == FieldPresence.Waived,
            },
            FieldInRange c => FieldReader.TryRead(frame, c.Field, layout(c.Field), out UInt128 value) switch
            {
                FieldPresence.Present => (value >= c.Low && value <= c.High) != c.Negated,
                FieldPresence presence => presence == FieldPresence.Waived,
            },
            GratuitousArp c => FieldReader.TryRead(frame, Field.ArpSenderIp, out UInt128 sender) == FieldPresence.Present
                && FieldReader.TryRead(frame, Field.ArpTargetIp, out UInt128 target) == FieldPresence.Present
                && sender == target != c.Negated,
            IcmpTypeAndCode c => IcmpMessage.TryFind(frame, c.Version6, out byte type, out byte code)
                && (type >= c.TypeLow && type <= c.TypeHigh && code >= c.CodeLow && code <= c.CodeHigh) != c.Negated,
            TcpOptionPresent c => TcpOptions.TryFind(frame, out ReadOnlySpan<byte> options)
                && TcpOptions.Contains(options, c.Kind) != c.Negated,
            ConnectionStateIn c => (context.State & c.States) != ConnectionStates.None != c.Negated,
            ConnectionDirectionIs c => context.Direction == c.Direction,
            ConnectionLimitAbove c => (context.Counts?.Count(c) ?? 0) > c.Limit != c.Negated,
            InIpSet c => (context.Sets?.Contains(c, frame) ?? false) != c.Negated,
            _ => throw new UnreachableException($"no meaning for {condition.GetType().Name}"),
        };
}
