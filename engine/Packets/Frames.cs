using System.Buffers.Binary;
using System.Numerics;

namespace Lab.Engine.Packets;

/// <summary>Builds well-formed frames from the inside out, lengths and checksums included.</summary>
/// <remarks>
/// A frame is <c>Ethernet(to, from, type, payload)</c> where the payload is what another of these functions returned.
/// Whoever wants a wrong frame spoils the bytes afterwards. Not for the hot path: each layer allocates its bytes.
/// </remarks>
public static class Frames
{
    public static byte[] Ethernet(MacAddress to, MacAddress from, EtherType type, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[14 + payload.Length];
        to.Write(frame);
        from.Write(frame.AsSpan(6));
        Put16(frame, 12, (ushort)type);
        payload.CopyTo(frame.AsSpan(14));
        return frame;
    }

    /// <summary>The payload of a tagged frame: tag control information, inner type and payload (IEEE 802.1Q 9.6).</summary>
    public static byte[] Vlan(int id, EtherType inner, ReadOnlySpan<byte> payload, int priority = 0)
    {
        byte[] bytes = new byte[4 + payload.Length];
        Put16(bytes, 0, (ushort)(priority << 13 | id));
        Put16(bytes, 2, (ushort)inner);
        payload.CopyTo(bytes.AsSpan(4));
        return bytes;
    }

    /// <summary>An ARP or RARP packet for IPv4 over Ethernet (RFC 826, RFC 903).</summary>
    /// <param name="operation">1 request, 2 reply, 3 reverse request, 4 reverse reply.</param>
    public static byte[] Arp(
        ushort operation, MacAddress senderMac, Ipv4Address senderIp, MacAddress targetMac, Ipv4Address targetIp)
    {
        byte[] bytes = new byte[28];
        Put16(bytes, 0, 1); // hardware type: Ethernet
        Put16(bytes, 2, (ushort)EtherType.Ipv4);
        bytes[4] = MacAddress.Length;
        bytes[5] = Ipv4Address.Length;
        Put16(bytes, 6, operation);
        senderMac.Write(bytes.AsSpan(8));
        senderIp.Write(bytes.AsSpan(14));
        targetMac.Write(bytes.AsSpan(18));
        targetIp.Write(bytes.AsSpan(24));
        return bytes;
    }

    /// <summary>An IPv4 packet without options (RFC 791), not a fragment.</summary>
    public static byte[] Ipv4(
        Ipv4Address from, Ipv4Address to, IpProtocol protocol, ReadOnlySpan<byte> payload,
        byte timeToLive = 64, byte tos = 0, ushort identification = 0)
    {
        byte[] packet = new byte[20 + payload.Length];
        packet[0] = 0x45; // version 4, five words
        packet[1] = tos;
        Put16(packet, 2, (ushort)packet.Length);
        Put16(packet, 4, identification);
        packet[8] = timeToLive;
        packet[9] = (byte)protocol;
        from.Write(packet.AsSpan(12));
        to.Write(packet.AsSpan(16));
        Put16(packet, 10, InternetChecksum.Of(packet.AsSpan(0, 20)));
        payload.CopyTo(packet.AsSpan(20));
        return packet;
    }

