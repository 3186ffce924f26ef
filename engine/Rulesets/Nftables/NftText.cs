using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>A ruleset in the words of nft(8), and which XML rule each line came from.</summary>
/// <param name="Origins">One entry per line of the text.</param>
public sealed record NftText(string Text, ImmutableArray<Origin?> Origins)
{
    /// <summary>Every table that a ruleset for bridges may have, as nft names it.</summary>
    public static readonly ImmutableArray<string> OurTables = [.. BridgeRuleset.Families.Select(TableName)];

    /// <summary>The table for ports on no bridge.</summary>
    public static readonly ImmutableArray<string> OurDeviceTables = [TableName(NftFamily.Netdev)];

    private const int MaximumComment = 128; // bytes with the NUL: NFTNL_UDATA_COMMENT_MAXLEN, libnftnl

    /// <summary>The XML rule behind a line, counted from 1; null outside the text and for lines of our own.</summary>
    public Origin? OriginOf(int line) => line >= 1 && line <= Origins.Length ? Origins[line - 1] : null;

    public static NftText Of(NftChange change)
    {
        Writer writer = new();
        foreach (NftFamily family in change.Replaced)
        {
            writer.Gone(family);
        }

        foreach (NftTable table in change.Made.Tables)
        {
            writer.Table(table);
        }

        foreach (NftSetChange set in change.Elements)
        {
            writer.Elements(set);
        }

        foreach (NftTable retired in change.Retired)
        {
            writer.Retire(retired);
        }

        return new(writer.Text.ToString(), [.. writer.Origins]);
    }

    internal sealed class Writer
    {
        public StringBuilder Text { get; } = new();

        public List<Origin?> Origins { get; } = [];

        /// <remarks>Deleting asks for a table that is there, so it is added, empty, before.</remarks>
        public void Gone(NftFamily family)
        {
            Line($"table {TableName(family)}");
            Line($"delete table {TableName(family)}");
        }

        public void Table(NftTable table)
        {
            Line($"table {FamilyName(table.Family)} {table.Name} {{");
            foreach (NftSet set in table.Sets)
            {
                Set(set);
            }

            foreach (NftChain chain in table.Chains)
            {
                Chain(chain);
            }

            Line("}");
        }

        public void Elements(NftSetChange change)
        {
            Text.Append(change.Add ? "add" : "delete").Append(" element ").Append(TableName(change.Family)).Append(' ').Append(change.Set.Name).Append(" { ");
            foreach (NftElement element in change.Set.Elements)
            {
                Append(Text, change.Set.Key, element).Append(", ");
            }

            Line("}");
        }

        /// <remarks>A chain that another one jumps to cannot go, so all are empty before the first goes.</remarks>
        public void Retire(NftTable retired)
        {
            string table = TableName(retired.Family);
            foreach (string verb in new[] { "flush", "delete" })
            {
                foreach (NftChain chain in retired.Chains)
                {
                    Line($"{verb} chain {table} {chain.Name}");
                }
            }

            foreach (NftSet set in retired.Sets)
            {
                Line($"delete set {table} {set.Name}");
            }
        }

        private void Set(NftSet set)
        {
            Line(set.Kind == NftSetKind.Set ? $"\tset {set.Name} {{" : $"\tmap {set.Name} {{");
            Line($"\t\ttypeof {SetType(set)}");
            if (set.IsCounted)
            {
                Line("\t\tcounter");
            }

            if (set.Elements.Length > 0)
            {
                Line("\t\telements = {");
                foreach (NftElement element in set.Elements)
                {
                    Append(Text.Append("\t\t\t"), set.Key, element).Append(",\n");
                    Origins.Add(null);
                }

                Line("\t\t}");
            }

            Line("\t}");
        }

