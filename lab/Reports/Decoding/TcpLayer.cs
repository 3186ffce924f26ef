using Lab.Engine.Packets;

namespace Lab.Reports.Decoding;

/// <summary>RFC 9293 section 3.1.</summary>
internal static class TcpLayer
{
    private const int MinimumLength = 20; // bytes

    /// <summary>Bit n of the flags byte is the n-th name.</summary>
    private static readonly string[] Flags = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

    private static readonly Dictionary<ulong, string> Options = new()
    {
        [0] = "end",
        [1] = "no operation",
        [2] = "maximum segment size",
        [3] = "window scale",
        [4] = "SACK permitted",
        [5] = "SACK",
        [8] = "timestamps",
        [19] = "MD5 signature",
    };

    public static LayerEnd Read(FieldReader header)
    {
        ulong from = header.Number("source port", 2);
        ulong to = header.Number("destination port", 2);
        _ = header.Number("sequence number", 4);
        _ = header.Number("acknowledgement number", 4);
        ulong words = header.Bits("header length", 1, new BitPart("in bytes", value => $"{4 * (value >> 4)}")) >> 4;
        ulong flags = header.Bits("flags", 1, [.. Flags.Select(BitPart.Flag)]);
        _ = header.Number("window", 2);
        int length = header.End - header.Start;
        header.Checksum(length, header.PseudoHeader + (ulong)IpProtocol.Tcp + (ulong)length);
        _ = header.Number("urgent pointer", 2);
        ReadOptions(header, header.Start + Math.Max(4 * (int)words, MinimumLength));
        string set = string.Join(' ', Flags.Where((_, bit) => (flags >> bit & 1) != 0));
        return new("TCP", $"{from} > {to} {(set.Length > 0 ? set : "no flags")}");
    }

    private static void ReadOptions(FieldReader header, int end)
    {
        while (header.Position < end && !header.CutShort)
        {
            header.Group("option", () =>
            {
                ulong kind = header.Number("kind", 1, value => Options.TryGetValue(value, out string? name) ? $"{value} ({name})" : $"{value}");
                if (kind > 1)
                {
                    int length = (int)header.Number("length", 1);
                    _ = header.Bytes("content", Math.Min(length - 2, end - header.Position));
                }

                return Options.GetValueOrDefault(kind, $"kind {kind}");
            });
        }
    }
}
