using System.Buffers.Binary;

namespace Lab.Engine.Packets;

/// <summary>Reads the part of ESP that is not encrypted (RFC 4303 section 2).</summary>
public readonly ref struct EspView
{
    public const int Length = 8; // bytes

    private readonly ReadOnlySpan<byte> _bytes;

    private EspView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out EspView view)
    {
        bool whole = bytes.Length >= Length;
        view = whole ? new(bytes) : default;
        return whole;
    }

    public uint SecurityParametersIndex => BinaryPrimitives.ReadUInt32BigEndian(_bytes);

    public uint Sequence => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);
}

/// <summary>Reads an authentication header (RFC 4302 section 2).</summary>
public readonly ref struct AhView
{
    public const int MinimumLength = 12; // bytes, without the integrity check value

    private readonly ReadOnlySpan<byte> _bytes;

    private AhView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Succeeds only if as much is there as the header says it is long.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out AhView view)
    {
        bool whole = bytes.Length >= MinimumLength && bytes.Length >= (bytes[1] + 2) * 4;
        view = whole ? new(bytes) : default;
        return whole;
    }

    public IpProtocol NextHeader => (IpProtocol)_bytes[0];

    /// <summary>In bytes; the wire counts words, less two.</summary>
    public int HeaderLength => (_bytes[1] + 2) * 4;

    public uint SecurityParametersIndex => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    public uint Sequence => BinaryPrimitives.ReadUInt32BigEndian(_bytes[8..]);
}
