using System.Collections.Frozen;
using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Model;

/// <summary>
/// Every protocol element with every attribute (nwfilter.md section 2), in the order in which libvirt 9 prints them. A
/// protocol is added here and nowhere else.
/// </summary>
public static class ProtocolTable
{
    /// <summary>The group address of IEEE 802.1D bridges, to which BPDUs are sent.</summary>
    private const ulong BridgeGroupAddress = 0x0180_C200_0000;

    private static readonly ImmutableArray<(string, UInt128)> EtherTypes =
    [
        ("arp", (ushort)EtherType.Arp), ("rarp", (ushort)EtherType.Rarp), ("ipv4", (ushort)EtherType.Ipv4),
        ("ipv6", (ushort)EtherType.Ipv6), ("vlan", (ushort)EtherType.Vlan),
    ];

    private static readonly ImmutableArray<(string, UInt128)> IpProtocols =
    [
        ("tcp", (byte)IpProtocol.Tcp), ("udp", (byte)IpProtocol.Udp), ("udplite", (byte)IpProtocol.UdpLite),
        ("esp", (byte)IpProtocol.Esp), ("ah", (byte)IpProtocol.Ah), ("icmp", (byte)IpProtocol.Icmp),
        ("igmp", (byte)IpProtocol.Igmp), ("sctp", (byte)IpProtocol.Sctp), ("icmpv6", (byte)IpProtocol.IcmpV6),
    ];

    /// <summary>IANA's ARP operation codes, as libvirt spells them.</summary>
    private static readonly ImmutableArray<(string, UInt128)> ArpOpcodes =
    [
        ("Request", 1), ("Reply", 2), ("Request_Reverse", 3), ("Reply_Reverse", 4), ("DRARP_Request", 5),
        ("DRARP_Reply", 6), ("DRARP_Error", 7), ("InARP_Request", 8), ("ARP_NAK", 9),
    ];

