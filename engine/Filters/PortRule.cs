using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters;

/// <summary>On <c>ip</c> and <c>ipv6</c> ports need a literal protocol that has ports (nwfilter.md section 2.9).</summary>
internal static class PortRule
{
    public static bool IsPort(AttributeSpec attribute) =>
        attribute.Field is Field.TransportSourcePort or Field.TransportDestinationPort;

    /// <param name="protocol">Null when the rule names none; a variable is nothing that can be relied on.</param>
    public static bool HasPorts(AttributeMatch? protocol) => protocol is { Value: NumberValue { Bits: var number } }
        && (IpProtocol)(byte)number is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Dccp or IpProtocol.Sctp;
}
