using System.Buffers.Binary;
using System.Text;

namespace Lab.Engine.Interop.Netlink;

/// <summary>Netlink messages, written one after the other: netlink(7).</summary>
/// <remarks><code>
///   length, type, flags, sequence, port (16 bytes) │ the family's own header │ attributes
///                                                  attribute: length, type │ value │ up to a multiple of four
/// </code>Lengths are written when what they measure is complete; headers are in the machine's own order.</remarks>
internal sealed class NetlinkBuffer
{
    public const ushort Request = 0x1, Acknowledge = 0x4; // NLM_F_*

    private const int AttributeHeader = 4; // struct nlattr
    private const ushort IsNested = 0x8000; // NLA_F_NESTED

    private byte[] _bytes = new byte[1 << 12];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Room for so many bytes, which are zero; good until the next call.</summary>
    public Span<byte> Take(int length)
    {
        if (Length + length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(Length + length, 2 * _bytes.Length));
        }

        Length += length;
        return _bytes.AsSpan(Length - length, length);
    }

    /// <summary>Begins a message with the family's header, which the caller fills in.</summary>
    /// <returns>Where it begins, for <see cref="EndMessage"/>.</returns>
    public int BeginMessage(ushort type, int flags, uint sequence, int familyHeader, out Span<byte> header)
    {
        int start = Length;
        Span<byte> begin = Take(NetlinkMessage.HeaderLength + familyHeader);
        BinaryPrimitives.WriteUInt16LittleEndian(begin[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(begin[6..], (ushort)(Request | flags));
        BinaryPrimitives.WriteUInt32LittleEndian(begin[8..], sequence);
        header = begin[NetlinkMessage.HeaderLength..];
        return start;
    }

    public void EndMessage(int start) => BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(start), Length - start);

    /// <summary>Sets a flag of a message that is complete.</summary>
    public void AddFlag(int start, ushort flag) => _bytes[start + 6] |= (byte)flag;

    /// <returns>Where the attribute begins, for <see cref="EndNested"/>.</returns>
    public int BeginNested(ushort type)
    {
        int start = Length;
        BinaryPrimitives.WriteUInt16LittleEndian(Take(AttributeHeader)[2..], (ushort)(type | IsNested));
        return start;
    }

    public void EndNested(int start) => BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(start), (ushort)(Length - start));

    public void Attribute(ushort type, ReadOnlySpan<byte> value) => value.CopyTo(Attribute(type, value.Length));

    /// <summary>An attribute whose value, still zero, the caller fills in.</summary>
    public Span<byte> Attribute(ushort type, int length)
    {
        Span<byte> attribute = Take(AttributeHeader + (length + 3 & ~3));
        BinaryPrimitives.WriteUInt16LittleEndian(attribute, (ushort)(AttributeHeader + length));
        BinaryPrimitives.WriteUInt16LittleEndian(attribute[2..], type);
        return attribute.Slice(AttributeHeader, length);
    }

    /// <summary>A text with the NUL behind it.</summary>
    public void Text(ushort type, string text) => _ = Encoding.UTF8.GetBytes(text, Attribute(type, Encoding.UTF8.GetByteCount(text) + 1));
}
