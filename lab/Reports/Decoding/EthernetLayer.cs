using Lab.Engine.Packets;

namespace Lab.Reports.Decoding;

/// <summary>Ethernet with what may stand between it and the network layer: VLAN tags, LLC and SNAP.</summary>
internal static class EthernetLayer
{
    private const int SmallestType = 0x0600; // below it the field is a length (IEEE 802.3 section 3.2.6)

    public static LayerEnd Read(FieldReader header)
    {
        MacAddress to = header.Mac("destination");
        MacAddress from = header.Mac("source");
        (LayerDecoder? next, int? end) = TypeOrLength(header);
        return new("Ethernet", $"{from} > {to}", next) { End = end };
    }

    /// <summary>Which layer an EtherType announces; null for one without decoder.</summary>
    public static LayerDecoder? ForType(EtherType type) => type switch
    {
        EtherType.Ipv4 => Ipv4Layer.Read,
        EtherType.Arp or EtherType.Rarp => ArpLayer.Read,
        EtherType.Ipv6 => Ipv6Layer.Read,
        EtherType.Vlan or EtherType.ServiceVlan => ReadTag,
        _ => null,
    };

    public static string TypeInWords(ulong type) => (EtherType)type switch
    {
        EtherType.Ipv4 => "0x0800 (IPv4)",
        EtherType.Arp => "0x0806 (ARP)",
        EtherType.Rarp => "0x8035 (RARP)",
        EtherType.Vlan => "0x8100 (802.1Q tag)",
        EtherType.ServiceVlan => "0x88a8 (802.1ad tag)",
        EtherType.Ipv6 => "0x86dd (IPv6)",
        EtherType.Experimental1 or EtherType.Experimental2 => $"0x{type:x4} (local experiment)",
        _ => $"0x{type:x4}",
    };

    /// <summary>IEEE 802.1Q section 9.6: priority, drop eligibility, VLAN id, and the type once more.</summary>
    private static LayerEnd ReadTag(FieldReader header)
    {
        ulong control = header.Bits("tag control", 2,
            BitPart.Range("priority", 13, 3), BitPart.Flag("drop eligible", 12), BitPart.Range("VLAN id", 0, 12));
        (LayerDecoder? next, int? end) = TypeOrLength(header);
        return new("VLAN", $"{control & 0xFFF}", next) { End = end };
    }

    private static (LayerDecoder? Next, int? End) TypeOrLength(FieldReader header)
    {
        ulong value = header.Number("type", 2, value => value < SmallestType ? $"{value} (length)" : TypeInWords(value));
        return value < SmallestType
            ? (LlcLayer.Read, header.Position + (int)value)
            : (ForType((EtherType)value), null);
    }
}
