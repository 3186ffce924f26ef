using System.Buffers.Binary;

namespace Lab.Engine.Packets;

/// <summary>Reads the header that ICMP (RFC 792) and ICMPv6 (RFC 4443) share; the meaning of the types differs.</summary>
/// <remarks><code>
///  0      1      2          4                          8
///  | type | code | checksum | identifier, sequence ... | payload, or the packet complained about
/// </code></remarks>
public readonly ref struct IcmpView
{
    public const int Length = 8; // bytes

    private readonly ReadOnlySpan<byte> _bytes;

    private IcmpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out IcmpView view)
    {
        bool whole = bytes.Length >= Length;
        view = whole ? new(bytes) : default;
        return whole;
    }

    public byte Type => _bytes[0];

    public byte Code => _bytes[1];

    /// <summary>Of echo and its kin; other types have something else there.</summary>
    public ushort Identifier => BinaryPrimitives.ReadUInt16BigEndian(_bytes[4..]);

    public ushort Sequence => BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]);

    /// <summary>For an error: the beginning of the packet that caused it.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[Length..];
}