        private void Chain(NftChain chain)
        {
            Line($"\tchain {chain.Name} {{");
            if (chain.Hook is { } hook)
            {
                string device = hook.Devices.IsEmpty ? "" : $" devices = {{ {string.Join(", ", hook.Devices.Select(name => $"\"{name}\""))} }}";
                string point = hook.Point.ToString().ToLowerInvariant();
                Line($"\t\ttype filter hook {point}{device} priority {hook.Priority}; policy accept;");
            }

            foreach (NftRule rule in chain.Rules)
            {
                string comment = rule.Origin is null ? "" : $" comment \"{Comment(rule.Origin)}\"";
                Line($"\t\t{string.Join(' ', rule.Statements.Select(Statement))}{comment}", rule.Origin);
            }

            Line("\t}");
        }

        public void Line(string text, Origin? origin = null)
        {
            Text.Append(text).Append('\n');
            Origins.Add(origin);
        }
    }

    /// <summary>The end of an origin is what tells a rule from its neighbours, so a long one loses its beginning.</summary>
    private static string Comment(Origin origin)
    {
        string text = string.Concat(origin.ToString().Select(c => c is '"' || char.IsControl(c) || c > '~' ? '?' : c));
        return text.Length < MaximumComment ? text : "..." + text[^(MaximumComment - 4)..];
    }

    private static string FamilyName(NftFamily family) => family.ToString().ToLowerInvariant();

    private static string TableName(NftFamily family) => $"{FamilyName(family)} {BridgeRuleset.TableName}";

    private static string SetType(NftSet set) => set.Kind == NftSetKind.Set ? Keys(set.Key) : $"{Keys(set.Key)} : verdict";

    private static StringBuilder Append(StringBuilder text, ImmutableArray<NftKey> key, NftElement element)
    {
        int named = key.Length - element.Values.Length; // the port, or nothing
        _ = named == 0 ? text : text.Append('"').Append(element.Device.ToString()).Append('"');
        for (int i = 0; i < element.Values.Length; i++)
        {
            _ = text.Append(named + i == 0 ? "" : " . ").Append(Number(element.Values[i], key[named + i].Type));
        }

        return element.Target is { } target ? text.Append(" : ").Append(Statement(NftVerdict.Jump(target))) : text;
    }

    private static string Statement(NftStatement statement) => statement switch
    {
        NftCompare c => $"{Masked(c)} {(c.Negated ? "!=" : "==")} {Value(c.Value, c.Key.Type)}",
        NftLookup l => $"{Keys(l.Key)} {(l.Negated ? "!= " : "")}@{l.Set}",
        NftTcpOption o => $"tcp option {o.Kind} {(o.Negated ? "missing" : "exists")}",
        NftFragmentHeaderMissing => "exthdr frag missing",
        NftCounter => "counter",
        NftSetMark { Bits: 0 } m => $"meta mark set meta mark & 0x{~m.Mask:x8}",
        NftSetMark m when m.Mask == m.Bits => $"meta mark set meta mark | 0x{m.Bits:x8}",
        NftReject => "reject",
        NftVerdictMap m => $"{Keys(m.Key)} vmap @{m.Map}",
        NftVerdict { Target: { } target } v => $"{v.Kind.ToString().ToLowerInvariant()} {target}",
        NftVerdict v => v.Kind.ToString().ToLowerInvariant(),
        _ => throw new System.Diagnostics.UnreachableException(statement.GetType().Name),
    };

    /// <remarks>
    /// nft 1.0.6 merges neighbouring comparisons of neighbouring bytes into one, negated ones too, and so turns "neither
    /// nor" into "not both" (seen in its netlink debug output). A mask, even one of all ones, keeps it from doing so. A
    /// field that ends inside a byte is masked by nft itself and not merged; with a mask on top, nft compares it with a
    /// number in the wrong byte order (ip6 dscp &amp; 0x3f != 1 never fails; seen there too).
    /// </remarks>
    private static string Masked(NftCompare c)
    {
        UInt128? mask = c is { Mask: null, Negated: true, Key: NftPayload { Bits: var bits }, Value: NftNumber } && bits % 8 == 0
            ? UInt128.MaxValue >> (128 - bits)
            : c.Mask;
        return mask is { } m ? $"{Key(c.Key)} & {Value(new NftNumber(m), c.Key.Type)}" : Key(c.Key);
    }

    private static string Keys(ImmutableArray<NftKey> keys) => string.Join(" . ", keys.Select(Key));

    private static string Key(NftKey key) => key switch
    {
        NftPayload { Name: { } name } => name,
        NftPayload p => $"@{BaseName(p.Base)},{p.Offset},{p.Bits}",
        NftMeta { Key: NftMetaKey.InputInterface } => "iifname",
        NftMeta { Key: NftMetaKey.OutputInterface } => "oifname",
        NftMeta { Key: NftMetaKey.InputKind } => "meta iifkind",
        NftMeta { Key: NftMetaKey.OutputKind } => "meta oifkind",
        NftMeta { Key: NftMetaKey.TransportProtocol } => "meta l4proto",
        NftMeta { Key: NftMetaKey.Mark } => "meta mark",
        NftFragmentOffset => "frag frag-off",
        NftConnection { Key: NftConnectionKey.State } => "ct state",
        NftConnection => "ct direction",
        _ => throw new System.Diagnostics.UnreachableException(key.GetType().Name),
    };

    private static string BaseName(NftBase b) => b switch
    {
        NftBase.Link => "ll",
        NftBase.Network => "nh",
        _ => "th",
    };

    private static string Value(NftValue value, NftType type) => value switch
    {
        NftWord w => w.Text,
        NftRange r => $"{Number(r.Low, type)}-{Number(r.High, type)}",
        NftNumber n => Number(n.Bits, type),
        _ => throw new System.Diagnostics.UnreachableException(value.GetType().Name),
    };

    private static string Number(UInt128 bits, NftType type) => type switch
    {
        NftType.EtherAddress => MacAddress.FromBits((ulong)bits).ToString(),
        NftType.Ipv4Address => new Ipv4Address((uint)bits).ToString(),
        NftType.Ipv6Address => new Ipv6Address(bits).ToString(),
        NftType.Port or NftType.Protocol => bits.ToString(CultureInfo.InvariantCulture),
        _ => $"0x{bits:x}",
    };
}
