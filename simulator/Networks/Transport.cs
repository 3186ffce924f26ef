using Lab.Engine.Packets;

namespace Lab.Simulator.Networks;

/// <summary>Checksums of what IP carries, pseudo-header included (RFC 9293 section 3.1, RFC 768, RFC 8200 section 8.1).</summary>
internal static class Transport
{
    /// <param name="packet">A whole IPv4 datagram whose header is sound.</param>
    public static bool ChecksumIsRight(ReadOnlySpan<byte> packet) =>
        IsRight(packet[Ipv4Rewriter.SourceOffset..20], (IpProtocol)packet[9], packet[Ipv4Rewriter.HeaderLength(packet)..]);

    public static bool ChecksumIsRight(Ipv6Packet packet) =>
        IsRight(packet.Bytes.AsSpan(Ipv6Packet.SourceOffset, 2 * Ipv6Address.Length), packet.Protocol, packet.Payload);

    /// <param name="carried">What the packet carries behind its extension headers.</param>
    public static bool ChecksumIsRight(in Ipv6View packet, IpProtocol protocol, ReadOnlySpan<byte> carried) => IsRight(packet.Addresses, protocol, carried);

    private static bool IsRight(ReadOnlySpan<byte> addresses, IpProtocol protocol, ReadOnlySpan<byte> carried) =>
        InternetChecksum.Of(carried, InternetChecksum.Sum(addresses) + (ulong)protocol + (ulong)carried.Length) == 0;
}
