using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Lab.Reports.Captures;

internal enum PcapngBlockType : uint
{
    SectionHeader = 0x0A0D0D0A,
    InterfaceDescription = 1,
    EnhancedPacket = 6,
}

/// <summary>Option codes; a code means something else in another type of block.</summary>
internal static class PcapngOption
{
    public const ushort End = 0;
    public const ushort Comment = 1;
    public const ushort InterfaceName = 2; // if_name
    public const ushort PacketFlags = 2; // epb_flags
    public const ushort UserApplication = 4; // shb_userappl
    public const ushort TimeResolution = 9; // if_tsresol
}

/// <summary>One block while it is put together.</summary>
internal sealed class PcapngBlock(PcapngBlockType type)
{
    private const int LongestOption = ushort.MaxValue; // bytes: its length is a 16-bit number

    private readonly ArrayBufferWriter<byte> _body = new();

    public void Put(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _body.Write(bytes);
    }

    /// <summary>The bytes, and zeros up to the next multiple of four.</summary>
    public void Put(ReadOnlySpan<byte> bytes)
    {
        _body.Write(bytes);
        _body.Write(stackalloc byte[-bytes.Length & 3]);
    }

    public void PutOption(ushort code, ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> kept = value[..Math.Min(value.Length, LongestOption)];
        Put(code | (uint)kept.Length << 16);
        Put(kept);
    }

    /// <summary>Text too long for an option ends early, between two characters.</summary>
    public void PutOption(ushort code, string text)
    {
        byte[] bytes = new byte[Math.Min(Encoding.UTF8.GetMaxByteCount(text.Length), LongestOption)];
        Encoding.UTF8.GetEncoder().Convert(text, bytes, flush: false, out _, out int used, out _);
        PutOption(code, bytes.AsSpan(0, used));
    }

    public void EndOptions() => Put(PcapngOption.End);

    public void WriteTo(Stream file)
    {
        const int Around = 12; // bytes: the type, and the length twice
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(word, (uint)type);
        file.Write(word);
        BinaryPrimitives.WriteUInt32LittleEndian(word, (uint)(_body.WrittenCount + Around));
        file.Write(word);
        file.Write(_body.WrittenSpan);
        file.Write(word);
    }
}
