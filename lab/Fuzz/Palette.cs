using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Fuzz;

/// <summary>The few values that policies and frames are made of: so few that rules and frames meet often.</summary>
internal static class Palette
{
    public static readonly ImmutableArray<Guest> Guests =
    [
        new(new("one"), MacAddress.Parse("52:54:00:00:00:01"), null),
        new(new("two"), MacAddress.Parse("52:54:00:00:00:02"), null),
        new(new("three"), MacAddress.Parse("52:54:00:00:00:03"), null),
    ];

    public static readonly ImmutableArray<UInt128> Macs =
    [
        0x5254_0000_0001, 0x5254_0000_0002, 0x5254_0000_0003, 0x5254_0000_00FF, 0xFFFF_FFFF_FFFF, 0x0100_5E00_0001,
        0x3333_0000_0001,
    ];

    /// <remarks>No empty mask: negated, ebtables refuses it (RULE_APPEND: Invalid argument, seen with 1.8.9).</remarks>
    public static readonly ImmutableArray<UInt128> MacMasks =
        [0xFFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFE, 0xFFFF_FF00_0000, 0xFFFF_0000_0000, 0x8000_0000_0000];

    public static readonly ImmutableArray<UInt128> Ipv4 =
    [
        Parse4("10.0.0.1"), Parse4("10.0.0.2"), Parse4("10.0.0.3"), Parse4("10.0.0.128"), Parse4("10.0.0.255"), Parse4("10.0.1.0"),
        Parse4("0.0.0.0"), Parse4("255.255.255.255"), Parse4("224.0.0.1"),
    ];

    public static readonly ImmutableArray<UInt128> Ipv6 =
    [
        Parse6("2001:db8::1"), Parse6("2001:db8::2"), Parse6("2001:db8::3"), Parse6("2001:db8::8000"), Parse6("2001:db8:0:1::"),
        Parse6("fe80::1"), Parse6("::"), Parse6("ff02::1"),
    ];

    /// <summary>The ipsets of every case, one for each version of IP.</summary>
    public static readonly ImmutableArray<AddressSet> IpSets =
    [
        new("friends", false, [(Parse4("10.0.0.1"), 32), (Parse4("10.0.0.128"), 25)]),
        new("friends6", true, [(Parse6("2001:db8::2"), 128), (Parse6("2001:db8:0:1::"), 64)]),
    ];

    /// <summary>Neither iptables nor ip6tables takes a set of the other's addresses.</summary>
    public static AddressSet IpSetFor(ProtocolSpec protocol) => IpSets.First(set => set.Version6 == (protocol.Layer == ProtocolLayer.Ipv6));

    public static readonly ImmutableArray<UInt128> Ports = [0, 1, 22, 53, 67, 68, 80, 443, 1023, 1024, 65534, 65535];

    private static readonly ImmutableArray<UInt128> Bytes = [0, 1, 2, 3, 8, 127, 128, 133, 254, 255];

    private static readonly ImmutableArray<UInt128> Words = [0, 1, 2, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF];

    /// <summary>Values for a field, legal for the field's width.</summary>
    public static ImmutableArray<UInt128> Of(Field field) => field switch
    {
        Field.EtherType or Field.VlanEncapsulatedType => [0x0800, 0x0806, 0x8035, 0x86DD, 0x8100, 0x0835, 0x88B6, 0x0600, 0xFFFF],
        Field.VlanId => [0, 1, 2, 100, 4093, 4094], // the tools refuse 4095
        Field.Ipv4Source or Field.Ipv4Destination or Field.ArpSenderIp or Field.ArpTargetIp => Ipv4,
        Field.Ipv6Source or Field.Ipv6Destination => Ipv6,
        Field.Ipv4Protocol => [1, 2, 6, 17, 33, 50, 51, 132, 136, 47, 0, 255],
        Field.Ipv6Protocol => [58, 6, 17, 33, 50, 51, 132, 136, 59, 47],
        Field.TransportSourcePort or Field.TransportDestinationPort => Ports,
        Field.Ipv4Dscp or Field.Ipv6Dscp => [0, 1, 10, 46, 62, 63],
        Field.TcpFlags => [0x02, 0x12, 0x10, 0x11, 0x04, 0x00, 0x3F, 0x18, 0x20],
        Field.ArpOpcode => [1, 2, 3, 4, 8, 9, 0, 65535],
        Field.ArpHardwareType => [1, 0, 6, 65535],
        Field.ArpProtocolType => [0x0800, 0x86DD, 0, 65535],
        Field.StpType => [0, 0x80, 2],
        Field.StpRootCost => [0, 1, 4, 19, 0xFFFF, 0x10000, 0xFFFF_FFFE, 0xFFFF_FFFF],
        _ => FieldTable.Of(field).Bits switch
        {
            48 => Macs,
            8 => Bytes,
            _ => Words,
        },
    };

    /// <summary>Masks of ones followed by zeros, for an attribute that is one.</summary>
    public static ImmutableArray<UInt128> Masks(AttributeType type) => type switch
    {
        AttributeType.MacMask => MacMasks,
        AttributeType.Ipv4Mask => [.. new[] { 0, 1, 8, 24, 25, 31, 32 }.Select(length => Prefix(length, 32))],
        _ => [.. new[] { 0, 1, 10, 64, 112, 127, 128 }.Select(length => Prefix(length, 128))],
    };

    private static UInt128 Prefix(int length, int width) =>
        length == 0 ? 0 : (UInt128.MaxValue >> (128 - length)) << (width - length);

    private static UInt128 Parse4(string text) => Ipv4Address.Parse(text).Bits;

    private static UInt128 Parse6(string text) => Ipv6Address.Parse(text).Bits;
}
