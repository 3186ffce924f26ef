namespace Lab.Engine.Packets;

/// <summary>Blocks of addresses with a meaning of their own (RFC 1122 section 3.2.1.3).</summary>
public static class Ipv4Classes
{
    public static bool IsMulticast(this Ipv4Address address) => address.Bits >> 28 == 0xE;

    public static bool IsLoopback(this Ipv4Address address) => address.Bits >> 24 == 127;

    /// <summary>01:00:5e and the lower 23 bits of the group (RFC 1112 section 6.4).</summary>
    public static MacAddress GroupMac(this Ipv4Address group) => MacAddress.FromBits(0x0100_5E00_0000 | (ulong)(group.Bits & 0x7F_FFFF));
}
