using System.Buffers.Binary;

namespace Lab.Engine.Packets;

/// <summary>Reads a UDP header (RFC 768) or a UDP-Lite header (RFC 3828), which say coverage where UDP says length.</summary>
/// <remarks><code>
///  0       2       4                    6          8
///  | sport | dport | length or coverage | checksum | payload ...
/// </code></remarks>
public readonly ref struct UdpView
{
    public const int Length = 8; // bytes

    private readonly ReadOnlySpan<byte> _bytes;

    private UdpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out UdpView view)
    {
        bool whole = bytes.Length >= Length;
        view = whole ? new(bytes) : default;
        return whole;
    }

    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>UDP: header and payload in bytes. UDP-Lite: how many bytes the checksum covers, 0 for all.</summary>
    public int LengthOrCoverage => BinaryPrimitives.ReadUInt16BigEndian(_bytes[4..]);

    /// <summary>0 in UDP: not computed.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]);

    public ReadOnlySpan<byte> Payload => _bytes[Length..];
}
