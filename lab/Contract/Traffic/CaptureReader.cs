using System.Buffers.Binary;

namespace Lab.Contract.Traffic;

/// <summary>Reads Ethernet frames from a capture: pcap in either byte order and resolution, or pcapng.</summary>
/// <remarks>https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng describe the formats.</remarks>
public static class CaptureReader
{
    private const int Ethernet = 1; // LINKTYPE_ETHERNET
    private const uint MostBytes = 262_144; // of one packet; what tcpdump captures at most

    private enum PcapngBlock : uint
    {
        Interface = 1,
        SimplePacket = 3,
        EnhancedPacket = 6,
        Section = 0x0A0D_0D0A,
    }

    /// <exception cref="InvalidDataException">Not a capture of Ethernet frames, or a damaged one.</exception>
    public static IReadOnlyList<byte[]> Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 24)
        {
            throw new InvalidDataException("the file is too short for a capture");
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(file) switch
        {
            0xA1B2C3D4 or 0xA1B23C4D => ReadPcap(file, true),
            0xD4C3B2A1 or 0x4D3CB2A1 => ReadPcap(file, false),
            (uint)PcapngBlock.Section => ReadPcapng(file),
            _ => throw new InvalidDataException("the file is neither pcap nor pcapng"),
        };
    }

    private static List<byte[]> ReadPcap(ReadOnlySpan<byte> file, bool little)
    {
        RequireEthernet(UInt32(file[20..], little) & 0xFFFF);
        List<byte[]> frames = [];
        for (ReadOnlySpan<byte> rest = file[24..]; !rest.IsEmpty;)
        {
            uint length = rest.Length < 16 ? uint.MaxValue : UInt32(rest[8..], little);
            frames.Add(Take(rest, 16, length));
            rest = rest[(16 + (int)length)..];
        }

        return frames;
    }

    private static List<byte[]> ReadPcapng(ReadOnlySpan<byte> file)
    {
        List<byte[]> frames = [];
        bool little = true;
        for (ReadOnlySpan<byte> rest = file; !rest.IsEmpty;)
        {
            if (rest.Length < 12)
            {
                throw Damaged();
            }

            bool section = BinaryPrimitives.ReadUInt32LittleEndian(rest) == (uint)PcapngBlock.Section;
            little = section ? BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]) == 0x1A2B3C4D : little;
            uint length = UInt32(rest[4..], little);
            if (length < 12 || length > rest.Length)
            {
                throw Damaged();
            }

            ReadOnlySpan<byte> body = rest[8..(int)(length - 4)];
            switch ((PcapngBlock)UInt32(rest, little))
            {
                case PcapngBlock.Interface when body.Length >= 8:
                    RequireEthernet(little ? BinaryPrimitives.ReadUInt16LittleEndian(body) : BinaryPrimitives.ReadUInt16BigEndian(body));
                    break;
                case PcapngBlock.EnhancedPacket when body.Length >= 20:
                    frames.Add(Take(body, 20, UInt32(body[12..], little)));
                    break;
                case PcapngBlock.SimplePacket when body.Length >= 4:
                    frames.Add(Take(body, 4, Math.Min(UInt32(body, little), (uint)body.Length - 4)));
                    break;
            }

            rest = rest[(int)length..];
        }

        return frames;
    }

    private static byte[] Take(ReadOnlySpan<byte> from, int offset, uint length) =>
        length <= MostBytes && offset + length <= from.Length ? from.Slice(offset, (int)length).ToArray() : throw Damaged();

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    private static void RequireEthernet(uint linkType)
    {
        if (linkType != Ethernet)
        {
            throw new InvalidDataException($"the capture holds link type {linkType}, not Ethernet");
        }
    }

    private static InvalidDataException Damaged() => new("the capture ends in the middle of a packet");
}
