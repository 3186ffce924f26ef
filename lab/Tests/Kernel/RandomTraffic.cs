using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Tests.Kernel;

/// <summary>Programs and frames from small pools of values, so that conditions hold about as often as not.</summary>
internal sealed class RandomTraffic(int seed)
{
    public static readonly ImmutableArray<MacAddress> Senders =
        [MacAddress.Parse("52:54:00:00:00:01"), MacAddress.Parse("52:54:00:00:00:02"), MacAddress.Parse("52:54:00:00:01:02")];

    private static readonly ImmutableArray<MacAddress> Receivers =
    [
        MacAddress.Broadcast, MacAddress.Parse("52:54:00:00:00:d1"), MacAddress.Parse("01:00:5e:00:00:05"),
        MacAddress.Parse("01:80:c2:00:00:00"),
    ];

    private static readonly uint[] Addresses4 = [0, 0x0A00_0001, 0x0A00_0002, 0x0A00_0102, 0xFFFF_FFFF];
    private static readonly UInt128[] Addresses6 = [0, new(0xFE80_0000_0000_0000, 1), new(0xFE80_0000_0000_0000, 2), new(0xFF02_0000_0000_0000, 1)];
    private static readonly ushort[] Numbers = [0, 1, 2, 7, 53, 67, 68, 0x0800];

    private readonly Random _random = new(seed);
    private int _line;

    /// <summary>Programs of one shape and maybe of another, each port with values of its own.</summary>
    public ImmutableArray<FilterProgram> Programs(int ports)
    {
        Draft[] drafts = [NewDraft(), NewDraft()];
        return [.. Enumerable.Range(0, ports).Select(_ => Fill(drafts[_random.Next(4) == 0 ? 1 : 0]))];
    }

    public byte[] Frame()
    {
        byte[] frame = Frames.Ethernet(Pick(Receivers), Pick(Senders), Body(out byte[] payload), payload);
        return _random.Next(8) switch
        {
            0 => frame[..Math.Max(14, frame.Length - _random.Next(frame.Length))],
            1 => Spoilt(frame),
            _ => frame,
        };
    }

    private EtherType Body(out byte[] payload)
    {
        MacAddress mac = Pick(Senders), target = Pick(Senders);
        Ipv4Address from = new(Pick(Addresses4)), to = new(Pick(Addresses4));
        Ipv6Address from6 = new(Pick(Addresses6)), to6 = new(Pick(Addresses6));
        switch (_random.Next(10))
        {
            case 0 or 1:
                payload = Frames.Arp(Pick(Numbers), mac, from, target, to);
                return _random.Next(3) == 0 ? EtherType.Rarp : EtherType.Arp;
            case 2:
                payload = Frames.Vlan(Pick(Numbers), EtherType.Ipv4, Frames.Udp(from, 68, to, 67, new byte[4]));
                return EtherType.Vlan;
            case 3:
                payload = Bpdu();
                return (EtherType)payload.Length;
            case 4:
                payload = Frames.Icmp(from6, to6, (byte)Pick(Numbers), (byte)Pick(Numbers), 0, new byte[4]);
                return EtherType.Ipv6;
            case 5:
                payload = Frames.Udp(from6, Pick(Numbers), to6, Pick(Numbers), new byte[4]);
                return EtherType.Ipv6;
            case 6:
                payload = Frames.Tcp(from, Pick(Numbers), to, Pick(Numbers), (byte)_random.Next(64), new byte[4]);
                return EtherType.Ipv4;
            case 7:
                payload = Frames.Ipv4(from, to, (IpProtocol)Pick(Numbers), new byte[12], tos: (byte)_random.Next(4));
                return EtherType.Ipv4;
            default:
                payload = Frames.Udp(from, Pick(Numbers), to, Pick(Numbers), new byte[4]);
                return EtherType.Ipv4;
        }
    }

