using Lab.Engine.Packets;

namespace Lab.Simulator.Networks.Ipv6;

/// <summary>How an IPv6 host finds its neighbours, and is found by them (RFC 4861; net/ipv6/ndisc.c).</summary>
internal sealed class NeighbourDiscovery(Ipv6Stack stack, bool isRouter)
{
    private const byte HopLimit = 255; // anything less has come over a router
    private const uint RouterFlag = 1u << 31, SolicitedFlag = 1u << 30, OverrideFlag = 1u << 29;
    public const byte SourceOption = 1;

    private const byte TargetOption = 2, RedirectedOption = 4;
    private const int TargetAt = IcmpView.Length, OptionsAt = TargetAt + Ipv6Address.Length;

    /// <summary>Whether the host listens to a group on a device.</summary>
    public bool HasJoined(HostDevice device, Ipv6Address group) => group == Ipv6Classes.AllNodes || (isRouter && group == Ipv6Classes.AllRouters)
        || device.Groups.Contains(group)
        || device.Ipv6Addresses.Any(own => own.Address.SolicitedNode() == group || (isRouter && own.Subnet.Network.SolicitedNode() == group));

    /// <summary>Asks where a neighbour is, from the packet's source if the device has it (ndisc_solicit).</summary>
    public void Solicit(HostDevice device, Ipv6Address neighbour, Ipv6Packet about)
    {
        Ipv6Address from = device.Ipv6Addresses.Any(own => own.Address == about.Source) ? about.Source : device.Mac.LinkLocal();
        Send(device, from, neighbour.SolicitedNode(), Icmpv6Type.NeighbourSolicitation, 0, [.. Bytes(neighbour), .. Option(SourceOption, device.Mac)]);
    }

    /// <summary>Takes a solicitation or an advertisement whose checksum is right.</summary>
    public void Receive(Ipv6Packet packet)
    {
        ReadOnlySpan<byte> message = packet.Payload;
        if (packet.HopLimit != HopLimit || message[1] != 0 || message.Length < OptionsAt)
        {
            return;
        }

        Ipv6Address target = Ipv6Address.Read(message[TargetAt..]);
        bool asks = (Icmpv6Type)message[0] == Icmpv6Type.NeighbourSolicitation;
        if (target.IsMulticast() || !TryFindOption(message[OptionsAt..], asks ? SourceOption : TargetOption, out MacAddress? mac))
        {
            return;
        }

        if (asks)
        {
            ReceiveSolicitation(packet, target, mac);
        }
        else
        {
            ReceiveAdvertisement(packet, target, mac);
        }
    }

    /// <summary>A router learns where those are who ask for one (ndisc_recv_rs); to answer them is a service's business.</summary>
    public void NoteSolicitor(Ipv6Packet packet)
    {
        ReadOnlySpan<byte> message = packet.Payload;
        if (isRouter && packet.HopLimit == HopLimit && message[1] == 0 && packet.Source.Bits != 0
            && TryFindOption(message[TargetAt..], SourceOption, out MacAddress? mac) && mac is { } known)
        {
            packet.Arrival!.Ipv6Neighbours.Set(packet.Source, known);
        }
    }

    /// <summary>Names the target as the better next hop for the packet's destination (ndisc_send_redirect).</summary>
    public void Redirect(Ipv6Packet packet, Ipv6Address target, HostDevice device)
    {
        const int longest = 1280 - Ipv6View.Length - IcmpView.Length - 2 * Ipv6Address.Length; // bytes for options
        byte[] where = device.Ipv6Neighbours.TryFind(target, out MacAddress mac) ? Option(TargetOption, mac) : [];
        int length = Math.Min(longest - where.Length, packet.Bytes.Length + 8) & ~7;
        byte[] quotation = [RedirectedOption, (byte)(length / 8), 0, 0, 0, 0, 0, 0, .. packet.Bytes.AsSpan(0, length - 8)];
        stack.Send(Frames.Icmp(device.Mac.LinkLocal(), packet.Source, (byte)Icmpv6Type.Redirect, 0, 0,
            [.. Bytes(target), .. Bytes(packet.Destination), .. where, .. quotation], HopLimit), device);
    }

