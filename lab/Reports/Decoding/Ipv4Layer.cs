using Lab.Engine.Packets;

namespace Lab.Reports.Decoding;

/// <summary>RFC 791 section 3.1.</summary>
internal static class Ipv4Layer
{
    private const int MinimumLength = 20; // bytes

    public static LayerEnd Read(FieldReader header)
    {
        int words = (header.Peek() ?? 0) & 0xF;
        int length = Math.Max(4 * words, MinimumLength);
        _ = header.Bits("version and length", 1,
            BitPart.Range("version", 4, 4), new("header length", value => $"{4 * (value & 0xF)} bytes"));
        _ = header.Bits("type of service", 1, BitPart.Range("DSCP", 2, 6), BitPart.Range("ECN", 0, 2));
        int total = (int)header.Number("total length", 2);
        _ = header.Number("identification", 2, value => $"0x{value:x4}");
        ulong fragment = header.Bits("fragment", 2,
            BitPart.Flag("do not fragment", 14), BitPart.Flag("more fragments", 13),
            new("offset", value => $"{8 * (value & 0x1FFF)} bytes"));
        _ = header.Number("time to live", 1);
        IpProtocol protocol = (IpProtocol)header.Number("protocol", 1, InternetLayers.ProtocolInWords);
        header.Checksum(length);
        Ipv4Address from = header.Ipv4("source");
        Ipv4Address to = header.Ipv4("destination");
        ulong pseudoHeader = header.SumOfLast(2 * Ipv4Address.Length);
        if (length > MinimumLength)
        {
            _ = header.Bytes("options", length - MinimumLength);
        }

        int offset = 8 * (int)(fragment & 0x1FFF);
        return new("IPv4", $"{from} > {to}" + (offset > 0 ? $" fragment at {offset}" : ""),
            offset > 0 ? null : InternetLayers.ForProtocol(protocol))
        {
            End = header.Start + total,
            PseudoHeader = pseudoHeader,
        };
    }
}
