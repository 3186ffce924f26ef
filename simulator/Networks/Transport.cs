using Lab.Engine.Packets;
using Lab.Simulator.Networks.Ipv4;
using Lab.Simulator.Networks.Ipv6;

namespace Lab.Simulator.Networks;

/// <summary>Checksums of what IP carries, pseudo-header included (RFC 9293 section 3.1, RFC 768, RFC 8200 section 8.1).</summary>
internal static class Transport
{
    /// <param name="packet">A whole IPv4 datagram whose header is sound.</param>
    public static bool ChecksumIsRight(ReadOnlySpan<byte> packet) =>
        IsRight(packet[Ipv4Rewriter.SourceOffset..20], (IpProtocol)packet[9], packet[Ipv4Rewriter.HeaderLength(packet)..],
            packet.Length - Ipv4Rewriter.HeaderLength(packet));

    public static bool ChecksumIsRight(Ipv6Packet packet) =>
        IsRight(packet.Bytes.AsSpan(Ipv6Packet.SourceOffset, 2 * Ipv6Address.Length), packet.Protocol, packet.Payload, packet.Payload.Length);

    /// <param name="carried">What the packet carries behind its extension headers.</param>
    public static bool ChecksumIsRight(in Ipv6View packet, IpProtocol protocol, ReadOnlySpan<byte> carried) => IsRight(packet.Addresses, protocol, carried, carried.Length);

    /// <summary>Whether a socket would hear of the UDP or UDP-Lite datagram: its lengths and its checksum are right. What a UDP
    /// header leaves out of its length is cut off (__udp4_lib_rcv, net/ipv4/udp.c; udplite_checksum_init, include/net/udplite.h).</summary>
    public static bool TryTakeDatagram(HostPacket packet)
    {
        if (!UdpView.TryRead(packet.Payload, out UdpView udp))
        {
            return false;
        }

        bool lite = packet.Protocol == IpProtocol.UdpLite;
        int stated = udp.LengthOrCoverage == 0 && (lite || packet.Version6) ? packet.Payload.Length : udp.LengthOrCoverage;
        if (stated < UdpView.Length || stated > packet.Payload.Length)
        {
            return false;
        }

        bool mayLackChecksum = !lite && !packet.Version6;
        int claimed = lite ? packet.Payload.Length : stated;
        ReadOnlySpan<byte> addresses = packet.Version6
            ? packet.Bytes.AsSpan(Ipv6Packet.SourceOffset, 2 * Ipv6Address.Length)
            : packet.Bytes.AsSpan(Ipv4Rewriter.SourceOffset, 2 * Ipv4Address.Length);
        bool right = udp.Checksum == 0 ? mayLackChecksum : IsRight(addresses, packet.Protocol, packet.Payload[..stated], claimed);
        packet.Bytes = packet.Bytes[..(packet.HeaderLength + claimed)];
        return right;
    }

    /// <param name="length">As the pseudo-header has it.</param>
    private static bool IsRight(ReadOnlySpan<byte> addresses, IpProtocol protocol, ReadOnlySpan<byte> covered, int length) =>
        InternetChecksum.Of(covered, InternetChecksum.Sum(addresses) + (ulong)protocol + (ulong)length) == 0;
}
