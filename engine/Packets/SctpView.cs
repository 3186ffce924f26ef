using System.Buffers.Binary;
using System.Numerics;

namespace Lab.Engine.Packets;

/// <summary>Reads an SCTP common header and the first chunk's type (RFC 9260 section 3) where they lie.</summary>
/// <remarks><code>
///  0       2       4     8         12           16
///  | sport | dport | tag | CRC32c  | chunk type, flags, length | ...
/// </code></remarks>
public readonly ref struct SctpView
{
    public const int CommonHeader = 12; // bytes
    public const int MinimumLength = 16; // bytes: common header and one chunk header

    private readonly ReadOnlySpan<byte> _bytes;

    private SctpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out SctpView view)
    {
        bool whole = bytes.Length >= MinimumLength;
        view = whole ? new(bytes) : default;
        return whole;
    }

    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    public uint VerificationTag => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>1 for INIT, 0 for DATA, and so on (RFC 9260 section 3.2).</summary>
    public byte FirstChunk => _bytes[12];

    /// <summary>Writes the checksum of a packet that has at least its common header.</summary>
    public static void Seal(Span<byte> packet) => BinaryPrimitives.WriteUInt32LittleEndian(packet[8..], Checksum(packet));

    public bool ChecksumIsRight => IsSealed(_bytes);

    /// <summary>Whether the checksum is right of a packet, or as much as there is of one, that has at least its common header.</summary>
    public static bool IsSealed(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32LittleEndian(packet[8..]) == Checksum(packet);

    /// <summary>CRC32c over the packet with a checksum of zero (RFC 9260 appendix A); written little-endian.</summary>
    public static uint Checksum(ReadOnlySpan<byte> packet)
    {
        uint crc = uint.MaxValue;
        for (int i = 0; i < packet.Length; i++)
        {
            crc = BitOperations.Crc32C(crc, i is >= 8 and < 12 ? (byte)0 : packet[i]);
        }

        return ~crc;
    }
}
