using System.Buffers.Binary;
using System.Text;
using Lab.Engine.Packets;

namespace Lab.Reports.Decoding;

/// <summary>DHCP for IPv4 (RFC 2131 section 2, options RFC 2132).</summary>
internal static class DhcpLayer
{
    private const ulong Cookie = 0x63825363;

    private static readonly string[] Messages =
        ["", "discover", "offer", "request", "decline", "acknowledgement", "refusal", "release", "inform"];

    private static readonly Dictionary<ulong, string> Options = new()
    {
        [0] = "padding",
        [1] = "subnet mask",
        [3] = "router",
        [6] = "name server",
        [12] = "host name",
        [15] = "domain name",
        [28] = "broadcast address",
        [50] = "requested address",
        [51] = "lease time",
        [53] = "message type",
        [54] = "server",
        [55] = "wanted options",
        [57] = "largest message",
        [58] = "renewal time",
        [59] = "rebinding time",
        [60] = "vendor class",
        [61] = "client",
        [255] = "end",
    };

    public static LayerEnd Read(FieldReader header)
    {
        ulong operation = header.Number("operation", 1, value => value == 1 ? "1 (request)" : value == 2 ? "2 (reply)" : $"{value}");
        _ = header.Number("hardware type", 1);
        _ = header.Number("hardware address length", 1);
        _ = header.Number("hops", 1);
        _ = header.Number("transaction", 4, value => $"0x{value:x8}");
        _ = header.Number("seconds", 2);
        _ = header.Bits("flags", 2, BitPart.Flag("answer by broadcast", 15));
        foreach (string address in (ReadOnlySpan<string>)["client address", "your address", "server address", "relay address"])
        {
            _ = header.Ipv4(address);
        }

        _ = header.Mac("client hardware address");
        _ = header.Bytes("client hardware address padding", 10);
        _ = header.Bytes("server name", 64, Words);
        _ = header.Bytes("boot file", 128, Words);
        string said = operation == 1 ? "request" : "reply";
        if (header.Number("cookie", 4, value => value == Cookie ? "DHCP" : $"0x{value:x8}") == Cookie)
        {
            ReadOptions(header, ref said);
        }

        return new("DHCP", said);
    }

    private static void ReadOptions(FieldReader header, ref string said)
    {
        string message = said;
        while (header.Remaining > 0 && !header.CutShort)
        {
            header.Group("option", () =>
            {
                ulong kind = header.Number("kind", 1, value => Options.TryGetValue(value, out string? name) ? $"{value} ({name})" : $"{value}");
                string value = "";
                if (kind is not (0 or 255))
                {
                    int length = (int)header.Number("length", 1);
                    _ = header.Bytes("value", length, bytes => value = InWords(kind, bytes));
                }

                message = kind == 53 ? value : message;
                return $"{Options.GetValueOrDefault(kind, $"kind {kind}")} {value}".TrimEnd();
            });
        }

        said = message;
    }

    private static string InWords(ulong kind, ReadOnlySpan<byte> value) => (kind, value.Length) switch
    {
        (53, 1) when value[0] > 0 && value[0] < Messages.Length => Messages[value[0]],
        (1 or 3 or 6 or 28 or 50 or 54, Ipv4Address.Length) => Ipv4Address.Read(value).ToString(),
        (51 or 58 or 59, 4) => $"{BinaryPrimitives.ReadUInt32BigEndian(value)} s",
        (12 or 15 or 60, _) => HexDump.Text(value),
        (61, 7) when value[0] == 1 => MacAddress.Read(value[1..]).ToString(),
        _ => HexDump.Plain(value),
    };

    /// <summary>Text that ends with a NUL.</summary>
    private static string Words(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        string text = Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]);
        return text.Length > 0 ? text : "(none)";
    }
}
