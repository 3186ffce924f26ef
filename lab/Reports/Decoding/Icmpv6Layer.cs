using Lab.Engine.Packets;

namespace Lab.Reports.Decoding;

/// <summary>RFC 4443, with neighbour discovery (RFC 4861) and the listener messages (RFC 2710, RFC 3810).</summary>
internal static class Icmpv6Layer
{
    private static readonly Dictionary<ulong, string> Types = new()
    {
        [1] = "destination unreachable",
        [2] = "packet too big",
        [3] = "time exceeded",
        [4] = "parameter problem",
        [128] = "echo request",
        [129] = "echo reply",
        [130] = "listener query",
        [131] = "listener report",
        [132] = "listener done",
        [133] = "router solicitation",
        [134] = "router advertisement",
        [135] = "neighbour solicitation",
        [136] = "neighbour advertisement",
        [137] = "redirect",
        [143] = "listener report, version 2",
    };

    private static readonly Dictionary<ulong, string> Options = new()
    {
        [1] = "source link-layer address",
        [2] = "target link-layer address",
        [3] = "prefix",
        [5] = "MTU",
    };

    public static LayerEnd Read(FieldReader header)
    {
        ulong type = header.Number("type", 1, value => Types.TryGetValue(value, out string? name) ? $"{value} ({name})" : $"{value}");
        _ = header.Number("code", 1);
        int length = header.End - header.Start;
        header.Checksum(length, header.PseudoHeader + (ulong)IpProtocol.IcmpV6 + (ulong)length);
        string said = Types.GetValueOrDefault(type, $"type {type}");
        switch (type)
        {
            case 128 or 129:
                ulong id = header.Number("identifier", 2);
                ulong sequence = header.Number("sequence number", 2);
                return new("ICMPv6", $"{said} id {id} seq {sequence}");
            case <= 4:
                _ = header.Number(type == 2 ? "MTU" : "rest of header", 4);
                return new("ICMPv6", said, Ipv6Layer.Read) { Quotes = true };
            case 133:
                _ = header.Number("reserved", 4);
                ReadOptions(header);
                return new("ICMPv6", said);
            case 135 or 136:
                _ = header.Bits("flags", 4,
                    BitPart.Flag("router", 31), BitPart.Flag("solicited", 30), BitPart.Flag("override", 29));
                Ipv6Address target = header.Ipv6("target");
                ReadOptions(header);
                return new("ICMPv6", type == 135 ? $"{said}: who has {target}?" : $"{said}: {target} is here");
            default:
                return new("ICMPv6", said);
        }
    }

    private static void ReadOptions(FieldReader header)
    {
        while (header.Remaining > 0 && !header.CutShort)
        {
            header.Group("option", () =>
            {
                ulong kind = header.Number("kind", 1);
                int length = (int)header.Number("length", 1, value => $"{8 * value} bytes");
                bool isMac = kind is 1 or 2 && length == 1;
                string value = isMac ? header.Mac("address").ToString()
                    : HexDump.Plain(header.Bytes("content", length == 0 ? header.Remaining : 8 * length - 2));
                return $"{Options.GetValueOrDefault(kind, $"kind {kind}")} {value}";
            });
        }
    }
}
