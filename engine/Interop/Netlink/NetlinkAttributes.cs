using System.Buffers.Binary;

namespace Lab.Engine.Interop.Netlink;

/// <summary>Walks attributes: a length, a type and a value each, aligned to four bytes (netlink(7)). It ends where one does not fit.</summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> attributes)
{
    private const int HeaderLength = 4; // struct nlattr
    private const int TypeMask = 0x3FFF; // NLA_TYPE_MASK: two flags stand above the type

    private readonly ReadOnlySpan<byte> _all = attributes;
    private int _start, _next;

    public readonly NetlinkAttributes Current => this;

    public readonly ushort Type => (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(_all[(_start + 2)..]) & TypeMask);

    public readonly ReadOnlySpan<byte> Value => _all[(_start + HeaderLength)..(_start + BinaryPrimitives.ReadUInt16LittleEndian(_all[_start..]))];

    /// <summary>Where the current one lies, with its header and what aligns the next.</summary>
    public readonly Range Whole => _start.._next;

    public readonly NetlinkAttributes GetEnumerator() => this;

    public bool MoveNext()
    {
        _start = _next;
        if (_all.Length - _start < HeaderLength)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(_all[_start..]);
        _next = Math.Min(_all.Length, _start + length + 3 & ~3);
        return length >= HeaderLength && _start + length <= _all.Length;
    }

    /// <summary>The value of an attribute inside attributes; empty when one of them is not there.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, params ReadOnlySpan<ushort> path)
    {
        foreach (ushort wanted in path)
        {
            attributes = Among(attributes, wanted);
        }

        return attributes;
    }

    private static ReadOnlySpan<byte> Among(ReadOnlySpan<byte> attributes, ushort wanted)
    {
        foreach (NetlinkAttributes attribute in new NetlinkAttributes(attributes))
        {
            if (attribute.Type == wanted)
            {
                return attribute.Value;
            }
        }

        return [];
    }
}
