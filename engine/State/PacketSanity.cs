using Lab.Engine.Packets;

namespace Lab.Engine.State;

/// <summary>What makes a packet invalid before any connection is looked at: the error functions of nf_conntrack_proto_*.c.</summary>
/// <remarks>Checksums count, as they do in PREROUTING with net.netfilter.nf_conntrack_checksum = 1.</remarks>
internal static class PacketSanity
{
    public static bool IsSound(ReadOnlySpan<byte> packet, bool version6, IpProtocol protocol, ReadOnlySpan<byte> payload) => protocol switch
    {
        IpProtocol.Tcp => TcpView.TryRead(payload, out TcpView tcp) && TcpTransitions.AreSane(tcp.Flags)
            && SumIsRight(packet, version6, protocol, payload, payload.Length),
        IpProtocol.Udp => IsSoundUdp(packet, version6, payload),
        IpProtocol.UdpLite => IsSoundUdpLite(packet, version6, payload),
        IpProtocol.Sctp => SctpTransitions.TryReadFirstChunk(payload, out _),
        IpProtocol.Icmp when !version6 => payload.Length >= IcmpView.Length && payload[0] <= 18
            && (IcmpQueries.IsQueryOrAnswer(false, payload[0]) || IcmpQueries.IsError(false, payload[0]))
            && InternetChecksum.Of(payload) == 0,
        IpProtocol.IcmpV6 when version6 => payload.Length >= IcmpView.Length
            && SumIsRight(packet, version6, protocol, payload, payload.Length),
        _ => true,
    };

    /// <summary>A length below the payload's is fine in itself, but the checksum is taken over all that the packet carries, with that
    /// length in the pseudo header (nf_ip_checksum, net/netfilter/utils.c); a checksum of 0 is none. Seen on Linux 6.18.</summary>
    private static bool IsSoundUdp(ReadOnlySpan<byte> packet, bool version6, ReadOnlySpan<byte> payload) =>
        UdpView.TryRead(payload, out UdpView udp)
        && udp.LengthOrCoverage >= UdpView.Length && udp.LengthOrCoverage <= payload.Length
        && (udp.Checksum == 0 || SumIsRight(packet, version6, IpProtocol.Udp, payload, payload.Length));

    /// <summary>Unlike UDP, UDP-Lite must have a checksum; it covers only as much as the header says (RFC 3828 section 3.1).</summary>
    /// <remarks>
    /// udplite_error (net/netfilter/nf_conntrack_proto_udp.c) puts UDP's number into the pseudo header, and for IPv4
    /// nf_ip_checksum_partial (net/netfilter/utils.c) hands protocol and length over in the wrong order, so that eight bits
    /// of the length are left. Datagrams with the right checksum are invalid therefore. Seen on Linux 6.18.
    /// </remarks>
    private static bool IsSoundUdpLite(ReadOnlySpan<byte> packet, bool version6, ReadOnlySpan<byte> payload)
    {
        if (!UdpView.TryRead(payload, out UdpView udp) || udp.Checksum == 0)
        {
            return false;
        }

        int coverage = udp.LengthOrCoverage == 0 ? payload.Length : udp.LengthOrCoverage;
        return coverage >= UdpView.Length && coverage <= payload.Length
            && SumIsRight(packet, version6, IpProtocol.Udp, payload[..coverage], version6 ? payload.Length : (byte)payload.Length);
    }

    /// <param name="length">What the pseudo header says (RFC 793 section 3.1, RFC 8200 section 8.1).</param>
    private static bool SumIsRight(
        ReadOnlySpan<byte> packet, bool version6, IpProtocol protocol, ReadOnlySpan<byte> covered, int length)
    {
        ReadOnlySpan<byte> addresses = version6 ? packet[8..40] : packet[12..20];
        return InternetChecksum.Of(covered, InternetChecksum.Sum(addresses) + (ulong)protocol + (ulong)length) == 0;
    }
}