    public static ImmutableArray<ProtocolSpec> All { get; } =
    [
        Ethernet("mac", "any Ethernet frame", [],
        [
            .. Macs, Number("protocolid", AttributeType.UInt16, Field.EtherType, "EtherType of the outer header", 0x600) with { Words = EtherTypes },
        ]),
        Ethernet("vlan", "802.1Q tagged frames", [FieldEquals.Exactly(EtherType.Vlan)],
        [
            .. Macs, Number("vlanid", AttributeType.UInt16, Field.VlanId, "VLAN identifier of the tag", 0, 4095),
            Number("encap-protocol", AttributeType.UInt16, Field.VlanEncapsulatedType, "EtherType behind the tag", 0x3C) with { Words = EtherTypes },
        ]),
        Ethernet("stp", "spanning tree BPDUs", [FieldEquals.Exactly(Field.EthernetDestination, BridgeGroupAddress)],
        [
            .. Macs[..2],
            Number("type", AttributeType.UInt8, Field.StpType, "BPDU type: 0 configuration, 0x80 topology change notification"),
            Number("flags", AttributeType.UInt8, Field.StpFlags, "flags byte: 0x01 topology change, 0x80 its acknowledgement"),
            .. Range("root-priority", AttributeType.UInt16, Field.StpRootPriority, "priority of the root bridge"),
            .. Masked("root-address", "root-address-mask", Field.StpRootAddress, "address of the root bridge"),
            .. Range("root-cost", AttributeType.UInt32, Field.StpRootCost, "cost of the path to the root"),
            .. Range("sender-priority", AttributeType.UInt16, Field.StpSenderPriority, "priority of the sending bridge"),
            .. Masked("sender-address", "sender-address-mask", Field.StpSenderAddress, "address of the sending bridge"),
            .. Range("port", AttributeType.UInt16, Field.StpPort, "port identifier"),
            .. Range("age", AttributeType.UInt16, Field.StpMessageAge, "message age in 1/256 s"),
            .. Range("max-age", AttributeType.UInt16, Field.StpMaxAge, "maximum age in 1/256 s"),
            .. Range("hello-time", AttributeType.UInt16, Field.StpHelloTime, "hello time in 1/256 s"),
            .. Range("forward-delay", AttributeType.UInt16, Field.StpForwardDelay, "forward delay in 1/256 s"),
        ]),
        Ethernet("arp", "ARP", [FieldEquals.Exactly(EtherType.Arp)], Arp),
        Ethernet("rarp", "Reverse ARP", [FieldEquals.Exactly(EtherType.Rarp)], Arp),
        Ethernet("ip", "IPv4, frame by frame and without connection tracking", [FieldEquals.Exactly(EtherType.Ipv4)],
        [
            .. Macs, .. Addresses(ProtocolLayer.Ipv4),
            Number("protocol", AttributeType.UInt8, Field.Ipv4Protocol, "protocol field") with { Words = IpProtocols },
            .. Ports,
            Number("dscp", AttributeType.UInt8, Field.Ipv4Dscp, "differentiated services code point", 0, 63),
        ]),
        Ethernet("ipv6", "IPv6, frame by frame and without connection tracking", [FieldEquals.Exactly(EtherType.Ipv6)],
        [
            .. Macs, .. Addresses(ProtocolLayer.Ipv6),
            Number("protocol", AttributeType.UInt8, Field.Ipv6Protocol, "protocol behind all extension headers") with { Words = IpProtocols },
            .. Ports,
            Icmp("type", AttributeRole.IcmpType, "lowest ICMPv6 type"), Icmp("typeend", AttributeRole.IcmpTypeEnd, "highest ICMPv6 type"),
            Icmp("code", AttributeRole.IcmpCode, "lowest ICMPv6 code"), Icmp("codeend", AttributeRole.IcmpCodeEnd, "highest ICMPv6 code"),
        ]),
        .. Transport("tcp", "TCP", IpProtocol.Tcp, layer =>
        [
            .. Ports,
            Special("option", AttributeType.UInt8, AttributeRole.TcpOption, "a TCP option of this kind is present") with { Maximum = byte.MaxValue },
            new AttributeSpec("flags", AttributeType.TcpFlags, AttributeRole.Value, Field.TcpFlags, 0, 0, [], "TCP flags: those to look at, and those of them that are set")
            {
                BeyondLibvirt = layer == ProtocolLayer.Ipv6, // quirk 9: libvirt's schema takes it, its parser ignores it
            },
        ]),
        .. Transport("udp", "UDP", IpProtocol.Udp, _ => Ports),
        .. Transport("udplite", "UDP-Lite", IpProtocol.UdpLite, _ => []),
        .. Transport("sctp", "SCTP", IpProtocol.Sctp, _ => Ports),
        Tracked("icmp", "ICMP", ProtocolLayer.Ipv4, IpProtocol.Icmp, IcmpTypeAndCode),
        Tracked("icmpv6", "ICMPv6", ProtocolLayer.Ipv6, IpProtocol.IcmpV6, IcmpTypeAndCode),
        Tracked("igmp", "IGMP", ProtocolLayer.Ipv4, IpProtocol.Igmp, []),
        .. Transport("esp", "IPsec ESP", IpProtocol.Esp, _ => []),
        .. Transport("ah", "IPsec AH", IpProtocol.Ah, _ => []),
        .. Transport("all", "any protocol", null, _ => []),
    ];

    private static readonly FrozenDictionary<string, ProtocolSpec> ByName = All.ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>The element of that name, case-sensitive; null when there is none.</summary>
    public static ProtocolSpec? Find(string name) => ByName.GetValueOrDefault(name);

    private static ImmutableArray<AttributeSpec> Macs =>
    [
        .. Masked("srcmacaddr", "srcmacmask", Field.EthernetSource, "Ethernet source"),
        .. Masked("dstmacaddr", "dstmacmask", Field.EthernetDestination, "Ethernet destination"),
    ];

    private static AttributeSpec Comment =>
        Special("comment", AttributeType.Comment, AttributeRole.Comment, "free text, at most 256 bytes");

