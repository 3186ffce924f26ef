using System.Buffers.Binary;

namespace Lab.Agreement;

/// <summary>Frames without a field that may differ, and which are otherwise as right, or as wrong, as they were.</summary>
internal static class Neutral
{
    /// <summary>The frame as it would be with zeros in a field: the checksum follows (RFC 1624).</summary>
    /// <param name="words">The field's length; it begins at an even distance from where the checksum's sum begins.</param>
    /// <param name="mayLackOne">A checksum of 0 is none (RFC 768).</param>
    public static byte[] Without(ReadOnlyMemory<byte> frame, int field, int words, int checksum, bool mayLackOne = false)
    {
        byte[] bytes = frame.ToArray();
        uint sum = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(checksum));
        for (int at = field; at < field + 2 * words && (sum != 0 || !mayLackOne); at += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at));
            sum = (sum & 0xFFFF) + (sum >> 16);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(checksum), (ushort)(sum == 0xFFFF ? 0 : sum));
        }

        bytes.AsSpan(field, 2 * words).Clear();
        return bytes;
    }
}