    /// <summary>An IPv6 packet without extension headers (RFC 8200).</summary>
    public static byte[] Ipv6(
        Ipv6Address from, Ipv6Address to, IpProtocol protocol, ReadOnlySpan<byte> payload,
        byte hopLimit = 64, byte trafficClass = 0)
    {
        byte[] packet = new byte[40 + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(packet, 6u << 28 | (uint)trafficClass << 20);
        Put16(packet, 4, (ushort)payload.Length);
        packet[6] = (byte)protocol;
        packet[7] = hopLimit;
        from.Write(packet.AsSpan(8));
        to.Write(packet.AsSpan(24));
        payload.CopyTo(packet.AsSpan(40));
        return packet;
    }

    /// <summary>An IPv4 packet with a UDP datagram (RFC 768).</summary>
    public static byte[] Udp(Ipv4Address from, ushort fromPort, Ipv4Address to, ushort toPort, ReadOnlySpan<byte> payload) =>
        Ipv4(from, to, IpProtocol.Udp, UdpDatagram(PseudoHeader(from, to), fromPort, toPort, payload));

    /// <summary>An IPv6 packet with a UDP datagram (RFC 768).</summary>
    public static byte[] Udp(Ipv6Address from, ushort fromPort, Ipv6Address to, ushort toPort, ReadOnlySpan<byte> payload) =>
        Ipv6(from, to, IpProtocol.Udp, UdpDatagram(PseudoHeader(from, to), fromPort, toPort, payload));

    /// <summary>An IPv4 packet with a TCP segment without options (RFC 9293).</summary>
    /// <param name="flags">FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32.</param>
    public static byte[] Tcp(
        Ipv4Address from, ushort fromPort, Ipv4Address to, ushort toPort, byte flags, ReadOnlySpan<byte> payload,
        uint sequence = 0, uint acknowledgement = 0) =>
        Ipv4(from, to, IpProtocol.Tcp,
            TcpSegment(PseudoHeader(from, to), fromPort, toPort, flags, payload, sequence, acknowledgement));

    /// <summary>An IPv6 packet with a TCP segment without options (RFC 9293).</summary>
    public static byte[] Tcp(
        Ipv6Address from, ushort fromPort, Ipv6Address to, ushort toPort, byte flags, ReadOnlySpan<byte> payload,
        uint sequence = 0, uint acknowledgement = 0) =>
        Ipv6(from, to, IpProtocol.Tcp,
            TcpSegment(PseudoHeader(from, to), fromPort, toPort, flags, payload, sequence, acknowledgement));

    /// <summary>An IPv4 packet with an ICMP message (RFC 792).</summary>
    /// <param name="rest">The second word: for echo the identifier and the sequence number.</param>
    public static byte[] Icmp(
        Ipv4Address from, Ipv4Address to, byte type, byte code, uint rest, ReadOnlySpan<byte> payload) =>
        Ipv4(from, to, IpProtocol.Icmp, IcmpMessage(0, type, code, rest, payload));

    /// <summary>An IPv6 packet with an ICMPv6 message (RFC 4443).</summary>
    public static byte[] Icmp(
        Ipv6Address from, Ipv6Address to, byte type, byte code, uint rest, ReadOnlySpan<byte> payload,
        byte hopLimit = 64) =>
        Ipv6(from, to, IpProtocol.IcmpV6,
            IcmpMessage(PseudoHeader(from, to) + (ulong)IpProtocol.IcmpV6 + (ulong)(8 + payload.Length), type, code, rest, payload),
            hopLimit);

    /// <summary>An IPv6 packet with a neighbour solicitation or advertisement (RFC 4861 sections 4.3 and 4.4).</summary>
    /// <param name="owner">Where the sender of a solicitation, or the target of an advertisement, is.</param>
    /// <param name="flags">Of an advertisement: router, solicited, override, from the highest bit on.</param>
    public static byte[] Neighbour(bool advertisement, Ipv6Address from, Ipv6Address to, Ipv6Address target, MacAddress owner, uint flags = 0)
    {
        byte[] body = new byte[24]; // the target, then the option with the link-layer address
        target.Write(body);
        (body[16], body[17]) = (advertisement ? (byte)2 : (byte)1, 1);
        owner.Write(body.AsSpan(18));
        return Icmp(from, to, advertisement ? (byte)136 : (byte)135, 0, flags, body, hopLimit: 255);
    }

    private static byte[] UdpDatagram(ulong pseudoHeader, ushort from, ushort to, ReadOnlySpan<byte> payload)
    {
        byte[] datagram = new byte[8 + payload.Length];
        Put16(datagram, 0, from);
        Put16(datagram, 2, to);
        Put16(datagram, 4, (ushort)datagram.Length);
        payload.CopyTo(datagram.AsSpan(8));
        ushort checksum = InternetChecksum.Of(datagram, pseudoHeader + (ulong)IpProtocol.Udp + (ulong)datagram.Length);
        Put16(datagram, 6, checksum == 0 ? (ushort)0xFFFF : checksum); // 0 would mean: not computed
        return datagram;
    }

    private static byte[] TcpSegment(
        ulong pseudoHeader, ushort from, ushort to, byte flags, ReadOnlySpan<byte> payload, uint sequence, uint acknowledgement)
    {
        byte[] segment = new byte[20 + payload.Length];
        Put16(segment, 0, from);
        Put16(segment, 2, to);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), acknowledgement);
        segment[12] = 5 << 4; // header of five words
        segment[13] = flags;
        Put16(segment, 14, 65535); // window
        payload.CopyTo(segment.AsSpan(20));
        Put16(segment, 16, InternetChecksum.Of(segment, pseudoHeader + (ulong)IpProtocol.Tcp + (ulong)segment.Length));
        return segment;
    }

    private static byte[] IcmpMessage(ulong pseudoHeader, byte type, byte code, uint rest, ReadOnlySpan<byte> payload)
    {
        byte[] message = new byte[8 + payload.Length];
        message[0] = type;
        message[1] = code;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), rest);
        payload.CopyTo(message.AsSpan(8));
        Put16(message, 2, InternetChecksum.Of(message, pseudoHeader));
        return message;
    }

    /// <summary>The sum of both addresses; protocol and length are added by the caller.</summary>
    private static ulong PseudoHeader(Ipv4Address from, Ipv4Address to) => WordSum(from.Bits) + WordSum(to.Bits);

    private static ulong PseudoHeader(Ipv6Address from, Ipv6Address to) => WordSum(from.Bits) + WordSum(to.Bits);

    private static ulong WordSum<T>(T bits) where T : IBinaryInteger<T>, IUnsignedNumber<T>
    {
        ulong sum = 0;
        for (; bits != T.Zero; bits >>= 16)
        {
            sum += ushort.CreateTruncating(bits);
        }

        return sum;
    }

    private static void Put16(byte[] bytes, int at, ushort value) =>
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), value);
}
