using System.Collections.Immutable;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>Where each field lies for nft: the one table behind conditions, sets and the interpreter.</summary>
internal static class NftFields
{
    public static readonly NftPayload EtherType = new(NftBase.Link, 96, 16, NftType.EtherType, "ether type");

    /// <summary>LLC for spanning tree, protocol 0, version 0: what ebt_stp asks for before it looks at a BPDU.</summary>
    public static readonly NftCompare IsBpdu = new(Network(0, 48), new NftNumber(0x4242_0300_0000));

    public static readonly NftCompare IsConfigurationBpdu = new(Network(48, 8), new NftNumber(0));

    /// <summary>IPv4 addresses in an ARP payload lie where they do only behind six-byte hardware addresses.</summary>
    public static readonly NftCompare ArpIsForIpv4 = new(Network(16, 32), new NftNumber(0x0800_0604));

    public static readonly NftCompare ArpIsForEthernet = new(Network(0, 16), new NftNumber(1));

    public static readonly NftCompare ArpHasEthernetLength = new(Network(32, 8), new NftNumber(6));

    public static readonly NftCompare IsFirstIpv4Fragment = new(Network(48, 16), new NftNumber(0), Mask: 0x1FFF);

    public static readonly NftCompare IsFirstIpv6Fragment = new(new NftFragmentOffset(), new NftNumber(0));

    public static readonly NftCompare ArpHasLengths = new(Network(32, 16), new NftNumber(0x0604));

    /// <summary>True of a frame that has so many bytes from there; their content does not matter.</summary>
    public static NftCompare Holds(NftBase from, int bytes) =>
        new(new NftPayload(from, 8 * (bytes - 1), 8, NftType.Integer), new NftNumber(0), Mask: 0);

    /// <summary>Pairs of equal octets; only in the table when a rule asks for gratuitous ARP.</summary>
    public static readonly NftSet EqualOctets = AllEqualOctets([Network(112, 8), Network(192, 8)]);

    private static NftSet AllEqualOctets(ImmutableArray<NftKey> key) => new("equal-octets", key, NftSetKind.Set,
        [.. Enumerable.Range(0, 256).Select(octet => new NftElement(default, [(uint)octet, (uint)octet]))]);

    /// <summary>The n-th octet of the sender's and the target's IPv4 address in an ARP payload agree.</summary>
    public static NftLookup SameOctet(int n) => new([Network(112 + 8 * n, 8), Network(192 + 8 * n, 8)], EqualOctets.Name);

    public static NftKey Of(Field field) => field switch
    {
        Field.EthernetSource => new NftPayload(NftBase.Link, 48, 48, NftType.EtherAddress, "ether saddr"),
        Field.EthernetDestination => new NftPayload(NftBase.Link, 0, 48, NftType.EtherAddress, "ether daddr"),
        Field.EtherType => EtherType,

        Field.VlanId => new NftPayload(NftBase.Link, 116, 12, NftType.Integer),
        Field.VlanEncapsulatedType => new NftPayload(NftBase.Link, 128, 16, NftType.Integer),

        Field.StpType => Network(48, 8),
        Field.StpFlags => Network(56, 8),
        Field.StpRootPriority => Network(64, 16),
        Field.StpRootAddress => Network(80, 48),
        Field.StpRootCost => Network(128, 32),
        Field.StpSenderPriority => Network(160, 16),
        Field.StpSenderAddress => Network(176, 48),
        Field.StpPort => Network(224, 16),
        Field.StpMessageAge => Network(240, 16),
        Field.StpMaxAge => Network(256, 16),
        Field.StpHelloTime => Network(272, 16),
        Field.StpForwardDelay => Network(288, 16),

        Field.EbtStpType => Network(40, 8),
        Field.EbtStpFlags => Network(48, 8),
        Field.EbtStpRootPriority => Network(56, 16),
        Field.EbtStpRootAddress => Network(72, 48),
        Field.EbtStpRootCost => Network(120, 32),
        Field.EbtStpSenderPriority => Network(152, 16),
        Field.EbtStpSenderAddress => Network(168, 48),
        Field.EbtStpPort => Network(216, 16),
        Field.EbtStpMessageAge => Network(232, 16),
        Field.EbtStpMaxAge => Network(248, 16),
        Field.EbtStpHelloTime => Network(264, 16),
        Field.EbtStpForwardDelay => Network(280, 16),

        Field.ArpHardwareType => Network(0, 16),
        Field.ArpProtocolType => Network(16, 16),
        Field.ArpOpcode => Network(48, 16),
        Field.ArpSenderMac => Network(64, 48),
        Field.ArpSenderIp => Network(112, 32),
        Field.ArpTargetMac => Network(144, 48),
        Field.ArpTargetIp => Network(192, 32),

        Field.Ipv4Source => new NftPayload(NftBase.Network, 96, 32, NftType.Ipv4Address, "ip saddr"),
        Field.Ipv4Destination => new NftPayload(NftBase.Network, 128, 32, NftType.Ipv4Address, "ip daddr"),
        Field.Ipv4Protocol => new NftPayload(NftBase.Network, 72, 8, NftType.Protocol, "ip protocol"),
        Field.Ipv4Tos => Network(8, 8),
        Field.Ipv4Dscp => new NftPayload(NftBase.Network, 8, 6, NftType.Integer, "ip dscp"),

        Field.Ipv6Source => new NftPayload(NftBase.Network, 64, 128, NftType.Ipv6Address, "ip6 saddr"),
        Field.Ipv6Destination => new NftPayload(NftBase.Network, 192, 128, NftType.Ipv6Address, "ip6 daddr"),
        Field.Ipv6Protocol => NftMeta.TransportProtocol,
        Field.Ipv6Dscp => new NftPayload(NftBase.Network, 4, 6, NftType.Integer, "ip6 dscp"),

        Field.TransportSourcePort => new NftPayload(NftBase.Transport, 0, 16, NftType.Port, "th sport"),
        Field.TransportDestinationPort => new NftPayload(NftBase.Transport, 16, 16, NftType.Port, "th dport"),
        Field.TcpFlags => new NftPayload(NftBase.Transport, 106, 6, NftType.Integer),
        _ => throw new System.Diagnostics.UnreachableException(field.ToString()),
    };

    public static NftPayload Network(int offset, int bits) => new(NftBase.Network, offset, bits, NftType.Integer);

    public static NftPayload Transport(int offset, int bits) => new(NftBase.Transport, offset, bits, NftType.Integer);
}
