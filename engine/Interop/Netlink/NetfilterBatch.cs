using System.Buffers.Binary;

namespace Lab.Engine.Interop.Netlink;

/// <summary>Requests to nf_tables that the kernel carries out together or not at all (net/netfilter/nfnetlink.c, nfnetlink_rcv_batch).</summary>
/// <remarks>
/// <code>
///   batch begin, with the generation that must still be there │ requests │ batch end
/// </code>
/// Numbers in attributes are in network order.
/// </remarks>
internal sealed class NetfilterBatch
{
    public const ushort Create = 0x400, Append = 0x800; // NLM_F_*

    private const ushort BatchBegin = 0x10, BatchEnd = 0x11; // NFNL_MSG_BATCH_*
    private const ushort Generation = 1; // NFNL_BATCH_GENID
    private const int FamilyHeader = 4; // struct nfgenmsg: family, version, resource in network order

    private readonly NetlinkBuffer _buffer = new();
    private int _last;

    /// <param name="generation">The transaction is refused if the kernel's rules are of another; null for any.</param>
    public NetfilterBatch(uint? generation = null)
    {
        Begin(BatchBegin, 0, 0, NetfilterSocket.Subsystem);
        if (generation is { } expected)
        {
            Number(Generation, expected);
        }

        _buffer.EndMessage(_last);
    }

    /// <summary>The number of the last request, which the kernel's answers carry.</summary>
    public uint Sequence { get; private set; }

    public ReadOnlySpan<byte> Bytes => _buffer.Written;

    /// <summary>Where a value of any kind may be written.</summary>
    public NetlinkBuffer Attributes => _buffer;

    /// <summary>Adds a request; its attributes are written by <paramref name="attributes"/>.</summary>
    /// <param name="type">NFT_MSG_*.</param>
    /// <param name="family">NFPROTO_*.</param>
    public void Add(ushort type, byte family, ushort flags, Action attributes)
    {
        Sequence++;
        Begin((ushort)(NetfilterSocket.Subsystem << 8 | type), family, flags, 0);
        attributes();
        _buffer.EndMessage(_last);
    }

    public void Number(ushort type, uint value) => BinaryPrimitives.WriteUInt32BigEndian(_buffer.Attribute(type, sizeof(uint)), value);

    /// <summary>Ends the batch; the kernel answers its last request.</summary>
    public void Complete()
    {
        _buffer.AddFlag(_last, NetlinkBuffer.Acknowledge);
        Begin(BatchEnd, 0, 0, NetfilterSocket.Subsystem);
        _buffer.EndMessage(_last);
    }

    private void Begin(ushort type, byte family, ushort flags, ushort resource)
    {
        _last = _buffer.BeginMessage(type, flags, Sequence, FamilyHeader, out Span<byte> header);
        header[0] = family;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], resource);
    }
}
