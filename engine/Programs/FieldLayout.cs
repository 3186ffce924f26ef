using Lab.Engine.Packets;

namespace Lab.Engine.Programs;

/// <summary>Where a field's bytes are counted from.</summary>
public enum Anchor
{
    /// <summary>The first byte of the frame.</summary>
    Frame,

    /// <summary>The first byte behind the IP header and its extensions.</summary>
    Transport,

    /// <summary>An address inside an ARP packet; the lengths that the packet states decide where.</summary>
    ArpAddress,

    /// <summary>No place of its own: the protocol that the walk over IPv6 extension headers ends at.</summary>
    UpperLayer,
}

/// <summary>Where a field lies: big-endian bytes, shifted right and cut to the field's width.</summary>
/// <param name="Present">How many bytes from the anchor must be there for the field to exist.</param>
public readonly record struct FieldLayout(Anchor Anchor, int Offset, int Bytes, int Shift, int Present)
{
    private const int Network = EthernetView.Length;

    private static readonly FieldLayout[] Layouts = [.. Enum.GetValues<Field>().Select(Place)];

    public static FieldLayout Of(Field field) => Layouts[(int)field];

    /// <remarks>
    /// How much must be there is what the kernel's matches load at once: ebt_vlan the tag, ebt_stp the whole
    /// configuration BPDU, ebt_arp and ebt_ip the fixed header, ebt_ip both ports (net/bridge/netfilter/ebt_*.c);
    /// TCP flags are one byte for nft.
    /// </remarks>
    private static FieldLayout Place(Field field) => field switch
    {
        Field.EthernetDestination => Fixed(0, 6, Network),
        Field.EthernetSource => Fixed(6, 6, Network),
        Field.EtherType => Fixed(12, 2, Network),
        Field.VlanId => Fixed(Network, 2, Network + VlanView.Length),
        Field.VlanEncapsulatedType => Fixed(Network + 2, 2, Network + VlanView.Length),
        Field.StpType => Fixed(Network + 6, 1, Network + BpduView.MinimumLength),
        Field.StpFlags => Bpdu(7, 1),
        Field.StpRootPriority => Bpdu(8, 2),
        Field.StpRootAddress => Bpdu(10, 6),
        Field.StpRootCost => Bpdu(16, 4),
        Field.StpSenderPriority => Bpdu(20, 2),
        Field.StpSenderAddress => Bpdu(22, 6),
        Field.StpPort => Bpdu(28, 2),
        Field.StpMessageAge => Bpdu(30, 2),
        Field.StpMaxAge => Bpdu(32, 2),
        Field.StpHelloTime => Bpdu(34, 2),
        Field.StpForwardDelay => Bpdu(36, 2),
        >= Field.EbtStpType and <= Field.EbtStpForwardDelay => OneByteEarly(Place(Field.StpType + (field - Field.EbtStpType))),
        Field.ArpHardwareType => Arp(0),
        Field.ArpProtocolType => Arp(2),
        Field.ArpOpcode => Arp(6),
        Field.ArpSenderMac or Field.ArpTargetMac => new(Anchor.ArpAddress, 0, MacAddress.Length, 0, MacAddress.Length),
        Field.ArpSenderIp or Field.ArpTargetIp => new(Anchor.ArpAddress, 0, Ipv4Address.Length, 0, Ipv4Address.Length),
        Field.Ipv4Tos => Ipv4(1, 1),
        Field.Ipv4Dscp => Ipv4(1, 1) with { Shift = 2 },
        Field.Ipv4Protocol => Ipv4(9, 1),
        Field.Ipv4Source => Ipv4(12, 4),
        Field.Ipv4Destination => Ipv4(16, 4),
        Field.Ipv6Dscp => Ipv6(0, 2) with { Shift = 6 },
        Field.Ipv6Source => Ipv6(8, 16),
        Field.Ipv6Destination => Ipv6(24, 16),
        Field.Ipv6Protocol => new(Anchor.UpperLayer, 0, 1, 0, 0),
        Field.TransportSourcePort => new(Anchor.Transport, 0, 2, 0, 4),
        Field.TransportDestinationPort => new(Anchor.Transport, 2, 2, 0, 4),
        Field.TcpFlags => new(Anchor.Transport, 13, 1, 0, 14),
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };

    private static FieldLayout Fixed(int offset, int bytes, int present) => new(Anchor.Frame, offset, bytes, 0, present);

    private static FieldLayout Bpdu(int offset, int bytes) =>
        Fixed(Network + offset, bytes, Network + BpduView.ConfigurationLength);

    /// <remarks>struct stp_header of net/bridge/netfilter/ebt_stp.c has one byte for the protocol identifier, which has two;
    /// so the type is the version, the flags are the type, and so on. Seen on Linux 6.18.</remarks>
    private static FieldLayout OneByteEarly(FieldLayout layout) =>
        layout with { Offset = layout.Offset - 1, Present = layout.Present - 1 };

    private static FieldLayout Arp(int offset) => Fixed(Network + offset, 2, Network + ArpView.MinimumLength);

    private static FieldLayout Ipv4(int offset, int bytes) =>
        Fixed(Network + offset, bytes, Network + Ipv4View.MinimumLength);

    private static FieldLayout Ipv6(int offset, int bytes) => Fixed(Network + offset, bytes, Network + Ipv6View.Length);
}
