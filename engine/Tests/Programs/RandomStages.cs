using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.State;

namespace Lab.Engine.Tests.Programs;

/// <summary>
/// Stages whose conditions sit on the boundaries of the frames they will be asked about: values at, next to and across
/// every mask and range.
/// </summary>
internal sealed class RandomStages(Random random)
{
    private static readonly Origin Nowhere = new("random", new("random", 1, 1));
    private static readonly Field[] Fields = Enum.GetValues<Field>();

    public Stage Next(IReadOnlyList<byte[]> frames)
    {
        int chains = random.Next(1, 5);
        return new([.. Enumerable.Range(0, chains).Select(index => new Chain(
            index == 0 ? "root" : $"chain{index}",
            [.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => Rule(index, chains, frames))],
            random.Next(2) == 0 ? ChainEnd.Accept : ChainEnd.Return))]);
    }

    private Rule Rule(int chain, int chains, IReadOnlyList<byte[]> frames)
    {
        byte[] frame = frames[random.Next(frames.Count)];
        int count = random.Next(4);
        var conditions = ImmutableArray.CreateBuilder<Condition>(count);
        for (int i = 0; i < count; i++)
        {
            conditions.Add(Condition(frame));
        }

        VerdictKind kind = (VerdictKind)random.Next(6);
        Verdict verdict = kind != VerdictKind.Jump ? new(kind)
            : chain + 1 < chains ? Verdict.Jump(random.Next(chain + 1, chains)) : Verdict.Continue;
        return new(conditions.MoveToImmutable(), verdict, Nowhere);
    }

    /// <summary>A condition that the frame meets, just misses, or has no header for.</summary>
    public Condition Condition(byte[] frame) => random.Next(14) switch
    {
        0 => new GratuitousArp(Coin()),
        1 => Icmp(frame),
        2 => new TcpOptionPresent((byte)random.Next(9), Coin()),
        3 => new ConnectionStateIn((ConnectionStates)random.Next(32), Coin()),
        4 => new ConnectionDirectionIs((ConnectionDirection)random.Next(2)),
        5 => new ConnectionLimitAbove((ushort)random.Next(4), Coin()),
        6 => new InIpSet("set", [SetDimension.Source], Coin()),
        7 or 8 or 9 => Range(Existing(frame), frame),
        _ => Comparison(Existing(frame), frame),
    };

    private IcmpTypeAndCode Icmp(byte[] frame)
    {
        bool version6 = IcmpMessage.TryFind(frame, true, out byte type, out byte code);
        _ = version6 || IcmpMessage.TryFind(frame, false, out type, out code);
        return new(random.Next(8) == 0 ? !version6 : version6, Below(type), Above(type), Below(code), Above(code), Coin());

        byte Below(byte value) => random.Next(3) switch { 0 => 0, 1 => value, _ => (byte)Math.Min(255, value + 1) };
        byte Above(byte value) => random.Next(3) switch { 0 => 255, 1 => value, _ => (byte)Math.Max(0, value - 1) };
    }

    public FieldEquals Comparison(Field field, byte[] frame)
    {
        UInt128 all = FieldTable.Of(field).AllOnes;
        int width = FieldTable.Of(field).Bits;
        UInt128 mask = random.Next(3) switch
        {
            0 => random.Next(width + 1) is var ones && ones == 0 ? 0 : all << (width - ones) & all,
            _ => all,
        };
        return new(field, Near(field, frame) & mask, mask, Coin());
    }

    public FieldInRange Range(Field field, byte[] frame)
    {
        UInt128 low = Near(field, frame), high = random.Next(4) == 0 ? low : Near(field, frame);
        return low > high && random.Next(8) != 0 ? new(field, high, low, Coin()) : new(field, low, high, Coin());
    }

    /// <summary>Nine times in ten a field that the frame has, so that most conditions are decided by their values.</summary>
    private Field Existing(byte[] frame)
    {
        Field field = Fields[random.Next(Fields.Length)];
        for (int tries = 0; tries < 20 && FieldReader.TryRead(frame, field, out _) == FieldPresence.Absent && random.Next(10) != 0; tries++)
        {
            field = Fields[random.Next(Fields.Length)];
        }

        return field;
    }

    private UInt128 Near(Field field, byte[] frame)
    {
        UInt128 all = FieldTable.Of(field).AllOnes;
        _ = FieldReader.TryRead(frame, field, out UInt128 value);
        return random.Next(8) switch
        {
            0 => value + 1 & all,
            1 => value - 1 & all,
            2 => value ^ UInt128.One << random.Next(FieldTable.Of(field).Bits),
            3 => random.Next(2) == 0 ? 0 : all,
            _ => value,
        };
    }

    private bool Coin() => random.Next(2) == 0;
}
