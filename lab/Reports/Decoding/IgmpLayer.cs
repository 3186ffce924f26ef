using Lab.Engine.Packets;

namespace Lab.Reports.Decoding;

/// <summary>The eight bytes that all versions of IGMP share (RFC 2236 section 2).</summary>
internal static class IgmpLayer
{
    public static LayerEnd Read(FieldReader header)
    {
        string said = "";
        _ = header.Number("type", 1, value => said = value switch
        {
            0x11 => "0x11 (membership query)",
            0x12 => "0x12 (membership report, version 1)",
            0x16 => "0x16 (membership report, version 2)",
            0x17 => "0x17 (leave group)",
            0x22 => "0x22 (membership report, version 3)",
            _ => $"0x{value:x2}",
        });
        _ = header.Number("maximum response time", 1, value => $"{value / 10.0} s");
        header.Checksum(header.End - header.Start);
        Ipv4Address group = header.Ipv4("group");
        return new("IGMP", $"{said} {group}");
    }
}
