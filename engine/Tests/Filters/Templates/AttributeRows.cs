using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.State;

namespace Lab.Engine.Tests.Filters.Templates;

/// <summary>An attribute with a value, a frame that meets it, and frames that just miss it.</summary>
/// <param name="Name">The attribute that the row is about.</param>
/// <param name="Xml">It, and whatever it needs beside it.</param>
internal sealed record AttributeRow(string Name, string Xml, Func<Probe, Probe> Hit, params Func<Probe, Probe>[] Misses)
{
    public Meaning Meaning { get; init; } = Meaning.Libvirt;

    public PacketContext HitContext { get; init; } = new(ConnectionStates.New, ConnectionDirection.Original);

    public PacketContext MissContext { get; init; } = new(ConnectionStates.New, ConnectionDirection.Original);

    public override string ToString() => Xml;
}

/// <summary>For every attribute of every protocol element at least one row.</summary>
internal static class AttributeRows
{
    private static readonly AttributeRow[] Macs =
    [
        new("srcmacaddr", "srcmacaddr='52:54:00:00:00:0a'", p => p, p => p with { Source = Mac("52:54:00:00:00:0b") }, p => p with { Source = Mac("d2:54:00:00:00:0a") }),
        new("srcmacmask", "srcmacaddr='52:54:00:00:00:00' srcmacmask='ff:ff:ff:00:00:00'", p => p with { Source = Mac("52:54:00:ff:ff:ff") }, p => p with { Source = Mac("52:54:01:00:00:00") }, p => p with { Source = Mac("52:53:ff:ff:ff:ff") }),
        new("dstmacaddr", "dstmacaddr='52:54:00:00:00:0b'", p => p, p => p with { Destination = Mac("52:54:00:00:00:0a") }),
        new("dstmacmask", "dstmacaddr='52:54:00:00:00:00' dstmacmask='ff:ff:ff:00:00:00'", p => p with { Destination = Mac("52:54:00:ff:ff:ff") }, p => p with { Destination = Mac("52:54:01:00:00:00") }),
    ];

    private static readonly AttributeRow[] Ports =
    [
        new("srcportstart", "srcportstart='4000'", p => p, p => p with { FromPort = 4001 }, p => p with { FromPort = 3999 }),
        new("srcportend", "srcportstart='4000' srcportend='4010'", p => p with { FromPort = 4010 }, p => p with { FromPort = 4011 }, p => p with { FromPort = 3999 }),
        new("dstportstart", "dstportstart='5000'", p => p, p => p with { ToPort = 5001 }, p => p with { ToPort = 4999 }),
        new("dstportend", "dstportstart='5000' dstportend='5010'", p => p with { ToPort = 5010 }, p => p with { ToPort = 5011 }, p => p with { ToPort = 4999 }),
    ];

    private static readonly AttributeRow[] Addresses4 =
    [
        new("srcipaddr", "srcipaddr='192.0.2.10'", p => p, p => p with { From = "192.0.2.11" }, p => p with { From = "64.0.2.10" }),
        new("srcipmask", "srcipaddr='192.0.2.0' srcipmask='28'", p => p with { From = "192.0.2.15" }, p => p with { From = "192.0.2.16" }, p => p with { From = "192.0.1.255" }),
        new("dstipaddr", "dstipaddr='192.0.2.20'", p => p, p => p with { To = "192.0.2.21" }),
        new("dstipmask", "dstipaddr='192.0.2.16' dstipmask='255.255.255.240'", p => p with { To = "192.0.2.31" }, p => p with { To = "192.0.2.32" }, p => p with { To = "192.0.2.15" }),
    ];

    private static readonly AttributeRow[] Addresses6 =
    [
        new("srcipaddr", "srcipaddr='2001:db8::10'", p => p, p => p with { From6 = "2001:db8::11" }, p => p with { From6 = "2001:db8:0:0:1::10" }),
        new("srcipmask", "srcipaddr='2001:db8::' srcipmask='124'", p => p with { From6 = "2001:db8::f" }, p => p with { From6 = "2001:db8::10" }),
        new("dstipaddr", "dstipaddr='2001:db8::20'", p => p, p => p with { To6 = "2001:db8::21" }, p => p with { To6 = "a001:db8::20" }),
        new("dstipmask", "dstipaddr='2001:db8::20' dstipmask='124'", p => p with { To6 = "2001:db8::2f" }, p => p with { To6 = "2001:db8::30" }, p => p with { To6 = "2001:db8::1f" }),
    ];