    private byte[] Bpdu()
    {
        byte[] bpdu = [0x42, 0x42, 0x03, 0, 0, 0, (byte)(_random.Next(3) == 0 ? 0x80 : 0), .. new byte[31]];
        for (int i = 7; i < bpdu.Length; i++)
        {
            bpdu[i] = (byte)_random.Next(3);
        }

        return bpdu;
    }

    /// <summary>Changes one byte behind the addresses, but not the byte that says how long ARP's hardware addresses are:
    /// nft reads addresses at fixed places, and asks for six bytes.</summary>
    private byte[] Spoilt(byte[] frame)
    {
        int at = _random.Next(12, frame.Length);
        if (frame[12] is not (0x08 or 0x80) || at is not (18 or 19))
        {
            frame[at] = (byte)_random.Next(256);
        }

        return frame;
    }

    /// <summary>Two stages of rules whose open values are drawn for each port anew.</summary>
    private sealed record Draft(ImmutableArray<ImmutableArray<DraftRule>>[] Stages, bool[] Present);

    private sealed record DraftRule(ImmutableArray<Func<Condition>> Conditions, Verdict Verdict, bool List, Origin Origin);

    private Draft NewDraft() => new(
        [NewStage(), NewStage()],
        [_random.Next(6) > 0, _random.Next(6) > 0]);

    private ImmutableArray<ImmutableArray<DraftRule>> NewStage()
    {
        int chains = _random.Next(1, 4);
        return
        [
            .. Enumerable.Range(0, chains).Select(chain => ImmutableArray.CreateRange(
                Enumerable.Range(0, _random.Next(1, 5)).Select(_ => NewRule(chain == 0 ? chains : 0)))),
        ];
    }

    private DraftRule NewRule(int jumps)
    {
        int kind = _random.Next(7);
        Verdict verdict = _random.Next(jumps > 1 ? 8 : 6) switch
        {
            0 or 1 => Verdict.Accept,
            2 => Verdict.Drop,
            3 => Verdict.Reject,
            4 => Verdict.Return,
            5 => Verdict.Continue,
            _ => Verdict.Jump(_random.Next(1, jumps)),
        };
        return new(
            [.. Implied(kind), .. Enumerable.Range(0, _random.Next(3)).SelectMany(_ => NewConditions(kind))],
            verdict,
            _random.Next(3) == 0,
            new("random", new SourcePosition("random.xml", ++_line, 1)));
    }

    private static IEnumerable<Func<Condition>> Implied(int kind) => kind switch
    {
        1 => [() => FieldEquals.Exactly(EtherType.Arp)],
        2 => [() => FieldEquals.Exactly(EtherType.Rarp)],
        3 => [() => FieldEquals.Exactly(EtherType.Ipv4)],
        4 => [() => FieldEquals.Exactly(EtherType.Ipv6)],
        5 => [() => FieldEquals.Exactly(EtherType.Vlan)],
        6 => [() => FieldEquals.Exactly(Field.EthernetDestination, Receivers[3].Bits)],
        _ => [],
    };

    /// <summary>A condition, with the protocol before it that the reader of filters asks for beside ports.</summary>
    private IEnumerable<Func<Condition>> NewConditions(int kind)
    {
        Func<Condition> condition = NewCondition(kind);
        Field? field = condition() switch { FieldEquals c => c.Field, FieldInRange c => c.Field, _ => null };
        Field protocol = kind == 3 ? Field.Ipv4Protocol : Field.Ipv6Protocol;
        return field switch
        {
            Field.TransportSourcePort or Field.TransportDestinationPort =>
                [() => FieldEquals.Exactly(protocol, (byte)IpProtocol.Udp), condition],
            Field.TcpFlags => [() => FieldEquals.Exactly(protocol, (byte)IpProtocol.Tcp), condition],
            _ => [condition],
        };
    }

