using System.Collections.Immutable;
using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Values;

namespace Lab.Engine.Tests.Filters;

/// <summary>Any filter that the model can hold.</summary>
internal sealed class FilterModels
{
    private static readonly SourcePosition Nowhere = new("generated", 0, 0);

    private readonly Random _random;

    private FilterModels(int seed) => _random = new(seed);

    /// <summary>A seed stands for a filter, so that a failure names one number.</summary>
    public static Arbitrary<int> Seeds { get; } = Gen.Choose(0, int.MaxValue).ToArbitrary();

    public static FilterDefinition FromSeed(int seed) => new FilterModels(seed).Filter();

    /// <summary>Everything but the positions, in a form that compares by value.</summary>
    public static IEnumerable<string> Content(FilterDefinition filter) =>
    [
        $"{filter.Name} {filter.Uuid} {filter.Chain} {filter.ChainGiven} {filter.ChainPriority}",
        .. filter.Entries.SelectMany(entry => entry switch
        {
            RuleEntry rule => (IEnumerable<string>)
            [
                $"{rule.Action} {rule.Direction} {rule.Priority} {rule.StateMatch} {rule.Protocol}",
                .. rule.Attributes.Select(a => $"{a.Attribute.Name} {a.Negated} {a.Value.GetType().Name} {a.Value}"),
            ],
            ReferenceEntry reference =>
            [
                reference.Filter,
                .. reference.Parameters.Values.Select(p => $"{p.Key} {string.Join(' ', p.Value.Select(v => v.Text))}"),
            ],
            _ => throw new UnreachableException(),
        }),
    ];

    private FilterDefinition Filter()
    {
        _ = ChainName.TryParse(Pick("root", "mac", "vlan-7", "stp", "ipv4", "ipv6.x", "arp-mac", "rarp"), out ChainName chain);
        return new(Name(), Chance(2) ? new Guid(Bytes(16)) : null, chain, ChainGiven: true,
            Chance(2) ? chain.DefaultPriority : _random.Next(-1000, 1001), Many(6, Entry), Nowhere);
    }

    private FilterEntry Entry() => Chance(4) ? Reference() : Rule();

    private ReferenceEntry Reference()
    {
        ParameterSet parameters = ParameterSet.Empty;
        foreach (string name in Many(4, () => Pick("IP", "MAC", "a_1", "9")))
        {
            parameters = parameters.Append(name, new("v" + Text("abZ09_.:", 8), Nowhere));
        }

        return new($"other-{Name()}", parameters, Nowhere); // never itself
    }

    private RuleEntry Rule()
    {
        ProtocolSpec? protocol = Chance(8) ? null : Pick([.. ProtocolTable.All]);
        return new((RuleAction)_random.Next(5), (RuleDirection)_random.Next(3), _random.Next(-1000, 1001), !Chance(4), protocol,
            protocol is null ? [] : Attributes(protocol), Nowhere);
    }

    private ImmutableArray<AttributeMatch> Attributes(ProtocolSpec protocol)
    {
        bool ports = protocol.Name is "ip" or "ipv6" && Chance(2);
        return AttributeSigns.Settle(protocol, [.. protocol.Attributes.Where(_ => Chance(3))
            .Where(a => protocol.Layer != ProtocolLayer.Ethernet || a.Name != "protocol" && !a.Name.Contains("port", StringComparison.Ordinal)
                || a.Name is "port" or "port-hi")
            .Concat(ports ? protocol.Attributes.Where(a => a.Name == "protocol" || (a.Name.Contains("port", StringComparison.Ordinal) && Chance(2))) : [])
            .OrderBy(a => protocol.Attributes.IndexOf(a))
            .Select(a => new AttributeMatch(a, a.Name == "protocol" ? new NumberValue((byte)Pick(6, 17, 33, 132)) : Value(a), Chance(3), Nowhere))]);
    }

    private AttributeValue Value(AttributeSpec attribute) => Chance(4) ? Variable() : attribute.Type switch
    {
        AttributeType.Mac => new NumberValue(Bits(48)),
        AttributeType.MacMask => new NumberValue(Mask(48)),
        AttributeType.Ipv4 => new NumberValue(Bits(32)),
        AttributeType.Ipv4Mask => new NumberValue(Mask(32)),
        AttributeType.Ipv6 => new NumberValue(Address6()),
        AttributeType.Ipv6Mask => new NumberValue(Mask(128)),
        AttributeType.Boolean => new NumberValue((UInt128)_random.Next(2)),
        AttributeType.Comment => new TextValue(Text("ab c'\"<>&\t\n\rü€😀", 60).TrimStart('$')),
        AttributeType.IpSetName => new TextValue(Text("aZ9_.:-+ ", 31)),
        AttributeType.IpSetFlags => new TextValue(string.Join(',', Enumerable.Range(0, _random.Next(1, 7)).Select(_ => Pick("src", "dst")))),
        AttributeType.TcpFlags => new TextValue(new TcpFlagsMatch((byte)_random.Next(64), (byte)_random.Next(64)).ToString()),
        AttributeType.ConnectionStates => new TextValue(States()),
        _ => Number(attribute),
    };

    private NumberValue Number(AttributeSpec attribute)
    {
        UInt128 number = Chance(3) ? Pick(attribute.Minimum, attribute.Maximum)
            : attribute.Words.Length > 0 && Chance(3) ? Pick([.. attribute.Words]).Value
            : attribute.Minimum + (UInt128)_random.NextInt64(0, (long)(attribute.Maximum - attribute.Minimum) + 1);
        bool decimalOnly = attribute.PrintsDecimal || attribute.Type == AttributeType.UInt16Decimal || attribute.Words.Any(w => w.Value == number);
        return new(number, !decimalOnly && Chance(2));
    }

    private VariableReference Variable()
    {
        string name = Text("ABz_9", 5) is { Length: > 0 } some ? some : "X";
        return _random.Next(3) switch
        {
            0 => new(name, 0, null),
            1 => new(name, _random.Next(VariableSyntax.MaximumIterator + 1), null),
            _ => new(name, null, Pick(0u, 7u, uint.MaxValue)),
        };
    }

    private string States()
    {
        _ = StateList.TryParse(Pick("NONE", "NEW", "ESTABLISHED,NEW", "INVALID,RELATED", ""), out StateList list);
        return list.ToString();
    }

    /// <summary>Runs of zero groups are where texts of IPv6 differ.</summary>
    private UInt128 Address6()
    {
        UInt128 address = 0;
        for (int i = 0; i < 8; i++)
        {
            address = address << 16 | (UInt128)(Chance(2) ? 0 : _random.Next(0x10000));
        }

        return address;
    }

    private UInt128 Mask(int width)
    {
        int ones = _random.Next(width + 1);
        return ones == 0 ? 0 : UInt128.MaxValue >> (128 - width) & UInt128.MaxValue << (width - ones);
    }

    private UInt128 Bits(int width) => (UInt128)_random.NextInt64(0, 1L << width);

    private string Name() => "n" + Text("aZ09_.-", 12) + (Chance(8) ? Pick(" x", "&<'\"", "ü") : "");

    private string Text(string characters, int length) =>
        string.Concat(Enumerable.Range(0, _random.Next(length + 1)).Select(_ => Pick([.. characters.EnumerateRunes()]).ToString()));

    private byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private ImmutableArray<T> Many<T>(int most, Func<T> one) => [.. Enumerable.Range(0, _random.Next(most + 1)).Select(_ => one())];

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;
}
