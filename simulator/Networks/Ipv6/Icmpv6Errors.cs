using Lab.Engine.Packets;
using Lab.Simulator.Networks.Ipv4;

namespace Lab.Simulator.Networks.Ipv6;

/// <summary>Builds ICMPv6 errors the way Linux does (net/ipv6/icmp.c, icmp6_send), and knows when none may be sent.</summary>
internal static class Icmpv6Errors
{
    private const int LongestError = 1280; // bytes: the least MTU (RFC 4443 section 2.4 c)
    private const int OwnHeaders = Ipv6View.Length + IcmpView.Length;
    private const IpProtocol Gre = (IpProtocol)47;

    /// <summary>No error about a group frame, another error, or a source that is no single station.</summary>
    /// <param name="toGroupsToo">The first does not hold: the packet is too big, or has an option that asks for an answer even then
    /// (RFC 4443 section 2.4 e).</param>
    public static bool MayAnswer(Ipv6Packet packet, bool toGroupsToo) =>
        (toGroupsToo || (!packet.ToGroup && !packet.Destination.IsMulticast()))
        && packet.Source.Bits != 0 && !packet.Source.IsMulticast() && !IsAboutSomething(packet);

    /// <summary>The firewall's rejections ask more (net/ipv6/netfilter/nf_reject_ipv6.c): the first piece, and a right checksum,
    /// which is taken over protocols that have none as well.</summary>
    public static bool MayReject(Ipv6Packet packet) => !packet.IsLaterFragment && !packet.Payload.IsEmpty && packet.Protocol switch
    {
        IpProtocol.Udp when packet.Payload.Length < UdpView.Length => false,
        IpProtocol.Udp when Ipv4Rewriter.Word(packet.Payload, 6) == 0 => true,
        Gre or IpProtocol.Ah or IpProtocol.Esp or IpProtocol.Sctp or IpProtocol.UdpLite => true,
        _ => Transport.ChecksumIsRight(packet),
    };

    /// <param name="about">Quoted from its IP header on, as far as there is room.</param>
    /// <param name="rest">The second word of the message: the MTU, or a pointer.</param>
    public static byte[] Build(Ipv6Address from, Ipv6Address to, Icmpv6Type type, byte code, uint rest, ReadOnlySpan<byte> about) =>
        Frames.Icmp(from, to, (byte)type, code, rest, about[..Math.Min(about.Length, LongestError - OwnHeaders)]);

    // is_ineligible: an ICMPv6 error, or what cannot be told from one because it ends too early.
    private static bool IsAboutSomething(Ipv6Packet packet) =>
        packet.Protocol == IpProtocol.IcmpV6 && !packet.IsLaterFragment
        && (packet.Payload.IsEmpty || packet.Payload[0] < (byte)Icmpv6Type.EchoRequest);
}
