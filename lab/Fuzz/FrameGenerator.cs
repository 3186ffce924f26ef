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

    /// <summary>Where a frame goes, seen from the guest that is ruled.</summary>
    private enum Way
    {
        ToGuest,
        FromGuest,
        ToHost,
    }

    /// <summary>A rule to aim at: the conditions on the way to it, and which way the frame must go.</summary>
    private sealed record Target(Way Way, EtherType? Type, ImmutableArray<Condition> Conditions)
    {
        public bool ToGuest => Way == Way.ToGuest;
    }

    /// <summary>What else goes on where a host connects its guests with others; null where it does not.</summary>
    public HostTraffic? Traffic { get; init; }

    /// <summary>The bridge's own address, where a host behind it takes frames; without it none is sent there.</summary>
    public MacAddress? Host { get; init; }

    /// <summary>At least so many frames; a conversation is never cut short.</summary>
    /// <remarks>The first half walks along the rules: each once as it wants its frames, and once for each of its conditions
    /// with that one just missed. The rest is chance.</remarks>
    public ImmutableArray<Stimulus> Next(int count)
    {
        ImmutableArray<Stimulus>.Builder frames = ImmutableArray.CreateBuilder<Stimulus>();
        (Target Target, int Missed)[] walk = [.. _targets.SelectMany(target => Enumerable.Range(-1, target.Conditions.Length + 1).Select(missed => (target, missed)))];
        random.Shuffle(walk);
        foreach ((Target target, int missed) in walk.Take(count / 2))
        {
            frames.Add(Send(Aimed(target, missed), target.Way));
        }

        while (frames.Count < count)
        {
            frames.AddRange(Some());
        }

        return frames.ToImmutable();
    }

    private static IEnumerable<Target> Targets(FilterProgram program) =>
    [
        .. OfStage(program.EthernetFromGuest, Way.FromGuest, null),
        .. OfStage(program.EthernetToGuest, Way.ToGuest, null),
        .. OfFamily(program.Ipv4, EtherType.Ipv4),
        .. OfFamily(program.Ipv6, EtherType.Ipv6),
    ];

    private static IEnumerable<Target> OfFamily(IpStages? stages, EtherType type) =>
    [
        .. OfStage(stages?.FromGuestForwarded, Way.FromGuest, type), .. OfStage(stages?.ToGuestForwarded, Way.ToGuest, type),
        .. OfStage(stages?.FromGuestToHost, Way.ToHost, type),
    ];

    private static IEnumerable<Target> OfStage(Stage? stage, Way way, EtherType? type) =>
        stage is null ? [] : OfChain(stage, 0, []).Select(conditions => new Target(way, type, conditions));

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
        if (Traffic is { } through && Chance(3))
        {
            return through.Some(() => ++_serial);
        }

        Target target = _targets.Length > 0 && !Chance(8)
            ? _targets[random.Next(_targets.Length)]
            : new(Chance(2) ? Way.ToGuest : Way.FromGuest, Pick<EtherType?>(null, EtherType.Ipv4, EtherType.Ipv6), []);
        FrameRecipe recipe = Aimed(target, target.Conditions.Length > 0 && Chance(2) ? random.Next(target.Conditions.Length) : -1);
        if (Chance(6) && recipe.Type is EtherType.Ipv4 or EtherType.Ipv6)
        {
            return _conversation.Around(recipe).Where(turn => !turn.Reply || target.Way != Way.ToHost) // the host answers by itself
                .Select(turn => Send(turn.Recipe, turn.Reply ? target.ToGuest ? Way.FromGuest : Way.ToGuest : target.Way));
        }

        if (Chance(4))
        {
            Spoil(recipe, target);
        }

        return [Send(recipe, target.Way)];
    }

    /// <summary>A frame that meets all conditions, or all but one.</summary>
    /// <param name="missed">Which one it just misses; -1 for none.</param>
    private FrameRecipe Aimed(Target target, int missed)
    {
        FrameRecipe recipe = Blank(target);
        foreach (Condition condition in (Chance(3) ? Neighbour(target) : []).Concat(target.Conditions))
        {
            Apply(recipe, condition, holds: true, target.ToGuest);
        }

        if (missed >= 0)
        {
            Apply(recipe, target.Conditions[missed], holds: false, target.ToGuest);
        }

        return recipe;
    }

    /// <summary>Conditions of another rule on the same way: a frame that meets two rules shows in which order they stand.</summary>
    private ImmutableArray<Condition> Neighbour(Target target)
    {
        Target other = _targets.Length > 0 ? _targets[random.Next(_targets.Length)] : target;
        return other.Way == target.Way && other.Type == target.Type ? other.Conditions : [];
    }

    /// <remarks>What is for the host comes from the peer now and then, who must not meet the rules of the one who is ruled.</remarks>
    private Stimulus Send(FrameRecipe recipe, Way way) =>
        new((way == Way.ToGuest || (way == Way.ToHost && Chance(8)) ? peer : ruled).Name, recipe.ToBytes(++_serial));

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
        recipe[Field.EthernetDestination] = target.Way == Way.ToHost && Host is { } host ? host.Bits
            : Chance(5) ? Pick(Palette.Macs.AsSpan()) : to.Mac.Bits;
        recipe[Field.ArpHardwareType] = 1;
        recipe[Field.ArpProtocolType] = (ushort)EtherType.Ipv4;
        recipe[Field.Ipv4Tos] = (UInt128)Pick(0, 0, 1, 0x28, 0xB8, 0xFF);
        if (Traffic is { } around && Chance(4))
        {
            recipe[Pick(Field.Ipv4Source, Field.Ipv4Destination, Field.Ipv4Destination)] = around.SomeAddress();
        }

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
                recipe[Field.ArpTargetIp] = recipe[Field.ArpSenderIp] ^ (gratuitous.Negated != holds ? 0u : 1u << random.Next(32));
                break;
            case IcmpTypeAndCode icmp:
                bool inside = icmp.Negated != holds;
                recipe.IcmpType = Octet(icmp.TypeLow, icmp.TypeHigh, inside || Chance(2));
                recipe.IcmpCode = Octet(icmp.CodeLow, icmp.CodeHigh, inside || Chance(2));
                break;
            case InIpSet membership when Palette.IpSets.First(known => known.Name == membership.Set) is var set:
                Field field = set.FieldOf(membership.Dimensions[0]);
                recipe[field] = Pick(Palette.Of(field).Where(address => set.Contains(address) == (membership.Negated != holds)).ToArray());
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

    private byte Octet(byte low, byte high, bool inside) =>
        (byte)(!inside && low == high && Chance(2) ? (UInt128)(low ^ 1 << Pick(0, 7, random.Next(8))) : Near(low, high, byte.MaxValue, inside));

    private UInt128 Near(UInt128 low, UInt128 high, UInt128 largest, bool inside) =>
        inside ? Pick(low, high, low + (high - low) / 2)
        : low == 0 && high >= largest ? low
        : high >= largest || (low > 0 && Chance(2)) ? low - 1
        : high + 1;

    /// <summary>End of list (0) and no operation (1) are single bytes; others have a length (RFC 9293 section 3.1).</summary>
    private static byte[] Options(byte kind) => kind <= 1 ? [kind] : [1, kind, 4, 0, 0];

    /// <summary>Shapes that headers may take and that rules seldom think of.</summary>
    private void Spoil(FrameRecipe recipe, Target target)
    {
        switch (Chance(2) ? Telling(target) : random.Next(14))
        {
            case 0 or 7 or 8:
                recipe.FragmentOffset = (ushort)Pick(0, 1, 2, 185, 0x1000, 0x1000);
                recipe.MoreFragments = recipe.FragmentOffset == 0 || Chance(2);
                recipe.Imitates = Imitable(target);
                break;
            case 9 or 10:
                recipe.Length = Edge(target);
                break;
            case 11:
                recipe.ForeignBit = Pick(0, 15, 16, 31, 32, 39, 40, 47, random.Next(8 * FrameRecipe.AnnouncementLength)); // mostly where something ends
                break;
            case 13:
                recipe.UpperLength = Pick(0, 1, 2, 3, 4, 8, 13, 14, 19, 20);
                break;
            case 12:
                recipe.Imitates = Imitable(target);
                recipe[recipe.Type == EtherType.Ipv4 ? Field.Ipv4Protocol : Field.Ipv6Protocol] ^= UInt128.One << random.Next(8);
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

    /// <summary>A spoilt shape that concerns the headers that the rule asks for.</summary>
    private int Telling(Target target)
    {
        Header[] headers = [.. target.Conditions.SelectMany(FieldsOf).Select(field => FieldTable.Of(field).Header)];
        return headers.Any(header => header is Header.Stp or Header.EbtStp or Header.Arp) ? Pick(9, 11, 11)
            : headers.Any(header => header is Header.Ports or Header.Tcp) || target.Conditions.Any(condition => condition is TcpOptionPresent) ? Pick(0, 9, 12, 13, 13)
            : Pick(9, 10, 13);
    }

    /// <summary>The header that the rule asks for.</summary>
    private static IpProtocol Imitable(Target target) => target.Conditions.Any(condition => condition is IcmpTypeAndCode) ? IpProtocol.Icmp : IpProtocol.Tcp;

    /// <summary>So long that a field which the rule asks for, or its header, just fits or just does not.</summary>
    private int? Edge(Target target)
    {
        FieldLayout[] layouts = [.. target.Conditions.SelectMany(FieldsOf).Select(FieldLayout.Of).Where(layout => layout.Anchor != Anchor.Frame || layout.Present > EthernetView.Length)];
        if (layouts.Length == 0)
        {
            return null;
        }

        FieldLayout layout = layouts[random.Next(layouts.Length)];
        int anchor = layout.Anchor switch
        {
            Anchor.Frame => 0,
            Anchor.Transport or Anchor.UpperLayer => target.Conditions.OfType<FieldEquals>().Any(c => c.Field == Field.EtherType && c.Value == (ushort)EtherType.Ipv6) || target.Type == EtherType.Ipv6 ? 54 : 34,
            _ => 14 + Pick(8, 14, 18, 24), // the addresses of an ARP packet
        };
        return anchor + Pick(layout.Present, layout.Offset + layout.Bytes) - Pick(0, 0, 1, 1, 2);
    }

    private static IEnumerable<Field> FieldsOf(Condition condition) => condition switch
    {
        FieldEquals c => [c.Field],
        FieldInRange c => [c.Field],
        GratuitousArp => [Field.ArpSenderIp, Field.ArpTargetIp],
        IcmpTypeAndCode or TcpOptionPresent => [Field.TransportSourcePort],
        _ => [],
    };

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private T Pick<T>(params ReadOnlySpan<T> of) => of[random.Next(of.Length)];
}
