namespace Lab.Reports.Decoding;

/// <summary>DNS (RFC 1035 section 4): the header and the questions; the answers as far as a filter's reader cares.</summary>
internal static class DnsLayer
{
    private const int Pointer = 0xC0; // the two high bits of a label's length: the name goes on elsewhere

    private static readonly Dictionary<ulong, string> Types = new()
    {
        [1] = "A",
        [2] = "NS",
        [5] = "CNAME",
        [6] = "SOA",
        [12] = "PTR",
        [15] = "MX",
        [16] = "TXT",
        [28] = "AAAA",
        [33] = "SRV",
    };

    public static LayerEnd Read(FieldReader header)
    {
        _ = header.Number("id", 2, value => $"0x{value:x4}");
        ulong flags = header.Bits("flags", 2,
            BitPart.Flag("answer", 15), BitPart.Range("operation", 11, 4), BitPart.Flag("authoritative", 10),
            BitPart.Flag("truncated", 9), BitPart.Flag("recursion desired", 8), BitPart.Flag("recursion available", 7),
            BitPart.Range("outcome", 0, 4));
        int questions = (int)header.Number("questions", 2);
        _ = header.Number("answers", 2);
        _ = header.Number("authorities", 2);
        _ = header.Number("additional records", 2);
        List<string> asked = [];
        while (asked.Count < questions && header.Remaining > 0 && !header.CutShort)
        {
            header.Group("question", () =>
            {
                string name = ReadName(header);
                ulong type = header.Number("type", 2, value => Types.GetValueOrDefault(value, $"{value}"));
                _ = header.Number("class", 2, value => value == 1 ? "IN" : $"{value}");
                asked.Add($"{Types.GetValueOrDefault(type, $"type {type}")} {name}");
                return asked[^1];
            });
        }

        string kind = (flags & 0x8000) != 0 ? "answer" : "question";
        return new("DNS", $"{kind} {string.Join(", ", asked)}".TrimEnd());
    }

    private static string ReadName(FieldReader header)
    {
        List<string> labels = [];
        while (header.Peek() is { } length and > 0 && !header.CutShort)
        {
            if (length >= Pointer)
            {
                _ = header.Number("pointer", 2, value => $"to byte {value & 0x3FFF}");
                return string.Join('.', [.. labels, "…"]);
            }

            _ = header.Bytes("label", 1 + length, bytes => Keep(HexDump.Text(bytes[1..])));
        }

        _ = header.Bytes("end of name", 1, _ => "");
        return labels.Count > 0 ? string.Join('.', labels) : ".";

        string Keep(string label)
        {
            labels.Add(label);
            return label;
        }
    }
}
