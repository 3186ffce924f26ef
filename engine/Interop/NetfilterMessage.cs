using System.Buffers.Binary;

namespace Lab.Engine.Interop;

/// <summary>One object of nf_tables as the kernel lists it; the same attributes make it again.</summary>
/// <param name="Family">NFPROTO_*.</param>
/// <param name="Attributes">As they came: attributes in the order of the kernel, each aligned to four bytes.</param>
internal sealed record NetfilterMessage(byte Family, ReadOnlyMemory<byte> Attributes)
{
    /// <summary>The attributes of the wanted types, with their headers.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Select(IReadOnlySet<ushort> wanted)
    {
        for (ReadOnlyMemory<byte> rest = Attributes; rest.Length >= 4;)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest.Span) + 3 & ~3;
            if (wanted.Contains((ushort)(BinaryPrimitives.ReadUInt16LittleEndian(rest.Span[2..]) & 0x3FFF))) // less NLA_F_*
            {
                yield return rest[..length];
            }

            rest = rest[length..];
        }
    }
}
