namespace Lab.Engine.Packets;

/// <summary>Reads an IGMP header (RFC 2236, RFC 3376).</summary>
public readonly ref struct IgmpView
{
    public const int Length = 8; // bytes

    private readonly ReadOnlySpan<byte> _bytes;

    private IgmpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out IgmpView view)
    {
        bool whole = bytes.Length >= Length;
        view = whole ? new(bytes) : default;
        return whole;
    }

    /// <summary>0x11 query, 0x16 report of version 2, 0x17 leave, 0x22 report of version 3.</summary>
    public byte Type => _bytes[0];

    /// <summary>0.0.0.0 in a general query; of no meaning in a report of version 3.</summary>
    public Ipv4Address Group => Ipv4Address.Read(_bytes[4..]);
}
