using Lab.Engine.Packets;

namespace Lab.Simulator.Networks.Ipv4;

/// <summary>Builds ICMP errors the way Linux does (net/ipv4/icmp.c, icmp_send), and knows when none may be sent.</summary>
internal static class IcmpErrors
{
    private const int LongestError = 576; // bytes: the whole packet (RFC 1812 section 4.3.2.3)
    private const int OwnHeaders = 28; // IP and ICMP
    private const byte GroupTimeToLive = 1; // inet_create, net/ipv4/af_inet.c: mc_ttl
    private const byte InternetControl = 0xC0, ServiceBits = 0x1E; // IPTOS_PREC_INTERNETCONTROL, IPTOS_TOS_MASK

    /// <summary>No error about a group frame, a later fragment, another error, or a packet that was routed to everybody.</summary>
    /// <remarks>The addresses themselves are not looked at: where one was bridged, whose route nobody asked for, a group as the source
    /// is told, and a group as the destination does not matter. Of 0.0.0.0 the host would tell itself.</remarks>
    public static bool MayAnswer(Ipv4Packet packet) =>
        !packet.ToGroup && !packet.IsLaterFragment && !IsAboutSomething(packet) && !packet.IsForEverybody && packet.Source.Bits != 0;

    /// <summary>The firewall's rejections ask more (net/ipv4/netfilter/nf_reject_ipv4.c, nf_send_unreach): a right checksum,
    /// in whatever the protocol counts as one.</summary>
    public static bool MayReject(Ipv4Packet packet) => MayAnswer(packet) && packet.Protocol switch
    {
        IpProtocol.Udp when packet.Payload.Length < 8 => false,
        IpProtocol.Udp when Ipv4Rewriter.Word(packet.Payload, 6) == 0 => true,
        IpProtocol.Udp or IpProtocol.Tcp => Transport.ChecksumIsRight(packet.Bytes),
        Gre or IpProtocol.Ah or IpProtocol.Esp or IpProtocol.Sctp or IpProtocol.UdpLite => true,
        _ => InternetChecksum.Of(packet.Bytes) == 0, // nf_ip_checksum sums what it does not know, and its header, which comes to nothing
    };

    /// <param name="about">Quoted from its IP header on, as far as there is room.</param>
    /// <param name="rest">The second word of the message: the MTU, or a pointer.</param>
    /// <param name="options">Those of the packet, echoed.</param>
    public static byte[] Build(
        Ipv4Address from, Ipv4Address to, byte type, byte code, uint rest, ReadOnlySpan<byte> about, ReadOnlySpan<byte> options = default)
    {
        byte service = (byte)((about[1] & ServiceBits) | InternetControl);
        byte[] packet = Frames.Icmp(from, to, type, code, rest, about[..Math.Min(about.Length, LongestError - OwnHeaders - options.Length)]);
        packet[1] = service;
        packet[8] = Ipv4Classes.IsMulticast(to) ? GroupTimeToLive : packet[8];
        Ipv4Rewriter.Seal(packet);
        return Ipv4Rewriter.WithOptions(packet, options);
    }

    private const IpProtocol Gre = (IpProtocol)47;

    // The types of icmp_pointers that are marked as errors, old and never assigned ones among them, and everything unknown.
    private static bool IsAboutSomething(Ipv4Packet packet) =>
        packet.Protocol == IpProtocol.Icmp && (packet.Payload.IsEmpty || packet.Payload[0] is not (0 or 8 or (>= 13 and <= 18)));
}
