using System.Buffers.Binary;

namespace Lab.Engine.Packets;

/// <summary>The checksum of IPv4, ICMP, UDP and TCP: the complement of a one's-complement sum (RFC 1071).</summary>
public static class InternetChecksum
{
    /// <summary>The checksum of the bytes, of which a last odd one counts as the high half of a word.</summary>
    /// <param name="initial">An unfolded sum to start from: that of the pseudo-header, where one belongs to it.</param>
    public static ushort Of(ReadOnlySpan<byte> bytes, ulong initial = 0)
    {
        ulong sum = initial + Sum(bytes);
        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    /// <summary>The plain sum of 16-bit words, not folded.</summary>
    public static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        for (; bytes.Length >= 2; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return bytes.IsEmpty ? sum : sum + (ulong)(bytes[0] << 8);
    }
}
