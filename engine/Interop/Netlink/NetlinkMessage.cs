using System.Buffers.Binary;
using System.Text;

namespace Lab.Engine.Interop.Netlink;

/// <summary>A message of the kernel where it lies: struct nlmsghdr, and what the family puts behind it (netlink(7)).</summary>
internal readonly ref struct NetlinkMessage
{
    /// <summary>struct nlmsghdr, in bytes: length, type, flags, sequence number, port.</summary>
    public const int HeaderLength = 16;

    private const ushort ErrorType = 2, DoneType = 3; // NLMSG_*
    private const ushort ReasonAttribute = 1; // NLMSGERR_ATTR_MSG

    private readonly ReadOnlySpan<byte> _bytes;

    private NetlinkMessage(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Succeeds if the header is there; its word on the length is the affair of who cut the message out.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out NetlinkMessage message)
    {
        bool fits = bytes.Length >= HeaderLength;
        message = fits ? new(bytes) : default;
        return fits;
    }

    public ushort Type => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[4..]);

    /// <summary>Of the request that this answers.</summary>
    public uint Sequence => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[8..]);

    public ReadOnlySpan<byte> Body => _bytes[HeaderLength..];

    /// <summary>What became of a request: 0, or why it was refused. Null for a message that does not say that.</summary>
    public int? Errno => Type == ErrorType && Body.Length >= sizeof(int) ? -BinaryPrimitives.ReadInt32LittleEndian(Body) : null;

    /// <summary>Nothing more comes of a request that asked for all objects.</summary>
    public bool EndsList => Type is DoneType or ErrorType;

    /// <summary>The kernel's own words for a refusal, where it has any: behind the errno and the head of the request.</summary>
    public string? Reason
    {
        get
        {
            ReadOnlySpan<byte> words = NetlinkAttributes.Find(Body[Math.Min(Body.Length, sizeof(int) + HeaderLength)..], ReasonAttribute);
            return words.IsEmpty ? null : Encoding.UTF8.GetString(words).TrimEnd('\0');
        }
    }
}

/// <summary>Cuts what a socket received into messages.</summary>
internal ref struct NetlinkMessages(ReadOnlySpan<byte> received)
{
    private ReadOnlySpan<byte> _rest = received;
    private NetlinkMessage _current;

    public readonly NetlinkMessage Current => _current;

    public readonly NetlinkMessages GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.Length < NetlinkMessage.HeaderLength
            || BinaryPrimitives.ReadInt32LittleEndian(_rest) is var size && (size < NetlinkMessage.HeaderLength || size > _rest.Length))
        {
            return false;
        }

        _ = NetlinkMessage.TryRead(_rest[..size], out _current);
        _rest = _rest[Math.Min(_rest.Length, size + 3 & ~3)..];
        return true;
    }
}