    private static readonly AttributeRow[] Ranges4 =
    [
        new("srcipfrom", "srcipfrom='192.0.2.10'", p => p, p => p with { From = "192.0.2.11" }, p => p with { From = "192.0.2.9" }),
        new("srcipto", "srcipfrom='192.0.2.5' srcipto='192.0.2.12'", p => p with { From = "192.0.2.12" }, p => p with { From = "192.0.2.13" }, p => p with { From = "192.0.2.4" }),
        new("dstipfrom", "dstipfrom='192.0.2.20'", p => p, p => p with { To = "192.0.2.21" }),
        new("dstipto", "dstipfrom='192.0.2.15' dstipto='192.0.2.22'", p => p with { To = "192.0.2.15" }, p => p with { To = "192.0.2.14" }, p => p with { To = "192.0.2.23" }),
    ];

    private static readonly AttributeRow[] Ranges6 =
    [
        new("srcipfrom", "srcipfrom='2001:db8::10'", p => p, p => p with { From6 = "2001:db8::11" }),
        new("srcipto", "srcipfrom='2001:db8::5' srcipto='2001:db8::12'", p => p with { From6 = "2001:db8::12" }, p => p with { From6 = "2001:db8::13" }, p => p with { From6 = "2001:db8::4" }),
        new("dstipfrom", "dstipfrom='2001:db8::20'", p => p, p => p with { To6 = "2001:db8::1f" }),
        new("dstipto", "dstipfrom='2001:db8::15' dstipto='2001:db8::22'", p => p with { To6 = "2001:db8::22" }, p => p with { To6 = "2001:db8::23" }, p => p with { To6 = "2001:db8::14" }) { Meaning = Meaning.Strict },
    ];

    private static readonly AttributeRow[] Arp =
    [
        .. Macs,
        new("hwtype", "hwtype='1'", p => p, p => p with { HardwareType = 2 }, p => p with { HardwareType = 0x101 }),
        new("protocoltype", "protocoltype='0x800'", p => p, p => p with { ProtocolType = 0x801 }),
        new("opcode", "opcode='Request'", p => p, p => p with { Opcode = 2 }, p => p with { Opcode = 0 }),
        new("arpsrcmacaddr", "arpsrcmacaddr='52:54:00:00:00:0c'", p => p, p => p with { SenderMac = Mac("52:54:00:00:00:0d") }, p => p with { HardwareType = 6 }),
        new("arpdstmacaddr", "arpdstmacaddr='52:54:00:00:00:0d'", p => p, p => p with { TargetMac = Mac("52:54:00:00:00:0c") }),
        new("arpsrcipaddr", "arpsrcipaddr='192.0.2.10'", p => p, p => p with { SenderIp = "192.0.2.11" }, p => p with { ProtocolType = 0x86DD }),
        new("arpsrcipmask", "arpsrcipaddr='192.0.2.0' arpsrcipmask='28'", p => p with { SenderIp = "192.0.2.15" }, p => p with { SenderIp = "192.0.2.16" }),
        new("arpdstipaddr", "arpdstipaddr='192.0.2.20'", p => p, p => p with { TargetIp = "192.0.2.21" }),
        new("arpdstipmask", "arpdstipaddr='192.0.2.16' arpdstipmask='28'", p => p with { TargetIp = "192.0.2.31" }, p => p with { TargetIp = "192.0.2.32" }),
        new("gratuitous", "gratuitous='true'", p => p with { SenderIp = "192.0.2.20" }, p => p with { SenderIp = "192.0.2.21" }),
    ];

