namespace Lab.Reports.Decoding;

/// <summary>RFC 9260 section 3: the common header, then chunks.</summary>
internal static class SctpLayer
{
    private static readonly Dictionary<ulong, string> Chunks = new()
    {
        [0] = "DATA",
        [1] = "INIT",
        [2] = "INIT ACK",
        [3] = "SACK",
        [4] = "HEARTBEAT",
        [5] = "HEARTBEAT ACK",
        [6] = "ABORT",
        [7] = "SHUTDOWN",
        [8] = "SHUTDOWN ACK",
        [9] = "ERROR",
        [10] = "COOKIE ECHO",
        [11] = "COOKIE ACK",
        [14] = "SHUTDOWN COMPLETE",
    };

    public static LayerEnd Read(FieldReader header)
    {
        const int SmallestChunk = 4; // bytes
        ulong from = header.Number("source port", 2);
        ulong to = header.Number("destination port", 2);
        _ = header.Number("verification tag", 4, value => $"0x{value:x8}");
        _ = header.Number("checksum", 4, value => $"0x{value:x8}");
        List<string> chunks = [];
        while (header.Remaining >= SmallestChunk && !header.CutShort)
        {
            header.Group("chunk", () =>
            {
                string kind = "";
                _ = header.Number("kind", 1, value => kind = Chunks.GetValueOrDefault(value, $"kind {value}"));
                _ = header.Number("flags", 1, value => $"0x{value:x2}");
                int length = (int)header.Number("length", 2);
                int padded = length + 3 & ~3;
                _ = header.Bytes("content", Math.Min(padded - SmallestChunk, header.Remaining));
                chunks.Add(kind);
                return kind;
            });
        }

        return new("SCTP", $"{from} > {to} {string.Join(' ', chunks)}".TrimEnd());
    }
}
