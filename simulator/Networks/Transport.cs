using Lab.Engine.Packets;

namespace Lab.Simulator.Networks;

/// <summary>Checksums of TCP and UDP over IPv4, pseudo-header included (RFC 9293 section 3.1, RFC 768).</summary>
internal static class Transport
{
    /// <param name="packet">A whole datagram whose IP header is sound.</param>
    public static bool ChecksumIsRight(ReadOnlySpan<byte> packet)
    {
        ReadOnlySpan<byte> segment = packet[Ipv4Rewriter.HeaderLength(packet)..];
        ulong pseudoHeader = InternetChecksum.Sum(packet[12..20]) + packet[9] + (ulong)segment.Length;
        return InternetChecksum.Of(segment, pseudoHeader) == 0;
    }
}
