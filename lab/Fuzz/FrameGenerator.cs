using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Fuzz;

/// <summary>Makes frames for a program: on, just inside and just outside the boundaries of its rules.</summary>
/// <param name="ruled">The guest whose port has the program.</param>
/// <param name="peer">A guest to talk to.</param>
internal sealed class FrameGenerator(Random random, FilterProgram program, Guest ruled, Guest peer, Coverage coverage)
{
    private const ulong BridgeGroup = 0x0180_C200_0000;

    private readonly Target[] _targets = [.. Targets(program)];
    private readonly Conversation _conversation = new(random);
    private uint _serial;

    /// <summary>A rule to aim at: the conditions on the way to it, and which way the frame must go.</summary>
    private sealed record Target(bool ToGuest, EtherType? Type, ImmutableArray<Condition> Conditions);

    /// <summary>At least so many frames; a conversation is never cut short.</summary>
    public ImmutableArray<Stimulus> Next(int count)
    {
        ImmutableArray<Stimulus>.Builder frames = ImmutableArray.CreateBuilder<Stimulus>();
        while (frames.Count < count)
        {
            frames.AddRange(Some());
        }

        return frames.ToImmutable();
    }

    private static IEnumerable<Target> Targets(FilterProgram program) =>
    [
        .. OfStage(program.EthernetFromGuest, false, null),
        .. OfStage(program.EthernetToGuest, true, null),
        .. OfFamily(program.Ipv4, EtherType.Ipv4),
        .. OfFamily(program.Ipv6, EtherType.Ipv6),
    ];

    private static IEnumerable<Target> OfFamily(IpStages? stages, EtherType type) =>
        [.. OfStage(stages?.FromGuestForwarded, false, type), .. OfStage(stages?.ToGuestForwarded, true, type)];

    private static IEnumerable<Target> OfStage(Stage? stage, bool toGuest, EtherType? type) =>
        stage is null ? [] : OfChain(stage, 0, []).Select(conditions => new Target(toGuest, type, conditions));

    private static IEnumerable<ImmutableArray<Condition>> OfChain(Stage stage, int chain, ImmutableArray<Condition> before)
    {
        foreach (Rule rule in stage.Chains[chain].Rules)
        {
            ImmutableArray<Condition> conditions = before.AddRange(rule.Conditions);
            yield return conditions;
            if (rule.Verdict.Kind == VerdictKind.Jump)
            {
                foreach (ImmutableArray<Condition> inner in OfChain(stage, rule.Verdict.Target, conditions))
                {
                    yield return inner;
                }
            }
        }
    }

    private IEnumerable<Stimulus> Some()
    {
        Target target = _targets.Length > 0 && !Chance(8)
            ? _targets[random.Next(_targets.Length)]
            : new(Chance(2), Pick<EtherType?>(null, EtherType.Ipv4, EtherType.Ipv6), []);
        FrameRecipe recipe = Blank(target);
        foreach (Condition condition in target.Conditions)
        {
            Apply(recipe, condition, holds: true, target.ToGuest);
        }

        if (target.Conditions.Length > 0 && Chance(2))
        {
            Apply(recipe, target.Conditions[random.Next(target.Conditions.Length)], holds: false, target.ToGuest);
        }

        if (Chance(6) && recipe.Type is EtherType.Ipv4 or EtherType.Ipv6)
        {
            return _conversation.Around(recipe).Select(turn => Send(turn.Recipe, target.ToGuest != turn.Reply));
        }

        if (Chance(6))
        {
            Spoil(recipe);
        }

        return [Send(recipe, target.ToGuest)];
    }

    private Stimulus Send(FrameRecipe recipe, bool toGuest) =>
        new((toGuest ? peer : ruled).Name, recipe.ToBytes(++_serial));

    /// <summary>A frame as these two guests would exchange it, every field set to something that rules know.</summary>
    private FrameRecipe Blank(Target target)
    {
        FrameRecipe recipe = new();
        foreach (FieldInfo field in FieldTable.All)
        {
            if (field.Header is not (Header.Ethernet or Header.Vlan or Header.EbtStp))
            {
                recipe[field.Field] = Pick(Palette.Of(field.Field).AsSpan());
            }
        }

        (Guest from, Guest to) = target.ToGuest ? (peer, ruled) : (ruled, peer);
        recipe.Type = target.Type ?? Pick(EtherType.Ipv4, EtherType.Ipv4, EtherType.Ipv6, EtherType.Arp, EtherType.Rarp, EtherType.Experimental2);
        recipe[Field.EthernetSource] = from.Mac.Bits;
        recipe[Field.EthernetDestination] = Chance(5) ? Pick(Palette.Macs.AsSpan()) : to.Mac.Bits;
        recipe[Field.ArpHardwareType] = 1;
        recipe[Field.ArpProtocolType] = (ushort)EtherType.Ipv4;
        recipe[Field.Ipv4Tos] = (UInt128)Pick(0, 0, 1, 0x28, 0xB8, 0xFF);
        recipe.IcmpType = (byte)Pick(Palette.Of(Field.StpFlags).AsSpan());
        recipe.IcmpCode = (byte)Pick(0, 0, 1, 3);
        return recipe;
    }

