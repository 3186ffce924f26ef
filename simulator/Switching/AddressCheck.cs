using Lab.Engine.Packets;

namespace Lab.Simulator.Switching;

/// <summary>What an IPv6 stack says first on a device that came up: whether somebody has its link-local address already
/// (RFC 4862 section 5.4.2; addrconf_dad_kick in net/ipv6/addrconf.c).</summary>
/// <remarks>Without the nonce of RFC 7527, which would be a new number each time.</remarks>
internal static class AddressCheck
{
    /// <summary>A host waits for a moment between nothing and a second (rtr_solicit_delay); this is the middle.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(500);

    private const byte NeighbourSolicitation = 135;

    public static byte[] Of(MacAddress device)
    {
        Ipv6Address own = device.LinkLocal();
        byte[] target = new byte[Ipv6Address.Length];
        own.Write(target);
        return Frames.Ethernet(own.SolicitedNode().GroupMac(), device, EtherType.Ipv6,
            Frames.Icmp(default, own.SolicitedNode(), NeighbourSolicitation, 0, 0, target, hopLimit: 255));
    }
}