    // An answer to a question asked of a group says who we are; one to a neighbour who knows us already does not.
    private void ReceiveSolicitation(Ipv6Packet packet, Ipv6Address target, MacAddress? asker)
    {
        HostDevice device = packet.Arrival!;
        bool isProbe = packet.Source.Bits == 0, asksGroup = packet.Destination.IsMulticast();
        bool soundProbe = !isProbe || (asker is null && asksGroup && packet.Destination == packet.Destination.SolicitedNode());
        bool own = device.Ipv6Addresses.Any(address => address.Address == target);
        bool asRouter = !own && !asksGroup && stack.IsMeantAsRouter(target, device); // asked as a group it waits a while (MAX_ANYCAST_DELAY_TIME)
        bool stranger = asksGroup && !isProbe && asker is null && !device.Ipv6Neighbours.TryFind(packet.Source, out _);
        if (!soundProbe || stranger || (!own && !asRouter))
        {
            return;
        }

        uint router = isRouter ? RouterFlag : 0;
        byte[] whoWeAre = [.. Bytes(target), .. Option(TargetOption, device.Mac)];
        if (isProbe)
        {
            Send(device, target, Ipv6Classes.AllNodes, Icmpv6Type.NeighbourAdvertisement, router | OverrideFlag, whoWeAre);
            return;
        }

        if (asker is { } mac)
        {
            device.Ipv6Neighbours.Set(packet.Source, mac);
        }

        Ipv6Address from = own ? target : stack.SourceTowards(packet.Source, device) ?? target;
        Send(device, from, packet.Source, Icmpv6Type.NeighbourAdvertisement, router | SolicitedFlag | (asksGroup ? OverrideFlag : 0),
            asksGroup ? whoWeAre : Bytes(target));
    }

    private void ReceiveAdvertisement(Ipv6Packet packet, Ipv6Address target, MacAddress? mac)
    {
        HostDevice device = packet.Arrival!;
        bool solicited = (packet.Payload[4] & 0x40) != 0;
        if (mac is not { } known || (packet.Destination.IsMulticast() && solicited))
        {
            return;
        }

        foreach (HostPacket waiting in device.Ipv6Neighbours.Answered(target, known))
        {
            stack.SendTo(device, known, (Ipv6Packet)waiting);
        }
    }

    private void Send(HostDevice device, Ipv6Address from, Ipv6Address to, Icmpv6Type type, uint flags, byte[] body) =>
        stack.SendOnLink(Frames.Icmp(from, to, (byte)type, 0, flags, body, HopLimit), device);

    /// <summary>Every option says how many times eight bytes it is long, and none is empty (section 4.6).</summary>
    /// <param name="mac">Of the first option of this kind; null without one.</param>
    /// <returns>False where an option is malformed, or the one that is looked for holds something else than a MAC address.</returns>
    private static bool TryFindOption(ReadOnlySpan<byte> options, byte kind, out MacAddress? mac)
    {
        mac = null;
        for (; options.Length >= 2 && options[1] > 0 && options[1] * 8 <= options.Length; options = options[(options[1] * 8)..])
        {
            if (options[0] == kind && mac is null)
            {
                if (options[1] != 1)
                {
                    return false;
                }

                mac = MacAddress.Read(options[2..]);
            }
        }

        return options.IsEmpty;
    }

    /// <summary>Where somebody is, as an option (section 4.6.1).</summary>
    public static byte[] Option(byte kind, MacAddress mac)
    {
        byte[] option = [kind, 1, .. new byte[MacAddress.Length]];
        mac.Write(option.AsSpan(2));
        return option;
    }

    private static byte[] Bytes(Ipv6Address address) => IpNumber.Of(address).ToBytes();
}
