using System.Buffers.Binary;

namespace Lab.Engine.Packets;

/// <summary>Reads what follows the tag protocol identifier of an 802.1Q tag (IEEE 802.1Q section 9.6).</summary>
/// <remarks><code>
///  0                       2        4
///  | PCP 3 | DEI 1 | VID 12 | type   | payload ...          a stacked tag repeats the pattern
/// </code></remarks>
public readonly ref struct VlanView
{
    public const int Length = 4; // bytes: tag control information and the type behind it

    private readonly ReadOnlySpan<byte> _tag;

    private VlanView(ReadOnlySpan<byte> tag) => _tag = tag;

    /// <param name="bytes">From the byte behind the 0x8100 or 0x88A8.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out VlanView view)
    {
        bool whole = bytes.Length >= Length;
        view = whole ? new(bytes) : default;
        return whole;
    }

    /// <summary>Whether a header of this type is a tag, so that another view of this kind can be read behind it.</summary>
    public static bool Announces(EtherType type) => type is EtherType.Vlan or EtherType.ServiceVlan;

    /// <summary>0 to 7.</summary>
    public int Priority => _tag[0] >> 5;

    public bool DropEligible => (_tag[0] & 0x10) != 0;

    /// <summary>0 to 4095; 0 is a mere priority tag.</summary>
    public int Id => BinaryPrimitives.ReadUInt16BigEndian(_tag) & 0x0FFF;

    public EtherType EncapsulatedType => (EtherType)BinaryPrimitives.ReadUInt16BigEndian(_tag[2..]);

    public ReadOnlySpan<byte> Payload => _tag[Length..];

    /// <summary>A frame without its outer tag, customer's or service's; the frame itself when it has none.</summary>
    public static ReadOnlySpan<byte> Untagged(ReadOnlySpan<byte> frame) =>
        EthernetView.TryRead(frame, out EthernetView ethernet) && Announces(ethernet.Type) && ethernet.Payload.Length >= Length
            ? (byte[])[.. frame[..TagAt], .. frame[(TagAt + Length)..]] : frame;

    /// <summary>A frame with a customer's tag before everything else that it has behind its addresses.</summary>
    /// <param name="id">1 to 4094.</param>
    public static ReadOnlySpan<byte> Tagged(ReadOnlySpan<byte> frame, ushort id) =>
        (byte[])[.. frame[..TagAt], (byte)((int)EtherType.Vlan >> 8), (int)EtherType.Vlan & 0xFF, (byte)(id >> 8), (byte)id, .. frame[TagAt..]];

    private const int TagAt = 2 * MacAddress.Length; // behind the addresses, where an untagged frame has its type
}
