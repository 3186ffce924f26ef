using Lab.Engine.Packets;
using Lab.Simulator.Networks.Ipv4;

namespace Lab.Simulator.Networks.Ipv6;

internal sealed class Ipv6Packet(byte[] bytes, PacketArrival how = default) : HostPacket(bytes, how)
{
    public const int SourceOffset = 8, DestinationOffset = 24, HopLimitOffset = 7;

    public Ipv6Address Source => Ipv6Address.Read(Bytes.AsSpan(SourceOffset));

    public Ipv6Address Destination => Ipv6Address.Read(Bytes.AsSpan(DestinationOffset));

    public override EtherType Type => EtherType.Ipv6;

    public override IpProtocol Protocol => Upper.Protocol;

    public override int HeaderLength => Math.Min(Upper.Offset, Bytes.Length);

    public override bool IsFragment => Upper.IsFragment;

    public override UInt128 SourceBits => Source.Bits;

    public override UInt128 DestinationBits => Destination.Bits;

    public bool IsLaterFragment => Upper.IsLaterFragment;

    public byte HopLimit => Bytes[HopLimitOffset];

    /// <summary>Of the largest piece that it came in, headers included (frag_max_size); 0 if it came whole.</summary>
    public int LargestPiece => Ipv6Fragments.LargestPiece(Bytes, Sizes);

    /// <summary>Nobody cuts an IPv6 packet but its sender, or who put it together (ip6_pkt_too_big, net/ipv6/ip6_output.c).</summary>
    public bool IsTooBigFor(int mtu) => Bytes.Length > mtu && (!Reassembled || LargestPiece > mtu);

    public static byte TrafficClassOf(ReadOnlySpan<byte> packet) => (byte)(Ipv4Rewriter.Word(packet, 0) >> 4);

    public static void SetTrafficClass(Span<byte> packet, byte value) =>
        Ipv4Rewriter.Put(packet, 0, (ushort)(Ipv4Rewriter.Word(packet, 0) & 0xF00F | value << 4));

    /// <summary>Where the byte is that names the header which begins at a place.</summary>
    public static int NextHeaderBefore(ReadOnlySpan<byte> packet, int header)
    {
        int nextAt = 6;
        for (int at = Ipv6View.Length; at < header; at += (packet[at + 1] + 1) * 8)
        {
            nextAt = at;
        }

        return nextAt;
    }

    /// <summary>The headers as far as they can be followed; beyond that nothing is carried.</summary>
    private UpperLayer Upper => Ipv6View.TryRead(Bytes, out Ipv6View ip) && ip.TryFindUpperLayer(out UpperLayer found)
        ? found : new(IpProtocol.NoNextHeader, Bytes.Length, IsFragment: false, IsLaterFragment: false);
}