    private static ImmutableArray<AttributeSpec> Arp =>
    [
        .. Macs,
        Number("hwtype", AttributeType.UInt16, Field.ArpHardwareType, "hardware type; 1 is Ethernet"),
        Number("protocoltype", AttributeType.UInt16, Field.ArpProtocolType, "protocol type; 0x0800 is IPv4"),
        Number("opcode", AttributeType.UInt16, Field.ArpOpcode, "operation") with { Words = ArpOpcodes, PrintsDecimal = true },
        Value("arpsrcmacaddr", AttributeType.Mac, Field.ArpSenderMac, "sender hardware address"),
        Value("arpdstmacaddr", AttributeType.Mac, Field.ArpTargetMac, "target hardware address"),
        Value("arpsrcipaddr", AttributeType.Ipv4, Field.ArpSenderIp, "sender protocol address"),
        Mask("arpsrcipmask", AttributeType.Ipv4Mask, Field.ArpSenderIp, "sender protocol address"),
        Value("arpdstipaddr", AttributeType.Ipv4, Field.ArpTargetIp, "target protocol address"),
        Mask("arpdstipmask", AttributeType.Ipv4Mask, Field.ArpTargetIp, "target protocol address"),
        Special("gratuitous", AttributeType.Boolean, AttributeRole.Gratuitous, "sender address equals target address"),
    ];

    private static ImmutableArray<AttributeSpec> Ports =>
    [
        Number("srcportstart", AttributeType.UInt16, Field.TransportSourcePort, "lowest source port"),
        Number("srcportend", AttributeType.UInt16, Field.TransportSourcePort, "highest source port") with { Role = AttributeRole.RangeEnd },
        Number("dstportstart", AttributeType.UInt16, Field.TransportDestinationPort, "lowest destination port"),
        Number("dstportend", AttributeType.UInt16, Field.TransportDestinationPort, "highest destination port") with { Role = AttributeRole.RangeEnd },
    ];

    private static ImmutableArray<AttributeSpec> IcmpTypeAndCode =>
        [Icmp("type", AttributeRole.IcmpType, "message type"), Icmp("code", AttributeRole.IcmpCode, "message code")];

    private static ProtocolSpec Ethernet(
        string name, string description, ImmutableArray<Condition> implied, ImmutableArray<AttributeSpec> attributes) =>
        new(name, ProtocolLayer.Ethernet, implied, null, [.. attributes, Comment]) { Description = description };

    /// <summary>The element for IPv4 and its twin for IPv6.</summary>
    private static ImmutableArray<ProtocolSpec> Transport(
        string name, string description, IpProtocol? protocol, Func<ProtocolLayer, ImmutableArray<AttributeSpec>> own) =>
    [
        Tracked(name, description, ProtocolLayer.Ipv4, protocol, own(ProtocolLayer.Ipv4)),
        Tracked($"{name}-ipv6", description, ProtocolLayer.Ipv6, protocol, own(ProtocolLayer.Ipv6)),
    ];

    /// <summary>An element of the stateful stages, with the attributes that all of them have (nwfilter.md section 2.11).</summary>
    private static ProtocolSpec Tracked(
        string name, string description, ProtocolLayer layer, IpProtocol? protocol, ImmutableArray<AttributeSpec> own)
    {
        bool v4 = layer == ProtocolLayer.Ipv4;
        ImmutableArray<AttributeSpec> attributes =
        [
            Macs[0], .. Addresses(layer), .. AddressRange("src", layer), .. AddressRange("dst", layer),
            Number("dscp", AttributeType.UInt8, v4 ? Field.Ipv4Dscp : Field.Ipv6Dscp, "differentiated services code point", 0, 63),
            Special("connlimit-above", AttributeType.UInt16Decimal, AttributeRole.ConnectionLimit, "the source has more connections than this") with { Maximum = ushort.MaxValue },
            Special("state", AttributeType.ConnectionStates, AttributeRole.State, "state of the connection; replaces the automatic states"),
            Special("ipset", AttributeType.IpSetName, AttributeRole.IpSet, "name of an ipset that contains the packet's addresses"),
            Special("ipsetflags", AttributeType.IpSetFlags, AttributeRole.IpSetFlags, "which addresses to look up, in the order of the set's type"),
            .. own, Comment,
        ];
        return new(name, layer, protocol is { } p ? [FieldEquals.Exactly(v4 ? Field.Ipv4Protocol : Field.Ipv6Protocol, (byte)p)] : [], protocol, attributes)
        {
            Description = $"{description} over {(v4 ? "IPv4" : "IPv6")}, with connection tracking",
        };
    }

