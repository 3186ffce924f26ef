using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Lab.Engine.Packets;

namespace Lab.Fuzz.Mutants;

/// <summary>The ways in which a rule of ebtables or iptables can be wrong.</summary>
internal static class TablesFaults
{
    private static readonly FrozenSet<string> WithoutValue = new[] { "--arp-gratuitous", "--physdev-is-bridged" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> WithTwoValues = new[] { "--tcp-flags", "--match-set" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Sides = new (string One, string Other)[]
    {
        ("-s", "-d"), ("--ip-src", "--ip-dst"), ("--ip6-src", "--ip6-dst"), ("--ip-sport", "--ip-dport"), ("--ip6-sport", "--ip6-dport"),
        ("--sport", "--dport"), ("--src-range", "--dst-range"), ("--arp-ip-src", "--arp-ip-dst"), ("--arp-mac-src", "--arp-mac-dst"),
        ("--physdev-in", "--physdev-out"),
    }.SelectMany(pair => new[] { pair, (One: pair.Other, Other: pair.One) }).ToFrozenDictionary(pair => pair.One, pair => pair.Other, StringComparer.Ordinal);

    private static readonly ImmutableArray<string> Flags = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"];

    /// <summary>An option with all that belongs to it.</summary>
    /// <param name="Module">The <c>-m</c> that stands before it; null when there is none, or it stands before another.</param>
    private sealed record Test(string? Module, bool Negated, string Option, ImmutableArray<string> Values)
    {
        public IEnumerable<string> Words => [.. Module is null ? [] : (string[])["-m", Module], .. Negated ? ["!"] : (string[])[], Option, .. Values];

        public string Name => $"{Option}{(Negated ? " not" : "")}{string.Concat(Values.Select(KindOf))}";

        /// <summary>Of values only whether they are masked or ranges.</summary>
        private string KindOf(string value) =>
            value.Contains('/') ? " masked" : Option.EndsWith("range", StringComparison.Ordinal) || (Number(value) is null && value.Contains(':')) ? " range" : "";
    }

    public static string TargetOf(ImmutableArray<string> words)
    {
        Test target = Parse(words).LastOrDefault(test => test.Option is "-j" or "-g") ?? new(null, false, "only counts", [""]);
        return target.Values[0] is "ACCEPT" or "DROP" or "RETURN" or "CONTINUE" or "REJECT" or "" ? $"{target.Option} {target.Values[0]}".Trim() : $"{target.Option} another chain";
    }

    /// <summary>One asks for a value where the other asks for another, or for the opposite.</summary>
    public static bool Exclude(ImmutableArray<string> one, ImmutableArray<string> other) => Parse(one).Any(mine => Parse(other).Any(its =>
        mine.Option == its.Option && mine.Option is not ("-j" or "-g") && (mine.Values.SequenceEqual(its.Values)
            ? mine.Negated != its.Negated
            : mine is { Negated: false, Values: [var here] } && its is { Negated: false, Values: [var there] } && IsOneValue(here) && IsOneValue(there))));

    /// <summary>The rules ask for BPDU types other than 0, and otherwise for the same.</summary>
    public static bool NeitherIsVersion0(ImmutableArray<string> one, ImmutableArray<string> other) =>
        one.Length == other.Length && one.IndexOf("--stp-type") is var at and >= 0 && one.SetItem(at + 1, other[at + 1]).SequenceEqual(other)
        && one[at + 1] != "0" && other[at + 1] != "0";

    private static bool IsOneValue(string text) => Number(text) is not null || text is "tcp" or "udp" or "udplite" or "sctp" or "icmp" or "ipv6-icmp" or "ORIGINAL" or "REPLY";

    public static IEnumerable<(string What, string Fault, ImmutableArray<string> Words)> Of(ImmutableArray<string> words)
    {
        ImmutableArray<Test> tests = [.. Parse(words)];
        for (int i = 0; i < tests.Length; i++)
        {
            foreach ((string fault, Test? instead) in Of(tests[i]))
            {
                ImmutableArray<Test> broken = instead is null ? tests.RemoveAt(i) : tests.SetItem(i, instead);
                yield return (tests[i].Option is "-j" or "-g" ? $"rule that {TargetOf(words)}" : tests[i].Name, fault, [.. broken.SelectMany(test => test.Words)]);
            }
        }
    }

    private static IEnumerable<Test> Parse(ImmutableArray<string> words)
    {
        string? module = null;
        bool negated = false;
        for (int i = 0; i < words.Length;)
        {
            switch (words[i])
            {
                case "-m":
                    module = words[i + 1];
                    i += 2;
                    break;
                case "!":
                    negated = true;
                    i++;
                    break;
                default:
                    int values = WithoutValue.Contains(words[i]) ? 0 : WithTwoValues.Contains(words[i]) ? 2 : 1;
                    yield return new(module, negated, words[i], words.Slice(i + 1, values));
                    (module, negated) = (null, false);
                    i += 1 + values;
                    break;
            }
        }
    }

    private static IEnumerable<(string Fault, Test? Instead)> Of(Test test) => test.Option switch
    {
        "--comment" => [],
        "-j" => Target(test),
        "-g" => [("-j instead", test with { Option = "-j" })],
        "-i" or "-o" => [("left out", null)],
        _ =>
        [
            ("left out", null), ("turned round", test with { Negated = !test.Negated }),
            .. Sides.TryGetValue(test.Option, out string? other) ? [("read on the other side", test with { Option = other })] : (IEnumerable<(string, Test?)>)[],
            .. OfValues(test).Select(values => (values.Fault, (Test?)(test with { Values = values.Instead }))),
        ],
    };

    private static IEnumerable<(string Fault, Test? Instead)> Target(Test test) => test.Values[0] switch
    {
        "ACCEPT" or "DROP" or "RETURN" or "CONTINUE" or "REJECT" => new[] { "ACCEPT", "DROP", "RETURN", "CONTINUE" }
            .Where(other => other != test.Values[0]).Select(other => ($"{other} instead", (Test?)(test with { Values = [other] }))),
        _ => [],
    };

    private static IEnumerable<(string Fault, ImmutableArray<string> Instead)> OfValues(Test test) => test.Option switch
    {
        "--tcp-flags" => OfFlags(test.Values[0], test.Values[1]),
        "--match-set" => OfList(test.Values[1]).Select(list => (list.Fault, test.Values.SetItem(1, list.Instead))),
        "--ctdir" => [("the other direction", [test.Values[0] == "ORIGINAL" ? "REPLY" : "ORIGINAL"])],
        "--ctstate" => OfList(test.Values[0]).Select(list => (list.Fault, ImmutableArray.Create(list.Instead))),
        "--physdev-in" or "--physdev-out" => [],
        "-p" when Number(test.Values[0]) is null => [("another protocol", [test.Values[0] == "udp" ? "tcp" : "udp"])],
        _ when test.Values.Length == 1 => OfValue(test.Values[0]).Select(value => (value.Fault, ImmutableArray.Create(value.Instead))),
        _ => [],
    };

    private static IEnumerable<(string Fault, string Instead)> OfValue(string value)
    {
        if (Number(value) is { } number)
        {
            return NumberFaults.OfMasked(number.Bits, number.All, number.All).Where(broken => broken.Mask == number.All)
                .Select(broken => (broken.Fault, number.Print(broken.Value)));
        }

        if (value.Split('/') is [var one, var mask])
        {
            return Number(one) is { } masked && Number(mask) is { } of && masked.All == of.All && masked.All > uint.MaxValue - 1
                ? of.Bits == 0 ? [] : NumberFaults.OfMasked(masked.Bits, of.Bits, of.All).Select(broken => (broken.Fault, $"{masked.Print(broken.Value)}/{of.Print(broken.Mask)}"))
                : [.. OfValue(one).Select(broken => (broken.Fault, $"{broken.Instead}/{mask}")), .. OfValue(mask).Select(broken => ($"code: {broken.Fault}", $"{one}/{broken.Instead}"))];
        }

        return value.Split(value.Contains('-') ? '-' : ':') is [var first, var last] && Number(first) is { } low && Number(last) is { } high
            ? NumberFaults.OfRange(low.Bits, high.Bits, low.All).Select(broken => (broken.Fault, low.Print(broken.Low) + value[first.Length] + high.Print(broken.High)))
            : [];
    }

    /// <param name="All">All bits of the kind of number, for a port or a byte as many as tools take.</param>
    private sealed record Read(UInt128 Bits, UInt128 All, Func<UInt128, string> Print);

    private static Read? Number(string text) =>
        MacAddress.TryParse(text, out MacAddress mac) ? new(mac.Bits, 0xFFFF_FFFF_FFFF, bits => MacAddress.FromBits((ulong)bits).ToString())
        : text.Contains('.') && Ipv4Address.TryParse(text, out Ipv4Address v4) ? new(v4.Bits, uint.MaxValue, bits => new Ipv4Address((uint)bits).ToString())
        : text.Contains(':') && Ipv6Address.TryParse(text, out Ipv6Address v6) ? new(v6.Bits, UInt128.MaxValue, bits => new Ipv6Address(bits).ToString())
        : text.StartsWith("0x", StringComparison.Ordinal) ? new(Hexadecimal(text), Largest(Hexadecimal(text)), bits => $"0x{(ulong)bits:x}")
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? new(number, Largest(number), bits => bits.ToString())
        : null;

    private static uint Hexadecimal(string text) => uint.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static UInt128 Largest(uint number) => number <= byte.MaxValue ? byte.MaxValue : number <= ushort.MaxValue ? ushort.MaxValue : uint.MaxValue;

    private static IEnumerable<(string Fault, string Instead)> OfList(string list)
    {
        string[] words = list.Split(',');
        return
        [
            .. words.Length > 1 ? words.Select((word, i) => ($"{word} missing", string.Join(',', words.Where((_, other) => other != i)))) : [],
            ("another", string.Join(',', words.Select(word => word switch { "src" => "dst", "dst" => "src", "NEW" => "INVALID", _ => "NEW" }).Distinct())),
        ];
    }

    private static IEnumerable<(string Fault, ImmutableArray<string> Instead)> OfFlags(string looked, string set)
    {
        string Without(string list, string flag) => string.Join(',', list.Split(',').Where(other => other != flag).DefaultIfEmpty("NONE"));
        string With(string list, string flag) => list == "NONE" ? flag : $"{list},{flag}";
        string one = looked.Split(',')[0], last = looked.Split(',')[^1];
        foreach (string flag in new[] { one, last }.Distinct())
        {
            bool isSet = set.Split(',').Contains(flag);
            yield return ($"{(flag == one ? "first" : "last")} flag wrong", [looked, isSet ? Without(set, flag) : With(set, flag)]);
            yield return ($"{(flag == one ? "first" : "last")} flag not looked at", [Without(looked, flag), Without(set, flag)]);
        }

        if (Flags.FirstOrDefault(flag => !looked.Split(',').Contains(flag)) is { } more && looked != "NONE")
        {
            yield return ("a flag too many looked at", [With(looked, more), set]);
        }
    }
}
