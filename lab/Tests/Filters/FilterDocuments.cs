using System.Text;
using Lab.Engine.Filters.Model;

namespace Lab.Tests.Filters;

/// <summary>
/// Filter documents, good and bad, made from the attribute table: first every attribute with every text that may matter
/// (at, below and above its limits, of other types, variables in all shapes), then random compositions without end.
/// </summary>
internal static class FilterDocuments
{
    private static readonly string[] Variables =
    [
        "$A", "$A[1]", "$A[@2]", "$A[@1000]", "$A[@1001]", "$A[-1]", "$A[@-1]", "$", "$[1]", "$A[", "$A[]", "$A[1", "$A[1]x", "$A[ @ 1 ]",
        "$A.B", "$A B", "${A}", "x$A", " $A", "$A[x]", "$A[@]", "$A[4294967295]", "$A[4294967296]", "$A[0x1]", "$é",
    ];

    private static readonly string[] Anything =
    [
        "", " ", "x", "0", "-1", "1.5", "0x", "1e3", "٣", "true", "arp", "tcp", "1.2.3.4", "::1", "1:2:3:4:5:6", "ALL/NONE", "NEW", "src",
        "a&amp;b", "&lt;", "é", "0x10", "10", "FF", "&#10;", "99999999999999999999", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];

    private static readonly string[] Macs =
    [
        "52:54:00:12:34:56", "1:2:3:4:5:6", "FF:FF:FF:FF:FF:FF", "ff:ff:ff:0:0:0", "ff:f0:0:0:0:0", "ff:0:ff:0:0:0", "0:0:0:0:0:0",
        "1:2:3:4:5", "1:2:3:4:5:6:7", "01-02-03-04-05-06", "010203040506", "001:2:3:4:5:6", "1:2:3:4:5:6 ", " 1:2:3:4:5:6",
        "1:2:3:4:5:6 x", "1:2:3:4:5:6x", "g:2:3:4:5:6", "1::3:4:5:6", ":1:2:3:4:5:6", "0x1:2:3:4:5:6", "1: 2:3:4:5:6", "1:2:3:4:5:6&#10;y",
    ];

    private static readonly string[] Addresses4 =
    [
        "10.0.0.1", "0.0.0.0", "255.255.255.255", "256.0.0.0", "1.2.3", "1.2", "1", "1.2.3.4.5", "010.1.1.1", "08.1.1.1", "0x0a000001",
        "0xa.1", "1.2.3.256", "1.65536", "1.16777215", "1.16777216", "4294967295", "4294967296", "10.0.0.1/8", "10.0.0.1 ", " 10.0.0.1",
        "10..0.1", ".1.2.3", "1.2.3.", "localhost", "1.2.3.4a", "0x", "+1.2.3.4", "1.-2.3.4", "00.00.00.00", "1.2.0x3.4",
        "::ffff:1.2.3.4", "::ffff:102:304", "::1.2.3.4", "::ffff:1.2.3.4%1", "::ffff:1.2.3.4%lo", "::1:ffff:1.2.3.4",
    ];

    private static readonly string[] Masks4 =
    [
        "0", "1", "24", "32", "33", "-1", "-4294967272", "0x18", "024", " 24", "24 ", "+24", "255.255.255.0", "255.255.255.255", "255.0.255.0",
        "0.0.0.255", "255.255.254", "0.0.0.0", "128.0.0.0", "255.256.0.0", "0xffffff00", "::ffff:255.0.0.0",
    ];

    private static readonly string[] Addresses6 =
    [
        "::", "::1", "2001:db8::1", "2001:DB8::1", "fe80::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", ":1", "1:",
        "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::2:3:4:5:6:7:8", "::ffff:1.2.3.4", "::1.2.3.4", "::1.2.3", "::01.2.3.4", "::1.2.3.256",
        "::1.2.3.4:5", "1.2.3.4", "00001::", "12345::", "[::1]", "::1/64", "::1 ", " ::1", "g::", "fe80::5efe:1.2.3.4", "::1:2", "fe80::1%1",
        "fe80::1%", "2001::1%1", "fe80::1%lo", "2001::1%lo", "fe80::1%4294967296", ":::", "1:::2", "::0x1", "::-1", "1:2:3:4:5:6:1.2.3.4", "0:0:0:0:0:0:0:0",
    ];

    private static readonly string[] Masks6 =
    [
        "0", "1", "64", "128", "129", "-1", "ffff::", "ffff:ffff:ffff:ffff::", "::", "ffff:0:ffff::", "::ffff", " 64", "64 ", "0x40",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "8000::", "7fff::",
    ];

    private static readonly string[] Booleans = ["true", "yes", "1", "false", "no", "0", "TRUE", "Yes", "junk", "2"];

    private static readonly string[] Comments =
        ["plain", "a b  c", "&amp;&lt;&gt;&quot;&apos;", "ü€😀", "tab&#9;tab", new('c', 256), new('c', 257), new('ü', 200), "[$A]"];

