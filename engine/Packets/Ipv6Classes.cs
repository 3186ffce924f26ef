namespace Lab.Engine.Packets;

/// <summary>Blocks of addresses with a meaning of their own (RFC 4291 sections 2.4 to 2.7), and what follows from a MAC address.</summary>
public static class Ipv6Classes
{
    public static readonly Ipv6Address AllNodes = Ipv6Address.Parse("ff02::1"), AllRouters = Ipv6Address.Parse("ff02::2");

    private static readonly UInt128 SolicitedNodes = Ipv6Address.Parse("ff02::1:ff00:0").Bits;

    public static bool IsMulticast(this Ipv6Address address) => address.Bits >> 120 == 0xFF;

    public static bool IsLoopback(this Ipv6Address address) => address.Bits == 1;

    public static bool IsLinkLocal(this Ipv6Address address) => address.Bits >> 118 == 0xFE80 >> 6;

    /// <summary>fc00::/7 (RFC 4193 section 3.1).</summary>
    public static bool IsUniqueLocal(this Ipv6Address address) => address.Bits >> 121 == 0xFC >> 1;

    /// <summary>How far a group reaches: 1 is the node itself, 2 the link, 14 everywhere.</summary>
    public static int GroupScope(this Ipv6Address group) => (int)(group.Bits >> 112) & 0xF;

    /// <summary>The group that everybody joins whose address ends alike (section 2.7.1).</summary>
    public static Ipv6Address SolicitedNode(this Ipv6Address address) => new(SolicitedNodes | (address.Bits & 0xFF_FFFF));

    /// <summary>33:33 and the last four bytes of the group (RFC 2464 section 7).</summary>
    public static MacAddress GroupMac(this Ipv6Address group) => MacAddress.FromBits(0x3333_0000_0000 | (ulong)(group.Bits & 0xFFFF_FFFF));

    /// <summary>fe80::/64 with the modified EUI-64 of the MAC (appendix A).</summary>
    public static Ipv6Address LinkLocal(this MacAddress mac)
    {
        ulong bits = mac.Bits ^ 0x0200_0000_0000; // the universal/local bit is inverted
        ulong identifier = (bits >> 24) << 40 | 0xFFFEul << 24 | (bits & 0xFF_FFFF);
        return new(new UInt128(0xFE80_0000_0000_0000, identifier));
    }
}
