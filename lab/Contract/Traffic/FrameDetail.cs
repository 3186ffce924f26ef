using System.Globalization;
using Lab.Contract.Bindings;
using Lab.Engine.Packets;

namespace Lab.Contract.Traffic;

/// <summary>One thing that a phrase may say of a frame after <c>with</c>: <c>source MAC 52:54:00:00:00:01</c>.</summary>
/// <param name="Words">As testers write it.</param>
/// <param name="Example">A value, for the vocabulary.</param>
internal sealed record FrameDetail(string Words, string Example, Action<FrameSketch, string> Set)
{
    public static readonly FrameDetail[] All =
    [
        new("source MAC", "52:54:00:00:00:01", (s, text) => s.SourceMac = Mac(text)),
        new("destination MAC", "52:54:00:00:00:01", (s, text) => s.DestinationMac = Mac(text)),
        new("sender MAC", "52:54:00:00:00:01", (s, text) => s.SenderMac = Mac(text)),
        new("target MAC", "52:54:00:00:00:01", (s, text) => s.TargetMac = Mac(text)),
        new("source address", "192.0.2.1", (s, text) => Address(text, v4 => s.SourceIpv4 = v4, v6 => s.SourceIpv6 = v6)),
        new("destination address", "192.0.2.1", (s, text) => Address(text, v4 => s.DestinationIpv4 = v4, v6 => s.DestinationIpv6 = v6)),
        new("sender address", "192.0.2.1", (s, text) => s.SenderIpv4 = Ipv4(text)),
        new("target address", "192.0.2.1", (s, text) => s.TargetIpv4 = Ipv4(text)),
        new("source port", "68", (s, text) => s.SourcePort = Number<ushort>(text, "port")),
        new("destination port", "67", (s, text) => s.DestinationPort = Number<ushort>(text, "port")),
        new("identifier", "7", (s, text) => s.Identifier = Number<ushort>(text, "16-bit number")),
        new("sequence", "2", (s, text) => s.Sequence = Number<ushort>(text, "16-bit number")),
        new("acknowledgement", "1001", (s, text) => s.Acknowledgement = Number<uint>(text, "32-bit number")),
        new("TTL", "1", (s, text) => s.TimeToLive = Number<byte>(text, "byte")),
        new("TOS", "0x10", (s, text) => s.TypeOfService = Number<byte>(text, "byte")),
        new("IP options", "94040000", (s, text) => s.Ipv4Options = Bytes(text, 4, 4, 40)),
        new("hop-by-hop options", "050200000100", (s, text) => s.HopByHop = Bytes(text, 6, 8, 2046)),
        new("destination options", "010400000000", (s, text) => s.DestinationOptions = Bytes(text, 6, 8, 2046)),
        new("routing header", "000000000000", (s, text) => s.Routing = Bytes(text, 6, 8, 2046)),
        new("ICMP type", "3", (s, text) => s.IcmpType = Number<byte>(text, "byte")),
        new("ICMP code", "1", (s, text) => s.IcmpCode = Number<byte>(text, "byte")),
        new("TCP flags", "SYN,ACK", (s, text) => s.TcpFlags = Flags(text)),
        new("checksum", "0x0000", (s, text) => s.Checksum = Number<ushort>(text, "16-bit number")),
        new("response time", "20", (s, text) => s.ResponseTime = Number<ushort>(text, "number of milliseconds")),
        new("EtherType", "0x88b6", (s, text) => s.Type = (EtherType)Number<ushort>(text, "EtherType")),
        new("VLAN", "5", (s, text) => s.VlanId = Number<ushort>(text, "VLAN id")),
        new("payload length", "1460", (s, text) => s.Payload = new byte[Number<ushort>(text, "number of bytes")]),
        new("payload", "\"some text\"", (s, text) => s.Payload = System.Text.Encoding.UTF8.GetBytes(text)),
    ];

    private static readonly string[] FlagNames = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"];

    private static MacAddress Mac(string text) => text == "broadcast" ? MacAddress.Broadcast
        : MacAddress.TryParse(text, out MacAddress mac) ? mac : throw Mistake(text, "MAC address");

    private static Ipv4Address Ipv4(string text) =>
        Ipv4Address.TryParse(text, out Ipv4Address address) ? address : throw Mistake(text, "IPv4 address");

    private static void Address(string text, Action<Ipv4Address> version4, Action<Ipv6Address> version6)
    {
        if (Ipv6Address.TryParse(text, out Ipv6Address six))
        {
            version6(six);
        }
        else
        {
            version4(Ipv4Address.TryParse(text, out Ipv4Address four) ? four : throw Mistake(text, "IP address"));
        }
    }

    private static T Number<T>(string text, string what) where T : System.Numerics.IBinaryInteger<T>
    {
        bool hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        NumberStyles style = hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return T.TryParse(hexadecimal ? text[2..] : text, style, CultureInfo.InvariantCulture, out T? number)
            ? number : throw Mistake(text, what);
    }

    /// <summary>In hexadecimal: so many bytes, or so many steps more.</summary>
    private static byte[] Bytes(string text, int least, int step, int most)
    {
        string what = $"number of {least} bytes in hexadecimal, or {step}, {2 * step} and so on more, up to {most}";
        byte[] bytes;
        try
        {
            bytes = Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            throw Mistake(text, what);
        }

        return bytes.Length >= least && bytes.Length <= most && (bytes.Length - least) % step == 0 ? bytes : throw Mistake(text, what);
    }

    /// <summary>Bit n is the n-th name (RFC 9293 section 3.1).</summary>
    private static byte Flags(string text) => (byte)text.Split(',').Sum(name =>
    {
        int bit = Array.IndexOf(FlagNames, name.ToUpperInvariant());
        return bit >= 0 ? 1 << bit : throw Mistake(name, "TCP flag");
    });

    private static ScenarioMistakeException Mistake(string text, string what) =>
        new($"'{text}' is not a{(what[0] is 'I' or 'E' ? "n" : "")} {what}");
}