    private static readonly string[] SetNames =
        ["a", "a b", "a+b:c.d-e_f", "a/b", "ä", new('n', 31), new('n', 32), "a,b", "a\"b".Replace("\"", "&quot;", StringComparison.Ordinal)];

    private static readonly string[] SetFlags =
    [
        "src", "dst", "src,dst", "SRC,Dst", "src,dst,src,dst,src,dst", "src,dst,src,dst,src,dst,src", "src,", ",src", "src,,dst", "src dst",
        "src, dst", "srcdst", "sr", "any",
    ];

    private static readonly string[] TcpFlags =
    [
        "SYN/SYN", "SYN,ACK/SYN", "ALL/NONE", "all/none", "/", "ALL/", "/ALL", "SYN", "SYN,ACK", "SYN/ACK/FIN", "SYN ACK/SYN", "SYNACK/SYN",
        "syn , ack / syn", "FOO/SYN", "SYN/FOO", "SYN,/SYN", ",/,", "ECE/ECE", "ALLALL/SYN", "0x3f/0x2", "SYN|ACK/SYN",
    ];

    private static readonly string[] StateLists =
    [
        "NEW", "NEW,ESTABLISHED", "new,related", "INVALID", "NONE", "NEW,NONE", "NEW ESTABLISHED", "NEWESTABLISHED", "NEW,,RELATED", "NEW,",
        ",", "UNTRACKED", "NEW;RELATED", "NEW,FOO", "NEW&#9;RELATED", "NO",
    ];

    /// <summary>The whole systematic part, then random ones up to the number wanted.</summary>
    public static IEnumerable<string> Make(int count, int seed) =>
        Systematic().Concat(Random(seed)).Take(count).Select(Tell);

    /// <summary>An even selection from the systematic part and as many random ones.</summary>
    public static IEnumerable<string> Sample(int count, int seed)
    {
        string[] systematic = [.. Systematic()];
        int step = Math.Max(1, systematic.Length / (count / 2));
        return systematic.Where((_, i) => i % step == seed % step).Concat(Random(seed)).Take(count).Select(Tell);
    }

    /// <summary>No two documents may claim one identity, or libvirt would refuse the second for that.</summary>
    private static string Tell(string body, int number) =>
        body.Replace("NAME", $"c{number}", StringComparison.Ordinal).Replace("UUID", $"{number:x8}", StringComparison.Ordinal);

    private static IEnumerable<string> Systematic() =>
    [
        .. Fragments.Filters, .. Fragments.Rules.Select(Filter), .. Fragments.Elements.Select(InRule),
        .. ProtocolTable.All.SelectMany(Dependencies).Select(InRule),
        .. ProtocolTable.All.SelectMany(p => p.Attributes.SelectMany(a => Texts(a).Select(text => InRule(Element(p, [(a.Name, text)]))))),
    ];

    private static IEnumerable<string> Random(int seed)
    {
        Random random = new(seed);
        while (true)
        {
            yield return new Composition(random).Filter();
        }
    }

    private static string Filter(string body) => $"<filter name='NAME'>{body}</filter>";

    private static string InRule(string body) => Filter($"<rule action='accept' direction='in'>{body}</rule>");

