using Lab.Engine.Packets;

namespace Lab.Reports.Decoding;

/// <summary>The headers between IPv6 and the protocol that it carries (RFC 8200 section 4).</summary>
internal static class Ipv6Extensions
{
    public static LayerDecoder DecoderFor(IpProtocol header) => header switch
    {
        IpProtocol.Fragment => ReadFragment,
        IpProtocol.HopByHop => reader => ReadOptions(reader, "Hop-by-hop options"),
        IpProtocol.Routing => reader => ReadOptions(reader, "Routing header"),
        IpProtocol.Mobility => reader => ReadOptions(reader, "Mobility header"),
        _ => reader => ReadOptions(reader, "Destination options"),
    };

    private static LayerEnd ReadOptions(FieldReader header, string name)
    {
        IpProtocol next = (IpProtocol)header.Number("next header", 1, InternetLayers.ProtocolInWords);
        int length = 8 + 8 * (int)header.Number("length", 1, value => $"{8 + 8 * value} bytes");
        _ = header.Bytes("content", length - 2);
        return new(name, "", InternetLayers.ForProtocol(next)) { PseudoHeader = header.PseudoHeader };
    }

    private static LayerEnd ReadFragment(FieldReader header)
    {
        IpProtocol next = (IpProtocol)header.Number("next header", 1, InternetLayers.ProtocolInWords);
        _ = header.Number("reserved", 1);
        ulong place = header.Bits("fragment", 2,
            new BitPart("offset", value => $"{value & 0xFFF8} bytes"), BitPart.Flag("more fragments", 0));
        _ = header.Number("identification", 4, value => $"0x{value:x8}");
        ulong offset = place & 0xFFF8; // the low three bits are reserved bits and the flag, the rest counts 8 bytes
        return new("Fragment", $"at {offset}", offset == 0 ? InternetLayers.ForProtocol(next) : null)
        {
            PseudoHeader = header.PseudoHeader,
        };
    }
}
