using System.Buffers.Binary;

namespace Lab.Engine.Packets;

/// <summary>The flag bits of TCP in the order of the wire (RFC 9293 section 3.1).</summary>
[Flags]
public enum TcpFlags : byte
{
    None = 0,
    Fin = 0x01,
    Syn = 0x02,
    Rst = 0x04,
    Psh = 0x08,
    Ack = 0x10,
    Urg = 0x20,
    Ece = 0x40,
    Cwr = 0x80,
}

internal static class TcpFlagsExtensions
{
    public static bool Has(this TcpFlags flags, TcpFlags flag) => (flags & flag) != TcpFlags.None;
}

/// <summary>Reads a TCP header (RFC 9293 section 3.1) where it lies; copies nothing.</summary>
/// <remarks><code>
///  0       2       4          8          12       13      14       16         18       20
///  | sport | dport | sequence | ack      | offset | flags | window | checksum | urgent | options
/// </code></remarks>
public readonly ref struct TcpView
{
    public const int MinimumLength = 20; // bytes

    private readonly ReadOnlySpan<byte> _bytes;

    private TcpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Succeeds only if the whole header is there, options included.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TcpView view)
    {
        bool whole = bytes.Length >= MinimumLength && bytes[12] >> 4 >= 5 && bytes.Length >= (bytes[12] >> 4) * 4;
        view = whole ? new(bytes) : default;
        return whole;
    }

    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    public uint Sequence => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    public uint Acknowledgement => BinaryPrimitives.ReadUInt32BigEndian(_bytes[8..]);

    /// <summary>In bytes, options included: 20 to 60.</summary>
    public int HeaderLength => (_bytes[12] >> 4) * 4;

    public TcpFlags Flags => (TcpFlags)_bytes[13];

    /// <summary>As it stands on the wire, before any scaling (RFC 7323).</summary>
    public ushort Window => BinaryPrimitives.ReadUInt16BigEndian(_bytes[14..]);

    public ReadOnlySpan<byte> Options => _bytes[MinimumLength..HeaderLength];

    public ReadOnlySpan<byte> Payload => _bytes[HeaderLength..];
}