    private static string Element(ProtocolSpec protocol, IEnumerable<(string Name, string Text)> attributes, string match = "") =>
        $"<{protocol.Name}{match}{string.Concat(attributes.Select(a => $" {a.Name}='{a.Text.Replace("'", "&apos;", StringComparison.Ordinal)}'"))}/>";

    private static IEnumerable<string> Texts(AttributeSpec attribute) => [.. Typed(attribute), .. Variables, .. Anything];

    private static IEnumerable<string> Typed(AttributeSpec attribute) => attribute.Type switch
    {
        AttributeType.Mac or AttributeType.MacMask => Macs,
        AttributeType.Ipv4 => Addresses4,
        AttributeType.Ipv4Mask => Masks4,
        AttributeType.Ipv6 => Addresses6,
        AttributeType.Ipv6Mask => Masks6,
        AttributeType.Boolean => Booleans,
        AttributeType.Comment => Comments,
        AttributeType.IpSetName => SetNames,
        AttributeType.IpSetFlags => SetFlags,
        AttributeType.TcpFlags => TcpFlags,
        AttributeType.ConnectionStates => StateLists,
        _ => Numbers(attribute),
    };

    private static IEnumerable<string> Numbers(AttributeSpec attribute)
    {
        long[] bounds = [0, 255, 256, 65535, 65536, uint.MaxValue, uint.MaxValue + 1L, (long)attribute.Minimum, (long)attribute.Maximum];
        IEnumerable<long> near = bounds.SelectMany(b => (long[])[b - 1, b, b + 1]).Where(b => b >= 0).Distinct();
        return
        [
            .. near.SelectMany(n => (string[])[$"{n}", $"0x{n:x}", $"{n:x}"]), .. near.Take(4).Select(n => $"0X{n:X}"),
            " 5", "5 ", "+5", "-0", "-5", "-4294967295", "-4294965248", "0600", "0x-5", "-0x5", "5,6", "5-6",
            .. attribute.Words.SelectMany(w => (string[])[w.Word, w.Word.ToUpperInvariant(), $"{w.Word}x", $" {w.Word}"]),
        ];
    }

    /// <summary>Attributes with and without the ones they need, in one element and in two.</summary>
    private static IEnumerable<string> Dependencies(ProtocolSpec protocol)
    {
        string[] protocols = ["6", "tcp", "17", "33", "132", "136", "1", "0x6", "$P", "sctp", "junk"];
        string[] ports = ["srcportstart", "srcportend", "dstportstart", "dstportend"];
        foreach (string port in ports.Where(p => protocol.Find(p) is not null))
        {
            foreach (string number in protocols)
            {
                yield return Element(protocol, [("protocol", number), (port, "1")]);
                yield return Element(protocol, [("protocol", number)]) + Element(protocol, [(port, "$A")]);
                yield return Element(protocol, [(port, "1")]) + Element(protocol, [("protocol", number)]);
                yield return Element(protocol, [("protocol", "tcp")]) + Element(protocol, [("protocol", number), (port, "1")], " match='no'");
            }
        }

        foreach (AttributeSpec attribute in protocol.Attributes)
        {
            yield return Element(protocol, [(attribute.Name, Good(attribute))], " match='no'");
            yield return Element(protocol, [(attribute.Name, Good(attribute)), ("no" + attribute.Name, "x")]);
            yield return Element(protocol, [(attribute.Name, Good(attribute))]) + Element(protocol, [(attribute.Name, Good(attribute))], " match='no'");
        }
    }

    private static string Good(AttributeSpec attribute) => attribute.Type switch
    {
        AttributeType.Mac => "52:54:00:12:34:56",
        AttributeType.MacMask => "ff:ff:ff:00:00:00",
        AttributeType.Ipv4 => "192.0.2.1",
        AttributeType.Ipv4Mask => "24",
        AttributeType.Ipv6 => "2001:db8::1",
        AttributeType.Ipv6Mask => "64",
        AttributeType.Boolean => "true",
        AttributeType.Comment => "good",
        AttributeType.IpSetName => "set",
        AttributeType.IpSetFlags => "src,dst",
        AttributeType.TcpFlags => "SYN/ALL",
        AttributeType.ConnectionStates => "NEW,ESTABLISHED",
        _ => $"{attribute.Maximum}",
    };

    /// <summary>A filter of random parts, most of them good: a document with one mistake says more than one with ten.</summary>
    private sealed class Composition(Random random)
    {
        public string Filter()
        {
            StringBuilder text = new("<filter name='NAME'");
            text.Append(Chance(4) ? $" chain='{Pick(Fragments.Chains)}'" : "").Append(Chance(6) ? $" priority='{Pick(Fragments.Priorities)}'" : "").Append('>');
            text.Append(Chance(6) ? $"<uuid>{Pick(Fragments.Uuids)}</uuid>" : "");
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                text.Append(Chance(5) ? Reference() : Rule());
            }

            return text.Append("</filter>").ToString();
        }

        private string Reference() => Chance(6)
            ? Pick(Fragments.References)
            : $"<filterref filter='other'><parameter name='{Pick(Variables).Trim('$')}' value='{Pick(Anything)}'/></filterref>";

        private string Rule()
        {
            string action = Chance(12) ? Pick("allow", "ACCEPT", "", "drop ") : Pick("accept", "drop", "reject", "return", "continue");
            string direction = Chance(12) ? Pick("both", "IN", "") : Pick("in", "out", "inout");
            string more = (Chance(4) ? $" priority='{Pick(Fragments.Priorities)}'" : "") + (Chance(6) ? $" statematch='{Pick("0", "false", "FALSE", "1", "x")}'" : "");
            ProtocolSpec protocol = Pick([.. ProtocolTable.All]);
            StringBuilder elements = new();
            for (int i = random.Next(4); i > 0; i--)
            {
                elements.Append(Protocol(Chance(8) ? Pick([.. ProtocolTable.All]) : protocol));
            }

            return $"<rule action='{action}' direction='{direction}'{more}>{elements}</rule>";
        }

        private string Protocol(ProtocolSpec protocol)
        {
            IEnumerable<(string, string)> attributes = protocol.Attributes.Where(_ => Chance(4)).OrderBy(_ => random.Next())
                .Select(a => (Chance(25) ? $"{a.Name}x" : a.Name, Chance(3) ? Pick([.. Texts(a)]) : Good(a)));
            return Element(protocol, attributes, Chance(4) ? $" match='{Pick("no", "yes", "NO", "")}'" : "");
        }

        private T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];

        private bool Chance(int oneIn) => random.Next(oneIn) == 0;
    }
}
