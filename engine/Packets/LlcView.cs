using System.Buffers.Binary;

namespace Lab.Engine.Packets;

/// <summary>Reads an LLC header of the unnumbered kind, and SNAP behind it (IEEE 802.2 section 3, RFC 1042).</summary>
/// <remarks><code>
///  0      1      2         3              6       8
///  | DSAP | SSAP | control | organisation | type  | payload ...     the last two only behind aa aa 03
/// </code></remarks>
public readonly ref struct LlcView
{
    public const int Length = 3; // bytes
    public const int SnapLength = 8; // bytes, LLC included

    private readonly ReadOnlySpan<byte> _bytes;

    private LlcView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out LlcView view)
    {
        bool whole = bytes.Length >= Length;
        view = whole ? new(bytes) : default;
        return whole;
    }

    public byte DestinationServicePoint => _bytes[0];

    public byte SourceServicePoint => _bytes[1];

    public byte Control => _bytes[2];

    public bool IsSnap =>
        _bytes.Length >= SnapLength && DestinationServicePoint == 0xAA && SourceServicePoint == 0xAA && Control == 0x03;

    /// <summary>The organisation code of SNAP, 24 bits; 0 says that an EtherType follows. 0 as well without SNAP.</summary>
    public int SnapOrganisation => IsSnap ? _bytes[3] << 16 | _bytes[4] << 8 | _bytes[5] : 0;

    /// <summary>Null without SNAP.</summary>
    public EtherType? SnapType => IsSnap ? (EtherType)BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]) : null;

    public ReadOnlySpan<byte> Payload => _bytes[(IsSnap ? SnapLength : Length)..];
}
