namespace Lab.Engine.Programs;

/// <summary>The header that a field is part of; it decides when the field exists at all.</summary>
public enum Header
{
    Ethernet,

    /// <summary>The outermost 802.1Q tag.</summary>
    Vlan,

    /// <summary>An 802.1D BPDU behind LLC.</summary>
    Stp,

    /// <summary>ARP and RARP share one layout.</summary>
    Arp,
    Ipv4,
    Ipv6,

    /// <summary>The first four bytes of TCP, UDP, UDP-Lite, SCTP or DCCP, whichever IP version carries them.</summary>
    Ports,
    Tcp,

    /// <summary>A BPDU as ebt_stp reads it (quirk 46): the six bytes up to the version must be those of version 0.</summary>
    EbtStp,
}

/// <summary>What is known of a field: the one place where its width, header and counterpart are written down.</summary>
/// <param name="Bits">Width, 1 to 128.</param>
/// <param name="Opposite">The field that takes its place when source and destination are swapped; itself if none.</param>
public sealed record FieldInfo(Field Field, string Name, Header Header, int Bits, Field Opposite)
{
    public UInt128 AllOnes => UInt128.MaxValue >> (128 - Bits);
}

public static class FieldTable
{
    private static readonly FieldInfo[] Fields = Build();

    public static ReadOnlySpan<FieldInfo> All => Fields;

    public static FieldInfo Of(Field field) => Fields[(int)field];

    private static FieldInfo[] Build()
    {
        FieldInfo[] fields =
        [
            Pair(Field.EthernetSource, "ether saddr", Header.Ethernet, 48, Field.EthernetDestination),
            Pair(Field.EthernetDestination, "ether daddr", Header.Ethernet, 48, Field.EthernetSource),
            One(Field.EtherType, "ether type", Header.Ethernet, 16),

            One(Field.VlanId, "vlan id", Header.Vlan, 12),
            One(Field.VlanEncapsulatedType, "vlan type", Header.Vlan, 16),

            // Fields after StpType exist in configuration BPDUs only (IEEE 802.1D-1998 section 9.3.1); for another
            // type ebt_stp skips them, i.e. they count as matching (net/bridge/netfilter/ebt_stp.c, ebt_stp_mt).
            One(Field.StpType, "stp type", Header.Stp, 8),
            One(Field.StpFlags, "stp flags", Header.Stp, 8),
            One(Field.StpRootPriority, "stp root priority", Header.Stp, 16),
            One(Field.StpRootAddress, "stp root address", Header.Stp, 48),
            One(Field.StpRootCost, "stp root cost", Header.Stp, 32),
            One(Field.StpSenderPriority, "stp sender priority", Header.Stp, 16),
            One(Field.StpSenderAddress, "stp sender address", Header.Stp, 48),
            One(Field.StpPort, "stp port", Header.Stp, 16),
            One(Field.StpMessageAge, "stp message age", Header.Stp, 16),
            One(Field.StpMaxAge, "stp max age", Header.Stp, 16),
            One(Field.StpHelloTime, "stp hello time", Header.Stp, 16),
            One(Field.StpForwardDelay, "stp forward delay", Header.Stp, 16),

            One(Field.ArpHardwareType, "arp htype", Header.Arp, 16),
            One(Field.ArpProtocolType, "arp ptype", Header.Arp, 16),
            One(Field.ArpOpcode, "arp operation", Header.Arp, 16),
            Pair(Field.ArpSenderMac, "arp sender mac", Header.Arp, 48, Field.ArpTargetMac),
            Pair(Field.ArpTargetMac, "arp target mac", Header.Arp, 48, Field.ArpSenderMac),
            Pair(Field.ArpSenderIp, "arp sender ip", Header.Arp, 32, Field.ArpTargetIp),
            Pair(Field.ArpTargetIp, "arp target ip", Header.Arp, 32, Field.ArpSenderIp),

            Pair(Field.Ipv4Source, "ip saddr", Header.Ipv4, 32, Field.Ipv4Destination),
            Pair(Field.Ipv4Destination, "ip daddr", Header.Ipv4, 32, Field.Ipv4Source),
            One(Field.Ipv4Protocol, "ip protocol", Header.Ipv4, 8),
            One(Field.Ipv4Tos, "ip tos", Header.Ipv4, 8),
            One(Field.Ipv4Dscp, "ip dscp", Header.Ipv4, 6),

            Pair(Field.Ipv6Source, "ip6 saddr", Header.Ipv6, 128, Field.Ipv6Destination),
            Pair(Field.Ipv6Destination, "ip6 daddr", Header.Ipv6, 128, Field.Ipv6Source),
            One(Field.Ipv6Protocol, "ip6 protocol", Header.Ipv6, 8),
            One(Field.Ipv6Dscp, "ip6 dscp", Header.Ipv6, 6),

            Pair(Field.TransportSourcePort, "sport", Header.Ports, 16, Field.TransportDestinationPort),
            Pair(Field.TransportDestinationPort, "dport", Header.Ports, 16, Field.TransportSourcePort),
            One(Field.TcpFlags, "tcp flags", Header.Tcp, 6),

            One(Field.EbtStpType, "ebt stp type", Header.EbtStp, 8),
            One(Field.EbtStpFlags, "ebt stp flags", Header.EbtStp, 8),
            One(Field.EbtStpRootPriority, "ebt stp root priority", Header.EbtStp, 16),
            One(Field.EbtStpRootAddress, "ebt stp root address", Header.EbtStp, 48),
            One(Field.EbtStpRootCost, "ebt stp root cost", Header.EbtStp, 32),
            One(Field.EbtStpSenderPriority, "ebt stp sender priority", Header.EbtStp, 16),
            One(Field.EbtStpSenderAddress, "ebt stp sender address", Header.EbtStp, 48),
            One(Field.EbtStpPort, "ebt stp port", Header.EbtStp, 16),
            One(Field.EbtStpMessageAge, "ebt stp message age", Header.EbtStp, 16),
            One(Field.EbtStpMaxAge, "ebt stp max age", Header.EbtStp, 16),
            One(Field.EbtStpHelloTime, "ebt stp hello time", Header.EbtStp, 16),
            One(Field.EbtStpForwardDelay, "ebt stp forward delay", Header.EbtStp, 16),
        ];

        return fields;

        static FieldInfo One(Field field, string name, Header header, int bits) => new(field, name, header, bits, field);
        static FieldInfo Pair(Field field, string name, Header header, int bits, Field opposite) =>
            new(field, name, header, bits, opposite);
    }
}
