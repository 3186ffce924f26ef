namespace Lab.Tests.Filters;

/// <summary>What no attribute table knows: filter, rule, reference and uuid, good and bad.</summary>
internal static class Fragments
{
    public static readonly string[] Chains =
    [
        "root", "mac", "vlan", "stp", "ipv4", "ipv6", "arp", "rarp", "macfoo", "arp-xyz", "vlan1", "ipv4.a:b_c-d", "rootx", "ROOT", "ARP", "ip",
        "foo", "", " arp", "arp ", "arp/x", "abcdefghijklm", "arp-89012345", "arp-890123456", "rarpa", "ärp", "$A",
    ];

    public static readonly string[] Priorities =
    [
        "0", "1000", "-1000", "1001", "-1001", "+5", " 5", "5 ", "abc", "", "5.5", "0x10", "99999999999", "-0", "007", "2147483648", "- 5",
    ];

    public static readonly string[] Uuids =
    [
        "", " ", "UUID-b071-6127-b4ec-6f8ed4b55335", "xyz", "UUIDb07161-27b4ec6f8ed4b55335", " UUID b071 6127 b4ec 6f8ed4b55335 ", "5c6d49af-b071-6127-b4ec-6f8ed4b5533",
        "5c6d49af-b071-6127-b4ec-6f8ed4b553355", "{5c6d49af-b071-6127-b4ec-6f8ed4b55335}", "5-c6d49af-b071-6127-b4ec-6f8ed4b55335",
    ];

    public static readonly string[] References =
    [
        "<filterref/>", "<filterref filter=''/>", "<filterref filter='NAME'/>", "<filterref filter='a b'/>", "<filterref name='x'/>",
        "<filterref filter='x'>text</filterref>", "<filterref filter='x'><parameter/></filterref>",
        "<filterref filter='x'><parameter name='A'/></filterref>", "<filterref filter='x'><parameter value='A'/></filterref>",
        "<filterref filter='x'><parameter name='' value='1'/></filterref>", "<filterref filter='x'><parameter name='A' value=''/></filterref>",
        "<filterref filter='x'><parameter name='A-B' value='1'/><parameter name='A' value='1/2'/></filterref>",
        "<filterref filter='x'><other/></filterref>", "<filterref filter='x' more='y'/>",
    ];

    public static readonly string[] Rules =
    [
        .. References,
        "", "text", "<rule/>", "<rule action='drop'/>", "<rule direction='in'/>", "<rule action='drop' direction='in'/>",
        "<rule action='DROP' direction='in'/>", "<rule action='drop' direction='In'/>", "<rule action='' direction='in'/>",
        "<rule action='drop' direction=''/>", "<rule action=' drop' direction='in'/>", "<rule action='drop' direction='in' x='y'/>",
        "<Rule action='nonsense'/>", "<unknown><rule/></unknown>", "<rule action='drop' direction='in'>text</rule>", "<!-- c --><?p i?>",
        .. Priorities.Select(p => $"<rule action='drop' direction='in' priority='{p}'/>"),
        .. new[] { "0", "false", "FALSE", "False", "true", "1", "", "no" }.Select(s => $"<rule action='drop' direction='in' statematch='{s}'/>"),
        .. Uuids.Select(u => $"<uuid>{u}</uuid>"), "<uuid/>", "<uuid><x/></uuid>", "<uuid/><uuid>junk</uuid>", "<uuid>junk</uuid><uuid/>",
    ];

    public static readonly string[] Elements =
    [
        "", "text", "<tpc/>", "<TCP/>", "<tcp-ipv4/>", "<igmp-ipv6/>", "<icmp-ipv6/>", "<tcp/><udp srcportstart='junk'/>",
        "<udp/><tpc srcportstart='junk'/><udp srcportstart='junk'/>", "<tpc/><udp/>", "<tcp>text</tcp>", "<tcp><udp srcportstart='junk'/></tcp>",
        "<tcp match='no'/>", "<tcp match='maybe'/>", "<tcp srpipaddr='1.2.3.4'/>", "<tcp dstmacaddr='junk'/>", "<udplite srcportstart='junk'/>",
        "<udp flags='junk'/>", "<ip type='junk'/>", "<stp dstmacaddr='junk'/>", "<rule action='x'/>", "<mac><!-- c --></mac>",
        "<tcp srcportstart='9' dstportstart='1'/>", "<tcp srcportstart='9' srcportend='1'/>", "<all ipsetflags='src'/>", "<all ipset='a'/>",
    ];

    /// <summary>Whole documents.</summary>
    public static readonly string[] Filters =
    [
        "", " ", "text", "<filter", "<filter name='NAME'", "<filter name='NAME'>", "<filter name='NAME'></filte>", "<filters name='NAME'/>",
        "<Filter name='NAME'/>", "<filter/>", "<filter name=''/>", "<filter name='NAME'/>", "<filter name='NAME'/>trailing", "<filter name='NAME'/><x/>",
        "<?xml version='1.0'?><filter name='NAME'/>", "<?xml version='1.0' encoding='UTF-8'?><filter name='NAME'/>", " <?xml version='1.0'?><filter name='NAME'/>",
        "<!-- c --><filter name='NAME'/><!-- c -->", "<filter name='NAME' name='b'/>", "<filter name=NAME/>", "<filter name='NAME&bad;'/>", "<filter name='NAME&#0;'/>",
        "<filter name='NAME&#x1;'/>", "<filter name='NAME<'/>", "<filter name='NAME' x='&amp'/>", "<!DOCTYPE filter><filter name='NAME'/>",
        "<filter name='NAME'><![CDATA[x]]></filter>", "<filter name='NAME'>]]></filter>", "<filter name='NAME'><!-- a -- b --></filter>",
        "<filter name='NAME-.x_9'/>", "<filter name='9NAME'/>", "<filter name='NAME b'/>", "<filter name='NAME/b'/>", "<filter name='NAMEü'/>",
        "<filter name='NAME' unknown='x'/>", $"<filter name='NAME{new string('n', 200)}'/>", $"<filter name='NAME{new string('n', 255)}'/>",
        .. Chains.Select(c => $"<filter name='NAME' chain='{c}'/>"),
        .. Priorities.Select(p => $"<filter name='NAME' priority='{p}'/>"), .. Priorities.Select(p => $"<filter name='NAME' chain='arp' priority='{p}'/>"),
        Nested(200), Nested(300),
    ];

    private static string Nested(int depth) =>
        $"<filter name='NAME'>{string.Concat(Enumerable.Repeat("<x>", depth))}{string.Concat(Enumerable.Repeat("</x>", depth))}</filter>";
}
