using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Simulator.Networks;

/// <summary>Changes fields of an IPv4 packet in place and keeps its checksums as right or wrong as they were (RFC 1624).</summary>
internal static class Ipv4Rewriter
{
    public const int SourceOffset = 12;
    public const int DestinationOffset = 16;

    private const int TimeToLive = 8, Protocol = 9, HeaderChecksum = 10;

    public static void DecrementTimeToLive(Span<byte> packet)
    {
        ushort before = Word(packet, TimeToLive);
        packet[TimeToLive]--;
        Adjust(packet, HeaderChecksum, before, Word(packet, TimeToLive));
    }

    /// <summary>Sets the address at the offset, here and in the checksum of whatever transport counts the pseudo-header.</summary>
    public static void SetAddress(Span<byte> packet, int offset, Ipv4Address address)
    {
        int transportChecksum = PseudoHeaderChecksum(packet);
        for (int half = 0; half < Ipv4Address.Length; half += 2)
        {
            ushort before = Word(packet, offset + half);
            ushort after = (ushort)(address.Bits >> (half == 0 ? 16 : 0));
            Put(packet, offset + half, after);
            Adjust(packet, HeaderChecksum, before, after);
            AdjustTransport(packet, transportChecksum, before, after);
        }
    }

    /// <summary>Sets a port, or the identifier of an ICMP query.</summary>
    /// <param name="offset">From the first byte behind the IP header.</param>
    public static void SetTransportWord(Span<byte> packet, int offset, ushort value)
    {
        int at = HeaderLength(packet) + offset;
        ushort before = Word(packet, at);
        Put(packet, at, value);
        int checksum = (IpProtocol)packet[Protocol] == IpProtocol.Icmp ? HeaderLength(packet) + 2 : PseudoHeaderChecksum(packet);
        AdjustTransport(packet, checksum, before, value);
    }

    public static int HeaderLength(ReadOnlySpan<byte> packet) => (packet[0] & 0xF) * 4;

    public static void SetTotalLength(Span<byte> packet, int length) => Put(packet, 2, (ushort)length);

    /// <summary>Writes the header checksum anew.</summary>
    public static void Seal(Span<byte> packet)
    {
        Put(packet, HeaderChecksum, 0);
        Put(packet, HeaderChecksum, InternetChecksum.Of(packet[..HeaderLength(packet)]));
    }

    public static ushort Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    public static void Put(Span<byte> bytes, int at, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(bytes[at..], value);

    /// <summary>Where the checksum over the pseudo-header is; -1 if the packet has none, or it is not in this piece.</summary>
    private static int PseudoHeaderChecksum(ReadOnlySpan<byte> packet)
    {
        int within = (IpProtocol)packet[Protocol] switch
        {
            IpProtocol.Tcp => 16,
            IpProtocol.Udp or IpProtocol.UdpLite => 6,
            _ => -1,
        };
        int at = HeaderLength(packet) + within;
        bool laterFragment = (Word(packet, 6) & 0x1FFF) != 0;
        return within < 0 || laterFragment || at + 2 > packet.Length ? -1 : at;
    }

    private static void AdjustTransport(Span<byte> packet, int at, ushort before, ushort after)
    {
        bool udp = (IpProtocol)packet[Protocol] == IpProtocol.Udp;
        if (at < 0 || at + 2 > packet.Length || (udp && Word(packet, at) == 0))
        {
            return; // there is none, or it was not computed
        }

        Adjust(packet, at, before, after);
        if (udp && Word(packet, at) == 0)
        {
            Put(packet, at, 0xFFFF); // zero would mean: not computed (RFC 768)
        }
    }

    private static void Adjust(Span<byte> bytes, int at, ushort before, ushort after)
    {
        uint sum = (uint)(ushort)~Word(bytes, at) + (ushort)~before + after;
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        Put(bytes, at, (ushort)~sum);
    }
}