    private Func<Condition> NewCondition(int kind)
    {
        Field[] fields = kind switch
        {
            1 or 2 => [Field.ArpHardwareType, Field.ArpProtocolType, Field.ArpOpcode, Field.ArpSenderMac, Field.ArpTargetMac, Field.ArpSenderIp, Field.ArpTargetIp],
            3 => [Field.Ipv4Source, Field.Ipv4Destination, Field.Ipv4Protocol, Field.Ipv4Tos, Field.TransportSourcePort, Field.TransportDestinationPort, Field.Ipv4Dscp, Field.TcpFlags],
            4 => [Field.Ipv6Source, Field.Ipv6Destination, Field.Ipv6Protocol, Field.TransportSourcePort, Field.TransportDestinationPort, Field.Ipv6Dscp],
            5 => [Field.VlanId, Field.VlanEncapsulatedType],
            6 => [Field.StpType, Field.StpFlags, Field.StpRootPriority, Field.StpRootAddress, Field.StpRootCost, Field.StpPort, Field.StpForwardDelay],
            _ => [Field.EthernetSource, Field.EthernetDestination, Field.EtherType],
        };
        Field field = Pick(fields);
        bool negated = _random.Next(4) == 0;
        UInt128 all = FieldTable.Of(field).AllOnes;
        return (kind, _random.Next(8)) switch
        {
            (1 or 2, 0) => () => new GratuitousArp(negated),
            (4, 0) => Icmp(negated),
            (_, 1) when field is not Field.EtherType => Masked(field, all << _random.Next(1, 8) & all, negated),
            (_, 2) when field is not Field.EtherType => Range(field, negated),
            _ => () => FieldEquals.Exactly(field, Value(field), negated),
        };
    }

    private Func<Condition> Masked(Field field, UInt128 mask, bool negated)
    {
        UInt128 value = Value(field) & mask;
        return () => new FieldEquals(field, value, mask, negated);
    }

    private Func<Condition> Range(Field field, bool negated)
    {
        UInt128 one = Value(field), other = Value(field);
        return () => new FieldInRange(field, UInt128.Min(one, other), UInt128.Max(one, other), negated);
    }

    private Func<Condition> Icmp(bool negated)
    {
        byte type = (byte)_random.Next(4), code = (byte)_random.Next(4);
        return () => new IcmpTypeAndCode(true, type, (byte)(type + 2), code, 255, negated);
    }

    private UInt128 Value(Field field) => (FieldTable.Of(field).Bits, field) switch
    {
        (_, Field.EtherType) => (ushort)Pick([EtherType.Ipv4, EtherType.Arp, EtherType.Ipv6, EtherType.Vlan]),
        (_, Field.Ipv4Protocol or Field.Ipv6Protocol) => (byte)Pick([IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.IcmpV6]),
        (48, _) => _random.Next(2) == 0 ? Pick(Senders).Bits : Pick(Receivers).Bits,
        (32, Field.StpRootCost) => (UInt128)_random.Next(3) << 24 | (UInt128)_random.Next(3),
        (32, _) => Pick(Addresses4),
        (128, _) => Pick(Addresses6),
        (var bits, _) => (UInt128)Pick(Numbers) & (UInt128.MaxValue >> (128 - bits)),
    };

    private FilterProgram Fill(Draft draft) => FilterProgram.Empty with
    {
        EthernetFromGuest = draft.Present[0] ? Fill(draft.Stages[0]) : null,
        EthernetToGuest = draft.Present[1] ? Fill(draft.Stages[1]) : null,
    };

    private Stage Fill(ImmutableArray<ImmutableArray<DraftRule>> chains) => new(
        [.. chains.Select((rules, i) => new Chain(i == 0 ? "root" : $"mac{i}", [.. rules.SelectMany(Fill)], ChainEnd.Accept))]);

    /// <summary>One rule, or for a list of values several alike.</summary>
    private IEnumerable<Rule> Fill(DraftRule draft) => Enumerable.Range(0, draft.List ? _random.Next(1, 4) : 1)
        .Select(_ => new Rule([.. draft.Conditions.Select(condition => condition())], draft.Verdict, draft.Origin)).ToArray();

    private T Pick<T>(IReadOnlyList<T> pool) => pool[_random.Next(pool.Count)];
}
