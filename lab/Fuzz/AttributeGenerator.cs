using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Fuzz;

/// <summary>Chooses attributes for a protocol element: few, often masked, ranged, negated or from a variable.</summary>
/// <param name="variables">Name, the fields that its values suit, the values.</param>
internal sealed class AttributeGenerator(
    Random random, ImmutableArray<(string Name, Field[] For, string[] Values)> variables)
{
    private static readonly SourcePosition Nowhere = new("fuzz", 0, 0);

    public static readonly ImmutableArray<string> States =
        ["NEW", "ESTABLISHED", "RELATED", "INVALID", "NEW,ESTABLISHED", "ESTABLISHED,RELATED", "NEW,INVALID", "NONE"];

    public static readonly ImmutableArray<string> Flags =
        ["SYN/SYN", "SYN,ACK/SYN", "ALL/SYN", "ALL/NONE", "RST/NONE", "FIN,ACK/ACK", "ALL/ALL", "SYN/NONE", "SYN,RST,ACK/SYN,ACK"];

    private readonly Dictionary<AttributeSpec, AttributeValue> _chosen = [];
    private bool _lists;

    public ImmutableArray<AttributeMatch> Next(ProtocolSpec protocol, RuleDirection direction)
    {
        AttributeSpec[] starts = [.. protocol.Attributes.Where(attribute => IsStart(attribute, protocol, direction))];
        for (int i = Pick(0, 1, 1, 1, 2, 2, 3, 4); i > 0; i--)
        {
            Choose(Pick(starts), protocol);
        }

        Complete(protocol);
        bool negated = Chance(3), mixed = Chance(4);
        return
        [
            .. protocol.Attributes.Where(_chosen.ContainsKey)
                .Select(a => new AttributeMatch(a, _chosen[a], Sign(a, mixed ? Chance(2) : negated), Nowhere)),
        ];
    }

    /// <summary>Attributes that make a condition by themselves.</summary>
    public static bool MakesACondition(AttributeSpec attribute) => !attribute.BeyondLibvirt
        && attribute.Role is AttributeRole.Value or AttributeRole.RangeStart or AttributeRole.Gratuitous or AttributeRole.TcpOption
            or AttributeRole.IcmpType or AttributeRole.State or AttributeRole.ConnectionLimit or AttributeRole.IpSet or AttributeRole.Comment;

    private static bool IsStart(AttributeSpec attribute, ProtocolSpec protocol, RuleDirection direction) =>
        MakesACondition(attribute)
        && !(protocol.Name == "stp" && attribute.Field == Field.EthernetSource && direction == RuleDirection.InOut); // refused at instantiation

    private void Choose(AttributeSpec attribute, ProtocolSpec protocol)
    {
        if (_chosen.ContainsKey(attribute))
        {
            return;
        }

        _chosen[attribute] = Value(attribute, protocol);
        foreach (AttributeSpec companion in protocol.Attributes.Where(other => IsCompanion(attribute, other) && Chance(2)))
        {
            AttributeValue value = companion.Role == AttributeRole.Mask ? new NumberValue(Pick(Palette.Masks(companion.Type).AsSpan())) : Value(companion, protocol);
            _chosen[companion] = value;
            Order(attribute, companion);
        }
    }

    /// <summary>Attributes that say more about the one that makes the condition: its mask, the end of its range, a code.</summary>
    public static bool IsCompanion(AttributeSpec start, AttributeSpec other) => start.Role switch
    {
        AttributeRole.Value when other.Field == start.Field => other.Role is AttributeRole.Mask or AttributeRole.RangeEnd && !other.BeyondLibvirt
            && other.Type is not (AttributeType.Ipv4 or AttributeType.Ipv6), // srcipto belongs to srcipfrom
        AttributeRole.RangeStart => other.Field == start.Field && other.Role == AttributeRole.RangeEnd && !other.BeyondLibvirt,
        AttributeRole.IcmpType => other.Role is AttributeRole.IcmpTypeEnd or AttributeRole.IcmpCode or AttributeRole.IcmpCodeEnd,
        _ => false,
    };

    /// <summary>A range runs upwards; the tools refuse another.</summary>
    private void Order(AttributeSpec start, AttributeSpec end)
    {
        if (end.Role is AttributeRole.Mask or AttributeRole.IcmpCode)
        {
            return;
        }

        AttributeSpec low = end.Role == AttributeRole.IcmpCodeEnd
            ? _chosen.Keys.FirstOrDefault(a => a.Role == AttributeRole.IcmpCode) ?? start
            : start;
        if (_chosen[low] is NumberValue from && _chosen[end] is NumberValue to)
        {
            (_chosen[low], _chosen[end]) = from.Bits <= to.Bits ? (from, to) : (to, from);
        }
        else
        {
            _chosen.Remove(end); // a list may hold a value on the wrong side
        }
    }

    /// <summary>What the chosen attributes need: ports ask for a literal protocol, ICMPv6 types for theirs (section 2.9), and a set for
    /// the addresses to look up (section 4.6.6).</summary>
    private void Complete(ProtocolSpec protocol)
    {
        if (_chosen.Keys.Any(attribute => attribute.Role == AttributeRole.IpSet))
        {
            _chosen[protocol.Find("ipsetflags")!] = new TextValue(Pick("src", "src", "dst", "dst", "src,dst"));
        }

        if (protocol.Layer != ProtocolLayer.Ethernet || protocol.Find("protocol") is not { } number)
        {
            return;
        }

        bool ports = _chosen.Keys.Any(a => a.Field is Field.TransportSourcePort or Field.TransportDestinationPort);
        bool types = _chosen.Keys.Any(a => a.Role is AttributeRole.IcmpType or AttributeRole.IcmpCode or AttributeRole.IcmpTypeEnd or AttributeRole.IcmpCodeEnd);
        if (ports && types)
        {
            foreach (AttributeSpec icmp in _chosen.Keys.Where(a => a.Field is null && a.Role != AttributeRole.Comment).ToArray())
            {
                _chosen.Remove(icmp);
            }
        }

        if (ports)
        {
            _chosen[number] = new NumberValue(Pick<UInt128>(6, 17, 33, 132));
        }
        else if (types)
        {
            _chosen[number] = new NumberValue((byte)IpProtocol.IcmpV6);
        }
    }

    /// <summary>A negated protocol next to ports or types is refused by ebtables (section 2.3).</summary>
    private bool Sign(AttributeSpec attribute, bool negated) => negated
        && !(attribute.Name == "protocol" && _chosen.Keys.Any(a =>
            a.Field is Field.TransportSourcePort or Field.TransportDestinationPort || a.Role == AttributeRole.IcmpType));

    private AttributeValue Value(AttributeSpec attribute, ProtocolSpec protocol) => attribute.Role switch
    {
        AttributeRole.Gratuitous => new NumberValue((UInt128)Pick(0, 1, 1)),
        AttributeRole.State => new TextValue(Pick(States.AsSpan())),
        AttributeRole.IpSet => new TextValue(Palette.IpSetFor(protocol).Name),
        AttributeRole.Comment => new TextValue(Pick("plain", "two words", "quote \" and \\ slash", "it's")),
        AttributeRole.ConnectionLimit => new NumberValue((UInt128)Pick(0, 1, 2, 3)),
        _ when attribute.Type == AttributeType.TcpFlags => new TextValue(Pick(Flags.AsSpan())),
        _ when attribute.Field is { } field => Variable(field) ?? (AttributeValue)Number(attribute, field),
        AttributeRole.TcpOption => new NumberValue(Pick<UInt128>(1, 2, 3, 4, 8, 254, 255)), // the tools refuse 0
        _ => new NumberValue(Pick<UInt128>(0, 1, 2, 3, 8, 128, 133, 255)),
    };

    private NumberValue Number(AttributeSpec attribute, Field field)
    {
        UInt128[] legal = [.. Palette.Of(field).Where(value => attribute.Maximum == 0 || (value >= attribute.Minimum && value <= attribute.Maximum))];
        return new(Pick(legal));
    }

    private VariableReference? Variable(Field field)
    {
        (string Name, Field[] For, string[] Values)[] suitable = [.. variables.Where(variable => variable.For.Contains(field))];
        if (suitable.Length == 0 || !Chance(4))
        {
            return null;
        }

        (string name, _, string[] values) = Pick(suitable);
        bool parallel = values.Length == 2; // only lists of one length may share an iterator
        if (Chance(3) || (!parallel && _lists))
        {
            return new(name, null, (uint)random.Next(values.Length));
        }

        _lists = true;
        return parallel ? new(name, Chance(3) ? 1 : 0, null) : new(name, 2, null);
    }

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private T Pick<T>(params ReadOnlySpan<T> of) => of[random.Next(of.Length)];
}
