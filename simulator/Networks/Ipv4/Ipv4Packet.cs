using Lab.Engine.Packets;

namespace Lab.Simulator.Networks.Ipv4;

internal sealed class Ipv4Packet(byte[] bytes, PacketArrival how = default) : HostPacket(bytes, how)
{
    public Ipv4Address Source => Ipv4Address.Read(Bytes.AsSpan(Ipv4Rewriter.SourceOffset));

    public Ipv4Address Destination => Ipv4Address.Read(Bytes.AsSpan(Ipv4Rewriter.DestinationOffset));

    public override EtherType Type => EtherType.Ipv4;

    public override IpProtocol Protocol => (IpProtocol)Bytes[9];

    public override int HeaderLength => Ipv4Rewriter.HeaderLength(Bytes);

    public override bool IsFragment => (Ipv4Rewriter.Word(Bytes, 6) & 0x3FFF) != 0;

    public override UInt128 SourceBits => Source.Bits;

    public override UInt128 DestinationBits => Destination.Bits;

    /// <summary>What the host's routes say of the destination; null where they were not asked: the packet is only being bridged, or
    /// the host's own.</summary>
    public Ipv4DestinationKind? Kind { get; set; }

    public bool IsForEverybody => Kind is Ipv4DestinationKind.Broadcast;

    /// <summary>As the host read them; null while it has not, and where there are none.</summary>
    public Ipv4Options? Options { get; set; }

    public bool IsLaterFragment => (Ipv4Rewriter.Word(Bytes, 6) & 0x1FFF) != 0;

    /// <summary>Whether it may not leave in pieces for this MTU (ip_exceeds_mtu, net/ipv4/ip_forward.c).</summary>
    public bool IsTooBigFor(int mtu) => Bytes.Length > mtu && (Bytes[6] & 0x40) != 0
        && (!Reassembled || Sizes.Any(size => size + HeaderLength > mtu));
}
