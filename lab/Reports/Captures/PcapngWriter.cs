using System.Buffers.Binary;

namespace Lab.Reports.Captures;

/// <summary>Writes captures in the pcapng format (draft-ietf-opsawg-pcapng), as Wireshark and tshark read it.</summary>
/// <remarks>
/// <code>
///  section header | interface description, one per guest ... | enhanced packet ... with direction and comment
///
///  every block:   | type | total length | body, padded to 4 | total length |
///  every option:  | code | length | value, padded to 4 | ...  and a zero at the end
/// </code>
/// Little-endian whatever the machine, so that the same run writes the same bytes.
/// </remarks>
internal sealed class PcapngWriter
{
    private const int NanosecondsPerTick = 100;

    private readonly Stream _file;
    private readonly DateTime _beginning;
    private readonly Dictionary<string, int> _interfaces = new(StringComparer.Ordinal);

    /// <param name="beginning">UTC; what the frames' times count from.</param>
    /// <param name="application">Named in the file as its writer.</param>
    /// <param name="interfaces">In the order in which the file lists them; every frame names one of them.</param>
    public PcapngWriter(Stream file, DateTime beginning, string application, IEnumerable<string> interfaces)
    {
        _file = file;
        _beginning = beginning;
        WriteSectionHeader(application);
        foreach (string name in interfaces.Distinct(StringComparer.Ordinal))
        {
            _interfaces.Add(name, _interfaces.Count);
            WriteInterface(name);
        }
    }

    public void Write(CapturedFrame frame)
    {
        const uint Inbound = 1, Outbound = 2; // epb_flags, bits 0 and 1: as the guest's own interface sees it
        long ticks = (_beginning + frame.At - DateTime.UnixEpoch).Ticks;
        ulong time = (ulong)ticks * NanosecondsPerTick;
        PcapngBlock block = new(PcapngBlockType.EnhancedPacket);
        block.Put((uint)_interfaces[frame.Interface]);
        block.Put((uint)(time >> 32));
        block.Put((uint)time);
        block.Put((uint)frame.Bytes.Length); // captured
        block.Put((uint)frame.Bytes.Length); // on the wire
        block.Put(frame.Bytes.Span);
        if (frame.Comment.Length > 0)
        {
            block.PutOption(PcapngOption.Comment, frame.Comment);
        }

        Span<byte> flags = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(flags, frame.Direction == CaptureDirection.ToGuest ? Inbound : Outbound);
        block.PutOption(PcapngOption.PacketFlags, flags);
        block.EndOptions();
        block.WriteTo(_file);
    }

    private void WriteSectionHeader(string application)
    {
        PcapngBlock block = new(PcapngBlockType.SectionHeader);
        block.Put(0x1A2B3C4D); // tells the byte order
        block.Put(0x0000_0001); // version 1.0: major in the low half
        block.Put(uint.MaxValue); // section length: not said
        block.Put(uint.MaxValue);
        block.PutOption(PcapngOption.UserApplication, application);
        block.EndOptions();
        block.WriteTo(_file);
    }

    private void WriteInterface(string name)
    {
        const uint Ethernet = 1; // LINKTYPE_ETHERNET, and 16 reserved bits of zero
        PcapngBlock block = new(PcapngBlockType.InterfaceDescription);
        block.Put(Ethernet);
        block.Put(0); // frames are never cut
        block.PutOption(PcapngOption.InterfaceName, name);
        block.PutOption(PcapngOption.TimeResolution, [9]); // 10^-9 s
        block.EndOptions();
        block.WriteTo(_file);
    }
}
