using Lab.Engine.Packets;

namespace Lab.Reports.Decoding;

/// <summary>The LLC header of IEEE 802.2, SNAP behind it (RFC 1042), and the spanning tree's messages.</summary>
internal static class LlcLayer
{
    private const int Snap = 0xAA;
    private const int SpanningTree = 0x42;

    public static LayerEnd Read(FieldReader header)
    {
        ulong to = header.Number("destination service point", 1, InWords);
        _ = header.Number("source service point", 1, InWords);
        _ = header.Number("control", 1, value => $"0x{value:x2}");
        return to switch
        {
            Snap => new("LLC", "", ReadSnap),
            SpanningTree => new("LLC", "", ReadBpdu),
            _ => new("LLC", $"service point 0x{to:x2}"),
        };
    }

    private static LayerEnd ReadSnap(FieldReader header)
    {
        ulong organisation = header.Number("organisation", 3, value => $"0x{value:x6}");
        ulong type = header.Number("type", 2, EthernetLayer.TypeInWords);
        return new("SNAP", EthernetLayer.TypeInWords(type), organisation == 0 ? EthernetLayer.ForType((EtherType)type) : null);
    }

    /// <summary>IEEE 802.1D section 9.3; the shorter topology change notification ends after its type.</summary>
    private static LayerEnd ReadBpdu(FieldReader header)
    {
        const ulong ChangeNotification = 0x80;
        _ = header.Number("protocol", 2);
        _ = header.Number("version", 1);
        ulong type = header.Number("type", 1, value => value switch
        {
            0 => "0 (configuration)",
            2 => "2 (rapid configuration)",
            ChangeNotification => "0x80 (topology change notification)",
            _ => $"0x{value:x2}",
        });
        if (type == ChangeNotification)
        {
            return new("STP", "topology change notification");
        }

        _ = header.Bits("flags", 1, BitPart.Flag("topology change", 0), BitPart.Flag("topology change acknowledgement", 7));
        string root = ReadBridge(header, "root");
        _ = header.Number("root path cost", 4);
        string bridge = ReadBridge(header, "bridge");
        _ = header.Number("port", 2, value => $"0x{value:x4}");
        foreach (string time in (ReadOnlySpan<string>)["message age", "maximum age", "hello time", "forward delay"])
        {
            _ = header.Number(time, 2, value => $"{value / 256.0} s");
        }

        return new("STP", $"root {root}, bridge {bridge}");
    }

    private static string ReadBridge(FieldReader header, string name)
    {
        ulong priority = header.Number($"{name} priority", 2);
        return $"{priority}/{header.Mac($"{name} address")}";
    }

    private static string InWords(ulong point) => point switch
    {
        SpanningTree => "0x42 (spanning tree)",
        Snap => "0xaa (SNAP)",
        _ => $"0x{point:x2}",
    };
}
