namespace Lab.Engine.Packets;

/// <summary>The first two bytes that ICMP (RFC 792) and ICMPv6 (RFC 4443) share: type and code.</summary>
public static class IcmpMessage
{
    /// <summary>Finds them in an untagged frame that carries the message's first piece.</summary>
    /// <param name="version6">ICMPv6 in IPv6, rather than ICMP in IPv4.</param>
    public static bool TryFind(ReadOnlySpan<byte> frame, bool version6, out byte type, out byte code)
    {
        (type, code) = (0, 0);
        if (!UpperLayer.TryFind(frame, out UpperLayer upper) || upper.IsLaterFragment
            || upper.Protocol != (version6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp)
            || !EthernetView.TryRead(frame, out EthernetView ethernet)
            || ethernet.Type != (version6 ? EtherType.Ipv6 : EtherType.Ipv4)
            || frame.Length < upper.Offset + MinimumLength)
        {
            return false;
        }

        (type, code) = (frame[upper.Offset], frame[upper.Offset + 1]);
        return true;
    }

    /// <summary>Bytes that must be there: the kernel's matches load the header's first word (ebt_ip6.c, xt_icmp in x_tables).</summary>
    public const int MinimumLength = 4;
}
