namespace Lab.Engine.Packets;

/// <summary>What follows the Ethernet header: IEEE 802 numbers, 0x0600 and above; below that, an 802.3 length.</summary>
public enum EtherType : ushort
{
    Ipv4 = 0x0800,
    Arp = 0x0806,
    Rarp = 0x8035,
    Vlan = 0x8100,
    Ipv6 = 0x86DD,
    ServiceVlan = 0x88A8,

    /// <summary>IEEE Std 802 local experimental EtherType 1; the lab's marker frames carry it.</summary>
    Experimental1 = 0x88B5,
    Experimental2 = 0x88B6,
}
