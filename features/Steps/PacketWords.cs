using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>One line for a frame as expectations write it: <c>UDP 10.0.0.2:5000 > 10.0.0.9:53 ttl 63</c>.</summary>
internal static class PacketWords
{
    private static readonly string[] Flags = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

    public static string Of(ReadOnlySpan<byte> frame)
    {
        if (!EthernetView.TryRead(frame, out EthernetView ethernet))
        {
            return $"{frame.Length} bytes";
        }

        return ethernet.Type switch
        {
            EtherType.Ipv4 when Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip) => $"{Packet(ip)} ttl {ip.TimeToLive}{Options(ip)}",
            EtherType.Ipv6 when Ipv6View.TryRead(ethernet.Payload, out Ipv6View ip) => $"{Packet(ethernet.Payload, ip)} hops {ip.HopLimit}",
            EtherType.Arp when ArpView.TryRead(ethernet.Payload, out ArpView arp) => Arp(arp),
            _ => $"frame 0x{(ushort)ethernet.Type:x4} {ethernet.Source} > {ethernet.Destination}",
        };
    }

    /// <summary>Whether the words fit; an asterisk in what is expected stands for any number, hexadecimal digits included.</summary>
    public static bool Fits(string expected, string actual)
    {
        string[] wanted = expected.Split('*');
        if (wanted.Length == 1)
        {
            return expected == actual;
        }

        string pattern = string.Join("[0-9a-f]+", wanted.Select(System.Text.RegularExpressions.Regex.Escape));
        return System.Text.RegularExpressions.Regex.IsMatch(actual, $"^{pattern}$");
    }

    private static string Packet(Ipv4View ip)
    {
        ReadOnlySpan<byte> body = ip.Payload;
        if (ip.FragmentOffset != 0)
        {
            return $"fragment at {ip.FragmentOffset * 8} {ip.Source} > {ip.Destination}, {body.Length} bytes";
        }

        string first = ip.MoreFragments ? $", first {body.Length} bytes" : "";
        return ip.Protocol switch
        {
            IpProtocol.Udp when body.Length >= 8 => $"UDP {Ends($"{ip.Source}", $"{ip.Destination}", body)}{first}",
            IpProtocol.Tcp when TcpView.TryRead(body, out TcpView tcp) => $"TCP {Ends($"{ip.Source}", $"{ip.Destination}", body)} {Names(tcp.Flags)}{first}",
            IpProtocol.Icmp when body.Length >= 8 => $"ICMP {body[0]}/{body[1]} {ip.Source} > {ip.Destination}{Quotation(body)}{first}",
            _ => $"protocol {(int)ip.Protocol} {ip.Source} > {ip.Destination}{first}",
        };
    }

    private static string Options(Ipv4View ip) => ip.Options.IsEmpty ? "" : $" options {Convert.ToHexStringLower(ip.Options)}";

    private static string Packet(ReadOnlySpan<byte> packet, Ipv6View ip)
    {
        if (!ip.TryFindUpperLayer(out UpperLayer upper) || upper.Offset > packet.Length)
        {
            return $"protocol {(int)ip.NextHeader} {ip.Source} > {ip.Destination}";
        }

        ReadOnlySpan<byte> body = packet[upper.Offset..];
        if (upper.IsLaterFragment)
        {
            ReadOnlySpan<byte> piece = body[8..];
            return $"fragment at {BinaryPrimitives.ReadUInt16BigEndian(body[2..]) & ~7} {ip.Source} > {ip.Destination}, {piece.Length} bytes";
        }

        string first = upper.IsFragment ? $", first {body.Length} bytes" : "";
        return upper.Protocol switch
        {
            IpProtocol.Udp when body.Length >= 8 => $"UDP {Ends($"[{ip.Source}]", $"[{ip.Destination}]", body)}{first}",
            IpProtocol.Tcp when TcpView.TryRead(body, out TcpView tcp) =>
                $"TCP {Ends($"[{ip.Source}]", $"[{ip.Destination}]", body)} {Names(tcp.Flags)}{first}",
            IpProtocol.IcmpV6 when body.Length >= 8 => $"ICMPv6 {body[0]}/{body[1]} {ip.Source} > {ip.Destination}{Ipv6Details(body)}{first}",
            _ => $"protocol {(int)upper.Protocol} {ip.Source} > {ip.Destination}{first}",
        };
    }

    private static string Ipv6Details(ReadOnlySpan<byte> message) => message[0] switch
    {
        4 when Ipv6View.TryRead(message[8..], out Ipv6View about) =>
            $" at {BinaryPrimitives.ReadUInt32BigEndian(message[4..])} about {Packet(message[8..], about)}",
        < 128 when Ipv6View.TryRead(message[8..], out Ipv6View about) => $" about {Packet(message[8..], about)}",
        135 or 136 or 137 when message.Length >= 24 => $" target {Ipv6Address.Read(message[8..])}",
        _ => "",
    };

    private static string Ends(string from, string to, ReadOnlySpan<byte> body) =>
        $"{from}:{BinaryPrimitives.ReadUInt16BigEndian(body)} > {to}:{BinaryPrimitives.ReadUInt16BigEndian(body[2..])}";

    private static string Names(TcpFlags flags) =>
        string.Join('+', Flags.Where((_, bit) => ((int)flags >> bit & 1) != 0));

    private static string Quotation(ReadOnlySpan<byte> message) =>
        message[0] is 3 or 4 or 5 or 11 or 12 && Ipv4View.TryRead(message[8..], out Ipv4View about)
            ? $"{(message[0] == 12 ? $" at {message[4]}" : "")} about {Packet(about)}" : "";

    private static string Arp(ArpView arp) => !arp.TryReadIpv4(out Ipv4Address sender, out Ipv4Address target) ? "ARP"
        : arp.Operation == ArpOperation.Request ? $"ARP who has {target} tell {sender}"
        : arp.TryReadSenderMac(out MacAddress mac) ? $"ARP {sender} is at {mac}" : "ARP";
}
