namespace Lab.Reports.Decoding;

/// <summary>RFC 792; an error quotes the packet that it is about.</summary>
internal static class IcmpLayer
{
    private static readonly Dictionary<ulong, string> Types = new()
    {
        [0] = "echo reply",
        [3] = "destination unreachable",
        [4] = "source quench",
        [5] = "redirect",
        [8] = "echo request",
        [9] = "router advertisement",
        [10] = "router solicitation",
        [11] = "time exceeded",
        [12] = "parameter problem",
        [13] = "timestamp request",
        [14] = "timestamp reply",
    };

    private static readonly Dictionary<ulong, string> Unreachable = new()
    {
        [0] = "network",
        [1] = "host",
        [2] = "protocol",
        [3] = "port",
        [4] = "fragmentation needed",
        [5] = "source route failed",
        [9] = "network prohibited",
        [10] = "host prohibited",
        [13] = "prohibited by filter",
    };

    public static LayerEnd Read(FieldReader header)
    {
        ulong type = header.Number("type", 1, value => Types.TryGetValue(value, out string? name) ? $"{value} ({name})" : $"{value}");
        ulong code = header.Number("code", 1,
            value => type == 3 && Unreachable.TryGetValue(value, out string? name) ? $"{value} ({name})" : $"{value}");
        header.Checksum(header.End - header.Start);
        string said = Types.GetValueOrDefault(type, $"type {type}");
        switch (type)
        {
            case 0 or 8 or 13 or 14:
                ulong id = header.Number("identifier", 2);
                ulong sequence = header.Number("sequence number", 2);
                return new("ICMP", $"{said} id {id} seq {sequence}");
            case 3 or 4 or 5 or 11 or 12:
                _ = header.Number("rest of header", 4, value => $"0x{value:x8}");
                string what = type == 3 ? $"{said}: {Unreachable.GetValueOrDefault(code, $"code {code}")}" : said;
                return new("ICMP", what, Ipv4Layer.Read) { Quotes = true };
            default:
                return new("ICMP", said);
        }
    }
}
