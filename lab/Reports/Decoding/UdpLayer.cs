using Lab.Engine.Packets;

namespace Lab.Reports.Decoding;

/// <summary>UDP (RFC 768) and UDP-Lite (RFC 3828), and what well-known ports announce.</summary>
internal static class UdpLayer
{
    public static LayerEnd Read(FieldReader header)
    {
        ulong from = header.Number("source port", 2);
        ulong to = header.Number("destination port", 2);
        int length = (int)header.Number("length", 2);
        header.Checksum(length, header.PseudoHeader + (ulong)IpProtocol.Udp + (ulong)length, zeroMeansNone: true);
        return new("UDP", $"{from} > {to}", ForPorts(from, to)) { End = header.Start + Math.Max(length, 8) };
    }

    public static LayerEnd ReadLite(FieldReader header)
    {
        ulong from = header.Number("source port", 2);
        ulong to = header.Number("destination port", 2);
        _ = header.Number("checksum coverage", 2, value => value == 0 ? "0 (everything)" : $"{value} bytes");
        _ = header.Number("checksum", 2, value => $"0x{value:x4}");
        return new("UDP-Lite", $"{from} > {to}");
    }

    private static LayerDecoder? ForPorts(ulong from, ulong to) => (from, to) switch
    {
        (67, _) or (_, 67) => DhcpLayer.Read,
        (53 or 5353, _) or (_, 53 or 5353) => DnsLayer.Read,
        _ => null,
    };
}
