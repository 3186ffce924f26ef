using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Simulator.Networks.Ipv4;

/// <summary>Changes fields of an IPv4 header in place and keeps its checksum as right or wrong as it was (RFC 1624).</summary>
internal static class Ipv4Rewriter
{
    public const int SourceOffset = 12;
    public const int DestinationOffset = 16;

    public const int HeaderChecksum = 10;

    public const int ShortestHeader = 20; // bytes

    private const int TimeToLive = 8;

    public static void DecrementTimeToLive(Span<byte> packet)
    {
        ushort before = Word(packet, TimeToLive);
        packet[TimeToLive]--;
        Adjust(packet, HeaderChecksum, before, Word(packet, TimeToLive));
    }

    public static int HeaderLength(ReadOnlySpan<byte> packet) => (packet[0] & 0xF) * 4;

    /// <summary>A packet without options, and with them.</summary>
    /// <param name="options">Whole words.</param>
    public static byte[] WithOptions(byte[] packet, ReadOnlySpan<byte> options)
    {
        if (options.IsEmpty)
        {
            return packet;
        }

        byte[] longer = [.. packet[..ShortestHeader], .. options, .. packet[ShortestHeader..]];
        longer[0] += (byte)(options.Length / 4);
        SetTotalLength(longer, longer.Length);
        Seal(longer);
        return longer;
    }

    public static void SetTotalLength(Span<byte> packet, int length) => Put(packet, 2, (ushort)length);

    /// <summary>Writes the header checksum anew.</summary>
    public static void Seal(Span<byte> packet)
    {
        Put(packet, HeaderChecksum, 0);
        Put(packet, HeaderChecksum, InternetChecksum.Of(packet[..HeaderLength(packet)]));
    }

    public static ushort Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    public static void Put(Span<byte> bytes, int at, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(bytes[at..], value);

    /// <summary>Makes the checksum at a place follow the change of a word that it covers.</summary>
    public static void Adjust(Span<byte> bytes, int at, ushort before, ushort after)
    {
        uint sum = (uint)(ushort)~Word(bytes, at) + (ushort)~before + after;
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        Put(bytes, at, (ushort)~sum);
    }
}
