using Lab.Engine.Packets;

namespace Lab.Reports.Decoding;

/// <summary>RFC 8200 section 3.</summary>
internal static class Ipv6Layer
{
    public static LayerEnd Read(FieldReader header)
    {
        _ = header.Bits("version, class and flow", 4,
            BitPart.Range("version", 28, 4), BitPart.Range("traffic class", 20, 8), BitPart.Range("flow label", 0, 20));
        int length = (int)header.Number("payload length", 2);
        IpProtocol next = (IpProtocol)header.Number("next header", 1, InternetLayers.ProtocolInWords);
        _ = header.Number("hop limit", 1);
        Ipv6Address from = header.Ipv6("source");
        Ipv6Address to = header.Ipv6("destination");
        return new("IPv6", $"{from} > {to}", InternetLayers.ForProtocol(next))
        {
            End = header.Position + length,
            PseudoHeader = header.SumOfLast(2 * Ipv6Address.Length),
        };
    }
}
