using System.Buffers.Binary;

namespace Lab.Engine.Packets;

/// <summary>Reads a spanning tree BPDU, LLC included (IEEE 802.1D-1998 section 9.3).</summary>
/// <remarks><code>
///  0        3          5         6      7       8      16     20       28     30    32    34      36      38
///  | 42 42 03 | 00 00   | version | type | flags | root | cost | sender | port | age | max | hello | delay |
///    LLC       protocol                    |------------- configuration BPDUs (type 0) only --------------|
/// </code></remarks>
public readonly ref struct BpduView
{
    public const int MinimumLength = 7; // bytes, up to the type
    public const int ConfigurationLength = 38; // bytes

    private readonly ReadOnlySpan<byte> _bytes;

    private BpduView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <param name="bytes">From the LLC header.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out BpduView view)
    {
        bool whole = bytes.Length >= MinimumLength && bytes.StartsWith(Announcement);
        view = whole ? new(bytes) : default;
        return whole;
    }

    /// <summary>LLC for spanning tree, protocol 0, version 0: what ebt_stp demands (net/bridge/netfilter/ebt_stp.c).</summary>
    public static ReadOnlySpan<byte> Announcement => [0x42, 0x42, 0x03, 0x00, 0x00, 0x00];

    /// <summary>0x00 configuration, 0x80 topology change notification.</summary>
    public byte Type => _bytes[At.Type];

    /// <summary>Whether the properties below may be read; they are for type 0 and a whole BPDU only.</summary>
    public bool HasConfiguration => Type == 0 && _bytes.Length >= ConfigurationLength;

    public byte Flags => _bytes[At.Flags];

    public ushort RootPriority => UInt16At(At.Root);

    public MacAddress RootAddress => MacAddress.Read(_bytes[(At.Root + 2)..]);

    public uint RootCost => BinaryPrimitives.ReadUInt32BigEndian(_bytes[At.Cost..]);

    public ushort SenderPriority => UInt16At(At.Sender);

    public MacAddress SenderAddress => MacAddress.Read(_bytes[(At.Sender + 2)..]);

    public ushort Port => UInt16At(At.Port);

    /// <summary>This and the other times in units of 1/256 s.</summary>
    public ushort MessageAge => UInt16At(At.MessageAge);

    public ushort MaxAge => UInt16At(At.MaxAge);

    public ushort HelloTime => UInt16At(At.HelloTime);

    public ushort ForwardDelay => UInt16At(At.ForwardDelay);

    private ushort UInt16At(int offset) => BinaryPrimitives.ReadUInt16BigEndian(_bytes[offset..]);

    private static class At
    {
        public const int Type = 6, Flags = 7, Root = 8, Cost = 16, Sender = 20, Port = 28,
            MessageAge = 30, MaxAge = 32, HelloTime = 34, ForwardDelay = 36;
    }
}
