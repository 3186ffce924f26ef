namespace Lab.Engine.Packets;

/// <summary>The protocol field of IPv4, the last next-header field of IPv6 (IANA protocol numbers).</summary>
public enum IpProtocol : byte
{
    HopByHop = 0,
    Icmp = 1,
    Igmp = 2,
    Tcp = 6,
    Udp = 17,
    Dccp = 33,
    Routing = 43,
    Fragment = 44,
    Esp = 50,
    Ah = 51,
    IcmpV6 = 58,
    NoNextHeader = 59,
    DestinationOptions = 60,
    Pim = 103,
    Sctp = 132,
    Mobility = 135,
    UdpLite = 136,

    /// <summary>For experimentation (RFC 3692): a protocol that nobody knows.</summary>
    Experimental = 253,
}
