using Lab.Engine.Packets;

namespace Lab.Reports.Decoding;

/// <summary>The headers of IPsec: ESP (RFC 4303), behind which all is secret, and AH (RFC 4302).</summary>
internal static class SecurityLayers
{
    public static LayerEnd ReadEncapsulation(FieldReader header)
    {
        ulong index = header.Number("security parameters index", 4, value => $"0x{value:x8}");
        _ = header.Number("sequence number", 4);
        _ = header.Bytes("encrypted", header.Remaining);
        return new("ESP", $"index 0x{index:x8}");
    }

    public static LayerEnd ReadAuthentication(FieldReader header)
    {
        IpProtocol next = (IpProtocol)header.Number("next header", 1, InternetLayers.ProtocolInWords);
        int length = 8 + 4 * (int)header.Number("length", 1, value => $"{8 + 4 * value} bytes");
        _ = header.Number("reserved", 2);
        ulong index = header.Number("security parameters index", 4, value => $"0x{value:x8}");
        _ = header.Number("sequence number", 4);
        _ = header.Bytes("integrity check", header.Start + length - header.Position);
        return new("AH", $"index 0x{index:x8}", InternetLayers.ForProtocol(next)) { PseudoHeader = header.PseudoHeader };
    }
}
