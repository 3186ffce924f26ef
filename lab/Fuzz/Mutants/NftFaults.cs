using System.Collections.Immutable;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Fuzz.Mutants;

/// <summary>The ways in which one piece of an nft ruleset can be wrong.</summary>
internal static class NftFaults
{
    private static readonly ImmutableArray<(NftBase Base, int One, int Other, int Bits)> Sides =
    [
        (NftBase.Link, 0, 48, 48), (NftBase.Network, 96, 128, 32), (NftBase.Network, 64, 192, 128),
        (NftBase.Network, 64, 144, 48), (NftBase.Network, 112, 192, 32), (NftBase.Transport, 0, 16, 16),
    ];

    /// <summary>What stands there instead; null where the statement is missing.</summary>
    public static IEnumerable<(string Fault, NftStatement? Instead)> Of(NftStatement statement) => statement switch
    {
        NftCompare c => [("left out", null), ("turned round", c with { Negated = !c.Negated }), .. OfValue(c), .. OfKey(c)],
        NftLookup l => [("left out", null), ("turned round", l with { Negated = !l.Negated })],
        NftTcpOption o => [("left out", null), ("turned round", o with { Negated = !o.Negated }), ("of another kind", o with { Kind = (byte)(o.Kind ^ 1) })],
        NftSetMark m => [("left out", null), ("one bit beside", m with { Mask = m.Mask << 1, Bits = m.Bits << 1 })],
        NftVerdict v => OfVerdict(v),
        NftReject => [("drop instead", NftVerdict.Drop), ("accept instead", NftVerdict.Accept)],
        NftCounter => [], // decides nothing
        _ => [("left out", null)],
    };

    public static IEnumerable<(string Fault, NftSet Instead)> Of(NftSet set)
    {
        if (set.Elements.IsEmpty)
        {
            yield break;
        }

        NftElement last = set.Elements.Last(element => element.Device == set.Elements[0].Device); // of the port that frames are aimed at
        int at = set.Elements.LastIndexOf(last);
        yield return ("first element missing", set with { Elements = set.Elements.RemoveAt(0) });
        yield return ("last element missing", set with { Elements = set.Elements.RemoveAt(at) });
        for (int part = 0; part < last.Values.Length; part++)
        {
            NftElement wrong = last with { Values = last.Values.SetItem(part, last.Values[part] ^ 1) };
            bool present = set.Elements.Any(other => other.Device == wrong.Device && other.Values.SequenceEqual(wrong.Values));
            yield return ($"value {part} of the last element one bit off", set with { Elements = present ? set.Elements.RemoveAt(at) : set.Elements.SetItem(at, wrong) });
        }
    }

    public static string Name(NftStatement statement) => statement switch
    {
        NftCompare c => $"{Name(c.Key)}{(c.Mask is null ? "" : c.Mask == 0 ? " is there" : " masked")}{(c.Negated ? " not" : "")} {Name(c.Value, c.Key)}".TrimEnd(),
        NftLookup l => $"{string.Join(" . ", l.Key.Select(Name))}{(l.Negated ? " not" : "")} in a set",
        NftTcpOption o => $"tcp option{(o.Negated ? " not" : "")}",
        NftFragmentHeaderMissing => "no fragment header",
        NftSetMark { Bits: 0 } => "mark cleared",
        NftSetMark m => $"mark 0x{m.Bits:x8}",
        NftReject => "reject",
        NftVerdictMap m => $"ports by {Name(m.Key[0])}",
        NftVerdict v => v.Kind.ToString().ToLowerInvariant(),
        _ => "counter",
    };

    public static string Name(NftRule rule) => string.Join(", ", rule.Statements
        .Where(statement => statement is NftVerdict or NftVerdictMap or NftSetMark or NftReject).Select(Name).DefaultIfEmpty("only counts"));

    public static string Name(NftSet set) => $"{(set.Kind == NftSetKind.Set ? "set" : "map")} of {string.Join(" . ", set.Key.Select(Name))}";

    private static string Name(NftKey key) => key switch
    {
        NftPayload { Name: { } name } => name,
        NftPayload p => $"{p.Base.ToString().ToLowerInvariant()} bits {p.Offset}-{p.Offset + p.Bits - 1}",
        NftMeta m => m.Key.ToString(),
        NftConnection c => $"ct {c.Key}",
        _ => "fragment offset",
    };

    /// <summary>Values by kind only; but of guards, which one guard it is.</summary>
    private static string Name(NftValue value, NftKey key) => value switch
    {
        NftRange => "range",
        NftNumber n when key.Type is NftType.EtherType or NftType.Mark => $"0x{n.Bits:x}",
        NftWord w => w.Text,
        _ => "",
    };

    private static IEnumerable<(string Fault, NftStatement? Instead)> OfValue(NftCompare c)
    {
        UInt128 all = UInt128.MaxValue >> (128 - c.Key.Bits);
        switch (c.Value)
        {
            case NftRange range:
                return NumberFaults.OfRange(range.Low, range.High, all).Select(broken => (broken.Fault,
                    (NftStatement?)(c with { Value = new NftRange(broken.Low, broken.High) })));
            case NftNumber number when c.Mask != 0:
                return NumberFaults.OfMasked(number.Bits, c.Mask ?? all, all).Select(broken => (broken.Fault,
                    (NftStatement?)(c with { Value = new NftNumber(broken.Value), Mask = broken.Mask == all ? c.Mask : broken.Mask })));
            case NftWord word when c.Key is NftConnection:
                return [("another", c with { Value = new NftWord(word.Text switch { "original" => "reply", "reply" => "original", "new" => "invalid", _ => "new" }) })];
            default:
                return [];
        }
    }

    private static IEnumerable<(string Fault, NftStatement? Instead)> OfKey(NftCompare c)
    {
        if (c.Key is not NftPayload p)
        {
            yield break;
        }

        if (p.Offset >= 8)
        {
            yield return ("read a byte early", c with { Key = p with { Offset = p.Offset - 8, Name = null, Type = NftType.Integer } });
        }

        yield return ("read a byte late", c with { Key = p with { Offset = p.Offset + 8, Name = null, Type = NftType.Integer } });
        foreach ((_, int one, int other, _) in Sides.Where(side => side.Base == p.Base && side.Bits == p.Bits && (side.One == p.Offset || side.Other == p.Offset)))
        {
            yield return ("read on the other side", c with { Key = p with { Offset = p.Offset == one ? other : one, Name = null, Type = NftType.Integer } });
        }
    }

    private static IEnumerable<(string Fault, NftStatement? Instead)> OfVerdict(NftVerdict verdict)
    {
        NftVerdict[] others = [NftVerdict.Accept, NftVerdict.Drop, NftVerdict.Return, NftVerdict.Continue];
        return verdict.Target is { } target
            ? [("left out", null), ("goto instead", NftVerdict.Goto(target))]
            : others.Where(other => other != verdict).Select(other => ($"{Name(other)} instead", (NftStatement?)other));
    }
}