    private static readonly AttributeRow[] Stp =
    [
        .. Macs[..2],
        new("type", "type='0x80'", p => p with { BpduType = 0x80 }, p => p with { BpduType = 0x81 }, p => p with { BpduType = 0 }),
        new("flags", "flags='0x10'", p => p, p => p with { BpduFlags = 0x11 }, p => p with { BpduFlags = 0 }),
        .. Range("root-priority", 0x8000, (p, v) => p with { RootPriority = (ushort)v }),
        new("root-address", "root-address='02:00:00:00:00:0a'", p => p, p => p with { RootAddress = Mac("02:00:00:00:00:0b") }),
        new("root-address-mask", "root-address='02:00:00:00:00:00' root-address-mask='ff:ff:ff:ff:00:00'", p => p with { RootAddress = Mac("02:00:00:00:ff:ff") }, p => p with { RootAddress = Mac("02:00:00:01:00:00") }),
        .. Range("root-cost", 100_000, (p, v) => p with { RootCost = v }),
        .. Range("sender-priority", 0x9000, (p, v) => p with { SenderPriority = (ushort)v }),
        new("sender-address", "sender-address='02:00:00:00:00:0b'", p => p, p => p with { SenderAddress = Mac("02:00:00:00:00:0a") }),
        new("sender-address-mask", "sender-address='02:00:00:00:00:00' sender-address-mask='ff:ff:ff:ff:00:00'", p => p with { SenderAddress = Mac("02:00:00:00:ff:ff") }, p => p with { SenderAddress = Mac("02:00:00:01:00:00") }),
        .. Range("port", 0x8001, (p, v) => p with { Port = (ushort)v }),
        .. Range("age", 0x100, (p, v) => p with { Age = (ushort)v }),
        .. Range("max-age", 0x1400, (p, v) => p with { MaxAge = (ushort)v }),
        .. Range("hello-time", 0x200, (p, v) => p with { HelloTime = (ushort)v }),
        .. Range("forward-delay", 0xF00, (p, v) => p with { ForwardDelay = (ushort)v }),
    ];

    /// <summary>Of the layer-2 elements ip and ipv6, where ports and types need a protocol.</summary>
    private static readonly AttributeRow[] Ip =
    [
        .. Macs, .. Addresses4,
        new("protocol", "protocol='udp'", p => p, p => p with { Protocol = 16 }, p => p with { Protocol = 18 }),
        .. Ports.Select(row => row with { Xml = $"protocol='udp' {row.Xml}" }),
        new("dscp", "dscp='10'", p => p with { Tos = 0x0A }, p => p with { Tos = 0x28 }, p => p with { Tos = 0x0B }),
        new("dscp", "dscp='10'", p => p with { Tos = 0x2B }, p => p with { Tos = 0x0A }, p => p with { Tos = 0x2C }) { Meaning = Meaning.Strict },
    ];

    private static readonly AttributeRow[] Ipv6 =
    [
        .. Macs, .. Addresses6,
        new("protocol", "protocol='tcp'", p => p with { Protocol = 6 }, p => p with { Protocol = 17 }, p => p with { Protocol = 7 }),
        .. Ports.Select(row => row with { Xml = $"protocol='udp' {row.Xml}" }),
        new("type", "protocol='icmpv6' type='135'", p => Icmp6(p, 135, 0), p => Icmp6(p, 136, 0), p => Icmp6(p, 134, 0), p => p with { Protocol = 17 }),
        new("typeend", "protocol='icmpv6' type='133' typeend='136'", p => Icmp6(p, 136, 9), p => Icmp6(p, 137, 0), p => Icmp6(p, 132, 0)),
        new("code", "protocol='icmpv6' type='1' code='4'", p => Icmp6(p, 1, 4), p => Icmp6(p, 1, 5), p => Icmp6(p, 1, 3)),
        new("codeend", "protocol='icmpv6' type='1' code='3' codeend='4'", p => Icmp6(p, 1, 3), p => Icmp6(p, 1, 2), p => Icmp6(p, 1, 5)),
    ];

    private static readonly AttributeRow[] Tracked =
    [
        Macs[0],
        new("dscp", "dscp='10'", p => p with { Tos = 0x2B }, p => p with { Tos = 0x2C }, p => p with { Tos = 0x0A }),
        new("state", "state='NEW'", p => p) { MissContext = new(ConnectionStates.Established, ConnectionDirection.Original) },
        new("connlimit-above", "connlimit-above='2'", p => p)
        {
            HitContext = new(ConnectionStates.New, ConnectionDirection.Original, new Counted(3)),
            MissContext = new(ConnectionStates.New, ConnectionDirection.Original, new Counted(2)),
        },
        .. IpSets("ipset", "ipset='allowed' ipsetflags='src'", SetDimension.Source),
        .. IpSets("ipsetflags", "ipset='allowed' ipsetflags='dst'", SetDimension.Destination),
    ];