    /// <summary>Makes the condition hold, at an edge of it, or fail by as little as possible.</summary>
    private void Apply(FrameRecipe recipe, Condition condition, bool holds, bool toGuest)
    {
        coverage.Count(condition, holds, toGuest);
        switch (condition)
        {
            case FieldEquals equals:
                Place(recipe, equals.Field, equals.Negated != holds ? Inside(equals) : Outside(equals));
                break;
            case FieldInRange range:
                Place(recipe, range.Field, range.Negated != holds ? Inside(range) : Outside(range));
                break;
            case GratuitousArp gratuitous:
                recipe[Field.ArpTargetIp] = recipe[Field.ArpSenderIp] ^ (gratuitous.Negated != holds ? 0u : 1u);
                break;
            case IcmpTypeAndCode icmp:
                bool inside = icmp.Negated != holds;
                recipe.IcmpType = (byte)Near(icmp.TypeLow, icmp.TypeHigh, byte.MaxValue, inside || Chance(2));
                recipe.IcmpCode = (byte)Near(icmp.CodeLow, icmp.CodeHigh, byte.MaxValue, inside || Chance(2));
                break;
            case TcpOptionPresent option:
                recipe.TcpOptions = option.Negated != holds ? Options(option.Kind) : Options((byte)(option.Kind ^ 1));
                break;
            default:
                break; // states, directions and counts come about by what was sent before
        }
    }

    private static void Place(FrameRecipe recipe, Field field, UInt128 value)
    {
        recipe[field] = value;
        if (field == Field.EthernetDestination && value == BridgeGroup)
        {
            recipe.Type = FrameRecipe.NoType;
        }
    }

    private UInt128 Inside(FieldEquals equals)
    {
        UInt128 free = FieldTable.Of(equals.Field).AllOnes & ~equals.Mask;
        return equals.Value | (Chance(2) ? 0 : free & (UInt128)random.NextInt64() * 0x1_0000_0000_0001);
    }

    /// <summary>One bit away: mostly the lowest that counts, where an off-by-one in a mask shows.</summary>
    private UInt128 Outside(FieldEquals equals)
    {
        if (equals.Mask == 0)
        {
            return equals.Value;
        }

        int lowest = (int)UInt128.TrailingZeroCount(equals.Mask);
        int highest = 127 - (int)UInt128.LeadingZeroCount(equals.Mask);
        return equals.Value ^ (UInt128.One << Pick(lowest, lowest, highest, random.Next(lowest, highest + 1)));
    }

    private UInt128 Inside(FieldInRange range) => Near(range.Low, range.High, FieldTable.Of(range.Field).AllOnes, true);

    private UInt128 Outside(FieldInRange range) => Near(range.Low, range.High, FieldTable.Of(range.Field).AllOnes, false);

    private UInt128 Near(UInt128 low, UInt128 high, UInt128 largest, bool inside) =>
        inside ? Pick(low, high, low + (high - low) / 2)
        : low == 0 && high >= largest ? low
        : high >= largest || (low > 0 && Chance(2)) ? low - 1
        : high + 1;

    /// <summary>End of list (0) and no operation (1) are single bytes; others have a length (RFC 9293 section 3.1).</summary>
    private static byte[] Options(byte kind) => kind <= 1 ? [kind] : [1, kind, 4, 0, 0];

    /// <summary>Shapes that headers may take and that rules seldom think of.</summary>
    private void Spoil(FrameRecipe recipe)
    {
        switch (random.Next(7))
        {
            case 0:
                recipe.FragmentOffset = (ushort)Pick(0, 1, 2, 185);
                recipe.MoreFragments = recipe.FragmentOffset == 0 || Chance(2);
                break;
            case 1:
                recipe.Tags = [.. recipe.Tags, (ushort)Pick(1, 100, 0x2001, 4095)];
                break;
            case 2:
                recipe.Cut = random.Next(1, 60);
                break;
            case 3:
                recipe.Padding = Pick(1, 2, 5);
                break;
            case 4:
                recipe.WrongChecksum = true;
                break;
            case 5:
                recipe.TcpOptions = Pick<byte[]>([2, 4, 5, 180], [1, 1, 1, 0], [3, 3, 7, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 1], [5]);
                break;
            default:
                recipe.Payload = new byte[random.Next(0, 1400)];
                break;
        }
    }

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private T Pick<T>(params ReadOnlySpan<T> of) => of[random.Next(of.Length)];
}