    private static ImmutableArray<AttributeSpec> Addresses(ProtocolLayer layer)
    {
        (AttributeType address, AttributeType mask) = Types(layer);
        (Field source, Field destination) = AddressFields(layer);
        return
        [
            Value("srcipaddr", address, source, "source address"), Mask("srcipmask", mask, source, "source address"),
            Value("dstipaddr", address, destination, "destination address"), Mask("dstipmask", mask, destination, "destination address"),
        ];
    }

    /// <remarks>libvirt reads <c>dstipto</c> of the IPv6 elements as IPv4 (quirk 22), which can match nothing.</remarks>
    private static ImmutableArray<AttributeSpec> AddressRange(string side, ProtocolLayer layer)
    {
        AttributeType type = Types(layer).Address;
        (Field source, Field destination) = AddressFields(layer);
        (Field field, string words) = side == "src" ? (source, "source") : (destination, "destination");
        return
        [
            Value($"{side}ipfrom", type, field, $"lowest {words} address") with { Role = AttributeRole.RangeStart },
            Value($"{side}ipto", type, field, $"highest {words} address") with
            {
                Role = AttributeRole.RangeEnd,
                BeyondLibvirt = side == "dst" && layer == ProtocolLayer.Ipv6,
            },
        ];
    }

    private static (AttributeType Address, AttributeType Mask) Types(ProtocolLayer layer) => layer == ProtocolLayer.Ipv4
        ? (AttributeType.Ipv4, AttributeType.Ipv4Mask)
        : (AttributeType.Ipv6, AttributeType.Ipv6Mask);

    private static (Field Source, Field Destination) AddressFields(ProtocolLayer layer) => layer == ProtocolLayer.Ipv4
        ? (Field.Ipv4Source, Field.Ipv4Destination)
        : (Field.Ipv6Source, Field.Ipv6Destination);

    private static ImmutableArray<AttributeSpec> Masked(string name, string mask, Field field, string description) =>
        [Value(name, AttributeType.Mac, field, description), Mask(mask, AttributeType.MacMask, field, description)];

    private static ImmutableArray<AttributeSpec> Range(string name, AttributeType type, Field field, string description) =>
    [
        Number(name, type, field, $"{description}, or the lowest"),
        Number($"{name}-hi", type, field, $"{description}, the highest") with { Role = AttributeRole.RangeEnd },
    ];

    private static AttributeSpec Value(string name, AttributeType type, Field field, string description) =>
        new(name, type, AttributeRole.Value, field, 0, 0, [], description);

    private static AttributeSpec Mask(string name, AttributeType type, Field field, string description) =>
        new(name, type, AttributeRole.Mask, field, 0, 0, [], $"which bits of the {description} count");

    private static AttributeSpec Number(
        string name, AttributeType type, Field field, string description, uint minimum = 0, uint? maximum = null) =>
        new(name, type, AttributeRole.Value, field, minimum, maximum ?? Largest(type), [], description);

    private static AttributeSpec Icmp(string name, AttributeRole role, string description) =>
        Special(name, AttributeType.UInt8, role, description) with { Maximum = byte.MaxValue };

    private static AttributeSpec Special(string name, AttributeType type, AttributeRole role, string description) =>
        new(name, type, role, null, 0, 0, [], description);

    private static uint Largest(AttributeType type) => type switch
    {
        AttributeType.UInt8 => byte.MaxValue,
        AttributeType.UInt16 => ushort.MaxValue,
        _ => uint.MaxValue,
    };
}
