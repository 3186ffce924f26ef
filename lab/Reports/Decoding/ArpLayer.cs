using Lab.Engine.Packets;

namespace Lab.Reports.Decoding;

/// <summary>ARP and RARP (RFC 826, RFC 903); addresses of other kinds than MAC and IPv4 are shown as bytes.</summary>
internal static class ArpLayer
{
    public static LayerEnd Read(FieldReader header)
    {
        ulong hardware = header.Number("hardware type", 2, value => value == 1 ? "1 (Ethernet)" : $"{value}");
        ulong protocol = header.Number("protocol type", 2, EthernetLayer.TypeInWords);
        int hardwareLength = (int)header.Number("hardware address length", 1);
        int protocolLength = (int)header.Number("protocol address length", 1);
        ulong operation = header.Number("operation", 2, InWords);
        bool mac = hardware == 1 && hardwareLength == MacAddress.Length;
        bool ipv4 = protocol == (ulong)EtherType.Ipv4 && protocolLength == Ipv4Address.Length;

        string senderMac = Hardware("sender hardware address");
        string senderIp = Protocol("sender protocol address");
        string targetMac = Hardware("target hardware address");
        string targetIp = Protocol("target protocol address");
        return operation switch
        {
            1 when senderIp == targetIp => new("ARP", $"announcement of {senderIp} at {senderMac}"),
            1 => new("ARP", $"who has {targetIp}? tell {senderIp} at {senderMac}"),
            2 => new("ARP", $"{senderIp} is at {senderMac}"),
            3 => new("RARP", $"who is {targetMac}? tell {senderMac}"),
            4 => new("RARP", $"{targetMac} is {targetIp}"),
            _ => new("ARP", $"operation {operation}"),
        };

        string Hardware(string name) =>
            mac ? header.Mac(name).ToString() : HexDump.Plain(header.Bytes(name, hardwareLength));

        string Protocol(string name) =>
            ipv4 ? header.Ipv4(name).ToString() : HexDump.Plain(header.Bytes(name, protocolLength));
    }

    private static string InWords(ulong operation) => operation switch
    {
        1 => "1 (request)",
        2 => "2 (reply)",
        3 => "3 (reverse request)",
        4 => "4 (reverse reply)",
        _ => $"{operation}",
    };
}
