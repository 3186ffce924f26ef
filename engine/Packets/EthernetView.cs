using System.Buffers.Binary;

namespace Lab.Engine.Packets;

/// <summary>Reads an Ethernet header (IEEE 802.3 section 3.1.1) where it lies; copies nothing.</summary>
/// <remarks><code>
///  0            6            12       14
///  | destination | source     | type   | payload ...        below 0x0600 the type is an 802.3 length
/// </code></remarks>
public readonly ref struct EthernetView
{
    public const int Length = 14; // bytes

    private readonly ReadOnlySpan<byte> _frame;

    private EthernetView(ReadOnlySpan<byte> frame) => _frame = frame;

    /// <summary>Succeeds only if the whole header is there, so that no property below can fail.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out EthernetView view)
    {
        bool whole = frame.Length >= Length;
        view = whole ? new(frame) : default;
        return whole;
    }

    public MacAddress Destination => MacAddress.Read(_frame);

    public MacAddress Source => MacAddress.Read(_frame[At.Source..]);

    /// <summary>As it stands on the wire: a tag's identifier for a tagged frame, a length below 0x0600.</summary>
    public EtherType Type => (EtherType)BinaryPrimitives.ReadUInt16BigEndian(_frame[At.Type..]);

    /// <summary>Below 0x0600 the type field is the payload's length and LLC follows (IEEE 802.3 section 3.2.6).</summary>
    public bool HasLength => (ushort)Type < 0x0600;

    public ReadOnlySpan<byte> Payload => _frame[Length..];

    private static class At
    {
        public const int Source = 6, Type = 12;
    }
}