    private static readonly AttributeRow[] Tcp =
    [
        .. Ports,
        new("option", "option='8'", p => p with { TcpOption = 8 }, p => p with { TcpOption = 7 }, p => p with { TcpOption = null }),
        new("flags", "flags='SYN,ACK/SYN'", p => p with { TcpFlags = 0x0A }, p => p with { TcpFlags = 0x12 }, p => p with { TcpFlags = 0x08 }),
    ];

    private static readonly AttributeRow[] Icmp =
    [
        new("type", "type='8'", p => p, p => p with { IcmpType = 9 }, p => p with { IcmpType = 7 }),
        new("code", "type='3' code='1'", p => p with { IcmpType = 3, IcmpCode = 1 }, p => p with { IcmpType = 3, IcmpCode = 2 }, p => p with { IcmpType = 3, IcmpCode = 0 }),
    ];

    public static IEnumerable<AttributeRow> Of(string protocol) => protocol switch
    {
        "mac" => [.. Macs, new("protocolid", "protocolid='0x88b5'", p => p, p => p with { Type = 0x88B6 }, p => p with { Type = 0x88B4 })],
        "vlan" =>
        [
            .. Macs, new("vlanid", "vlanid='100'", p => p, p => p with { VlanId = 101 }, p => p with { VlanId = 100 | 0x800 }),
            new("encap-protocol", "encap-protocol='arp'", p => p with { Encapsulated = 0x0806 }, p => p with { Encapsulated = 0x2054 }) { Meaning = Meaning.Strict },
            new("encap-protocol", "encap-protocol='arp'", p => p with { Encapsulated = 0x2054 }, p => p with { Encapsulated = 0x0806 }),
        ],
        "stp" => [.. Stp.Select(row => row with { Meaning = Meaning.Strict })], // libvirt reads a BPDU one byte early (quirk 46)
        "arp" or "rarp" => Arp,
        "ip" => Ip,
        "ipv6" => Ipv6,
        _ => [.. Family(protocol, IsVersion6(protocol)), .. Own(protocol)],
    };

    private static IEnumerable<AttributeRow> Family(string protocol, bool version6) =>
    [
        .. Tracked.Select(row => row.Name.StartsWith("ipset", StringComparison.Ordinal) && !protocol.StartsWith("all", StringComparison.Ordinal) ? row with { Meaning = Meaning.Strict } : row),
        .. version6 ? Addresses6 : Addresses4, .. version6 ? Ranges6 : Ranges4,
    ];

    private static IEnumerable<AttributeRow> Own(string protocol) => protocol switch
    {
        "tcp" => Tcp,
        "tcp-ipv6" => Tcp.Select(row => row.Name == "flags" ? row with { Meaning = Meaning.Strict } : row),
        "udp" or "udp-ipv6" or "sctp" or "sctp-ipv6" => Ports,
        "icmp" or "icmpv6" => Icmp,
        _ => [],
    };

    public static bool IsVersion6(string protocol) => protocol == "icmpv6" || protocol.EndsWith("-ipv6", StringComparison.Ordinal);

    private static AttributeRow[] Range(string name, uint value, Func<Probe, uint, Probe> set) =>
    [
        new(name, $"{name}='{value}'", p => set(p, value), p => set(p, value + 1), p => set(p, value - 1)),
        new($"{name}-hi", $"{name}='{value}' {name}-hi='{value + 5}'", p => set(p, value + 5), p => set(p, value + 6), p => set(p, value - 1)),
    ];

    private static IEnumerable<AttributeRow> IpSets(string name, string xml, SetDimension dimension) =>
    [
        new(name, xml, p => p)
        {
            HitContext = new(ConnectionStates.New, ConnectionDirection.Original, Sets: new Member(dimension, true)),
            MissContext = new(ConnectionStates.New, ConnectionDirection.Original, Sets: new Member(dimension, false)),
        },
    ];

    private static Probe Icmp6(Probe probe, byte type, byte code) => probe with { Protocol = 58, IcmpType = type, IcmpCode = code };

    private static MacAddress Mac(string text) => MacAddress.Parse(text);

    private sealed record Counted(int Number) : IConnectionCounts
    {
        public int Count(ConnectionLimitAbove condition) => Number;
    }

    /// <summary>Answers only who asks for the right set by the right address.</summary>
    private sealed record Member(SetDimension Dimension, bool Is) : IIpSets
    {
        public bool Contains(InIpSet condition, ReadOnlySpan<byte> frame) =>
            Is && condition.Set == "allowed" && condition.Dimensions is [var only] && only == Dimension;
    }
}
