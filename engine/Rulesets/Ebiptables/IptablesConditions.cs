using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.State;

namespace Lab.Engine.Rulesets.Ebiptables;

/// <summary>Conditions of the IP stages as iptables(8), ip6tables(8) and iptables-extensions(8) write them.</summary>
internal static class IptablesConditions
{
    /// <summary>In the order of the names, as the bits of the header are numbered from the lowest (RFC 9293 section 3.1).</summary>
    private static readonly string[] TcpFlagNames = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"];

    /// <summary>The words of one condition; null when the tool cannot express it.</summary>
    public static string[]? Write(Condition condition) => condition switch
    {
        FieldEquals equals => Write(equals),
        FieldInRange range => Write(range),
        IcmpTypeAndCode icmp => Write(icmp),
        TcpOptionPresent option => [.. Not(option.Negated), "--tcp-option", $"{option.Kind}"],
        ConnectionStateIn state => ["-m", "conntrack", .. Not(state.Negated), "--ctstate", States(state.States)],
        ConnectionDirectionIs direction =>
            ["-m", "conntrack", "--ctdir", direction.Direction == ConnectionDirection.Original ? "ORIGINAL" : "REPLY"],
        ConnectionLimitAbove limit => ["-m", "connlimit", .. Not(limit.Negated), "--connlimit-above", $"{limit.Limit}"],
        InIpSet set =>
        [
            "-m", "set", .. Not(set.Negated), "--match-set", set.Set,
            string.Join(',', set.Dimensions.Select(d => d == SetDimension.Source ? "src" : "dst")),
        ],
        _ => null, // gratuitous ARP is no IP packet
    };

    private static string[]? Write(FieldEquals equals)
    {
        bool whole = equals.Mask == FieldTable.Of(equals.Field).AllOnes;
        string[] not = Not(equals.Negated);
        return equals.Field switch
        {
            Field.EthernetSource when whole => ["-m", "mac", .. not, "--mac-source", TablesText.Mac(equals.Value)],
            Field.Ipv4Source => [.. not, "-s", Masked(equals, TablesText.Ipv4)],
            Field.Ipv4Destination => [.. not, "-d", Masked(equals, TablesText.Ipv4)],
            Field.Ipv6Source => [.. not, "-s", Masked(equals, TablesText.Ipv6)],
            Field.Ipv6Destination => [.. not, "-d", Masked(equals, TablesText.Ipv6)],
            Field.Ipv4Protocol or Field.Ipv6Protocol when whole => [.. not, "-p", Protocol((IpProtocol)(byte)equals.Value)],
            Field.Ipv4Dscp or Field.Ipv6Dscp when whole => ["-m", "dscp", .. not, "--dscp", TablesText.Decimal(equals.Value)],
            Field.TransportSourcePort when whole => [.. not, "--sport", TablesText.Decimal(equals.Value)],
            Field.TransportDestinationPort when whole => [.. not, "--dport", TablesText.Decimal(equals.Value)],
            Field.TcpFlags => [.. not, "--tcp-flags", Flags(equals.Mask), Flags(equals.Value)],
            _ => null,
        };
    }

    private static string[]? Write(FieldInRange range)
    {
        string[] not = Not(range.Negated);
        return range.Field switch
        {
            Field.Ipv4Source => ["-m", "iprange", .. not, "--src-range", Range(range, '-', TablesText.Ipv4)],
            Field.Ipv4Destination => ["-m", "iprange", .. not, "--dst-range", Range(range, '-', TablesText.Ipv4)],
            Field.Ipv6Source => ["-m", "iprange", .. not, "--src-range", Range(range, '-', TablesText.Ipv6)],
            Field.Ipv6Destination => ["-m", "iprange", .. not, "--dst-range", Range(range, '-', TablesText.Ipv6)],
            Field.TransportSourcePort => [.. not, "--sport", Range(range, ':', TablesText.Decimal)],
            Field.TransportDestinationPort => [.. not, "--dport", Range(range, ':', TablesText.Decimal)],
            _ => null,
        };
    }

    /// <remarks>The tools take one type, with one code or with any; libvirt's L3 rules can say no more than that.</remarks>
    private static string[]? Write(IcmpTypeAndCode icmp)
    {
        if (icmp is { Version6: false, TypeLow: 0, TypeHigh: byte.MaxValue, CodeLow: 0, CodeHigh: byte.MaxValue })
        {
            return [.. Not(icmp.Negated), "--icmp-type", "any"];
        }

        bool anyCode = icmp is { CodeLow: 0, CodeHigh: byte.MaxValue };
        if (icmp.TypeLow != icmp.TypeHigh || (!anyCode && icmp.CodeLow != icmp.CodeHigh))
        {
            return null;
        }

        string option = icmp.Version6 ? "--icmpv6-type" : "--icmp-type";
        return [.. Not(icmp.Negated), option, anyCode ? $"{icmp.TypeLow}" : $"{icmp.TypeLow}/{icmp.CodeLow}"];
    }

    private static string Masked(FieldEquals equals, Func<UInt128, string> print) =>
        equals.Mask == FieldTable.Of(equals.Field).AllOnes
            ? print(equals.Value)
            : $"{print(equals.Value)}/{print(equals.Mask)}";

    private static string Range(FieldInRange range, char between, Func<UInt128, string> print) =>
        range.Low == range.High && between == ':' ? print(range.Low) : $"{print(range.Low)}{between}{print(range.High)}";

    /// <summary>By name where a match of that name brings options (ports, types); by number otherwise.</summary>
    private static string Protocol(IpProtocol protocol) => protocol switch
    {
        IpProtocol.Tcp => "tcp",
        IpProtocol.Udp => "udp",
        IpProtocol.UdpLite => "udplite",
        IpProtocol.Sctp => "sctp",
        IpProtocol.Icmp => "icmp",
        IpProtocol.IcmpV6 => "ipv6-icmp",
        _ => $"{(byte)protocol}",
    };

    private static string Flags(UInt128 bits) => bits == 0 ? "NONE" : string.Join(',',
        TcpFlagNames.Where((_, bit) => ((uint)bits & (1u << bit)) != 0));

    private static string States(ConnectionStates states) => string.Join(',',
        Enum.GetValues<ConnectionStates>()
            .Where(state => state != ConnectionStates.None && states.HasFlag(state))
            .Select(state => state.ToString().ToUpperInvariant()));

    private static string[] Not(bool negated) => negated ? ["!"] : [];
}
