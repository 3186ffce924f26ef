using Lab.Engine.Packets;

namespace Lab.Engine.State;

/// <summary>What tells one flow from another, seen in one direction (nwfilter.md section 4.7).</summary>
/// <param name="Source">An IPv4 address occupies the low 32 bits; the family keeps it apart from IPv6.</param>
/// <param name="SourcePort">For ICMP queries the identifier; 0 for protocols without ports.</param>
/// <param name="DestinationPort">For ICMP queries type and code; 0 for protocols without ports.</param>
public readonly record struct FlowKey(
    bool IsIpv6, IpProtocol Protocol, UInt128 Source, UInt128 Destination, ushort SourcePort, ushort DestinationPort)
{
    /// <summary>The key that an untagged frame's packet has by itself, whether or not it belongs to a connection.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out FlowKey key)
    {
        key = default;
        return EthernetView.TryRead(frame, out EthernetView ethernet) && ethernet.Type is EtherType.Ipv4 or EtherType.Ipv6
            && FlowKeys.TryReadQuoted(ethernet.Payload, ethernet.Type == EtherType.Ipv6, out key);
    }

    /// <summary>The key of an answer.</summary>
    /// <remarks>ICMP answers carry the other type of the pair and the same identifier (nf_conntrack_proto_icmp.c, invmap).</remarks>
    public FlowKey Inverted() => Protocol is IpProtocol.Icmp or IpProtocol.IcmpV6
        ? this with
        {
            Source = Destination,
            Destination = Source,
            DestinationPort = (ushort)(IcmpQueries.AnswerTo(IsIpv6, (byte)(DestinationPort >> 8)) << 8 | (byte)DestinationPort),
        }
        : this with { Source = Destination, Destination = Source, SourcePort = DestinationPort, DestinationPort = SourcePort };

    public override int GetHashCode() => HashCode.Combine(Source, Destination, (int)Protocol << 16 | SourcePort, DestinationPort);

    private string Name => Protocol.ToString().ToLowerInvariant();

    public override string ToString() => IsIpv6
        ? $"{Name} [{new Ipv6Address(Source)}]:{SourcePort} > [{new Ipv6Address(Destination)}]:{DestinationPort}"
        : $"{Name} {new Ipv4Address((uint)Source)}:{SourcePort} > {new Ipv4Address((uint)Destination)}:{DestinationPort}";
}
