using System.Buffers.Binary;
using Lab.Contract.Bindings;
using Lab.Engine.Packets;

namespace Lab.Contract.Traffic;

/// <summary>One kind of frame that a phrase may name.</summary>
/// <param name="Words">As testers write it, singular, without article.</param>
/// <param name="NeedsTarget">The phrase must say to whom.</param>
/// <param name="Does">One sentence for the vocabulary.</param>
internal sealed record FrameKind(string Words, bool NeedsTarget, string Does, Func<FrameSketch, byte[]> Build)
{
    private const byte Syn = 2, Ack = 16;

    /// <summary>Longer words stand before shorter ones that begin them.</summary>
    public static readonly FrameKind[] All =
    [
        new("ARP request", true, "asks for the target's MAC, broadcast", s => Arp(s, 1, MacAddress.Broadcast, default)),
        new("ARP reply", true, "tells the target one's own MAC", s => Arp(s, 2, s.Target!.Mac, s.Target.Mac)),
        new("gratuitous ARP", false, "announces one's own address, broadcast", GratuitousArp),
        new("QEMU announcement", false, "the RARP frame that QEMU sends after a migration", QemuAnnouncement),
        new("DHCP discover", false, "from 0.0.0.0 port 68 to 255.255.255.255 port 67", DhcpDiscover),
        new("ping reply", true, "an ICMP echo reply", s => Icmp(s, 0, 129)),
        new("ping", true, "an ICMP echo request", s => Icmp(s, 8, 128)),
        new("ICMP message", true, "with the type and code that it says", s => Icmp(s, 8, 128)),
        new("UDP datagram", true, "from port 40000 to port 4242 unless it says otherwise", Udp),
        new("TCP SYN-ACK", true, "the second segment of a connection", s => Tcp(s, Syn | Ack)),
        new("TCP SYN", true, "the first segment of a connection", s => Tcp(s, Syn)),
        new("TCP segment", true, "with ACK set unless it says otherwise", s => Tcp(s, Ack)),
        new("neighbour solicitation", true, "asks for the target's MAC by ICMPv6", NeighbourSolicitation),
        new("IGMP query", false, "asks who listens to the group, or to any, as an IPv4 router does", GroupMessages.IgmpQuery),
        new("IGMPv3 query", false, "the same in the newer version", GroupMessages.IgmpV3Query),
        new("IGMP report", true, "says that the sender listens to the IPv4 group", GroupMessages.IgmpReport),
        new("IGMP leave", true, "says that it no longer does", GroupMessages.IgmpLeave),
        new("IGMPv3 report", true, "says in the newer version that the sender listens to the group", s => GroupMessages.IgmpV3Report(s, listens: true)),
        new("IGMPv3 leave", true, "says in the newer version that it no longer does", s => GroupMessages.IgmpV3Report(s, listens: false)),
        new("MLD query", false, "asks who listens to the group, or to any, as an IPv6 router does", GroupMessages.MldQuery),
        new("MLDv2 query", false, "the same in the newer version", GroupMessages.MldV2Query),
        new("MLD report", true, "says that the sender listens to the IPv6 group", GroupMessages.MldReport),
        new("MLD done", true, "says that it no longer does", GroupMessages.MldDone),
        new("MLDv2 report", true, "says in the newer version that the sender listens to the group", s => GroupMessages.MldV2Report(s, listens: true)),
        new("MLDv2 leave", true, "says in the newer version that it no longer does", s => GroupMessages.MldV2Report(s, listens: false)),
        new("PIM hello", false, "by which routers of groups know each other, to 224.0.0.13", GroupMessages.PimHello),
        new("multicast router advertisement", false, "by which a router of groups tells switches of itself; of IPv4, or as 'IPv6 multicast router advertisement'", GroupMessages.RouterAdvertisement),
        new("BPDU", false, "a spanning tree configuration message", Bpdu),
        new("frame", true, "nothing but an EtherType and a payload", s => Finish(s, s.Type ?? EtherType.Experimental2, s.Payload ?? "lab"u8.ToArray())),
    ];

    private static byte[] Arp(FrameSketch s, ushort operation, MacAddress to, MacAddress target)
    {
        s.DestinationMac ??= to;
        return Finish(s, EtherType.Arp, Frames.Arp(
            operation, s.SenderMac ?? s.Sender.Mac, s.SenderIpv4 ?? OwnIpv4(s),
            s.TargetMac ?? target, s.TargetIpv4 ?? TargetIpv4(s)));
    }

    private static byte[] GratuitousArp(FrameSketch s)
    {
        Ipv4Address own = s.SenderIpv4 ?? OwnIpv4(s);
        s.DestinationMac ??= MacAddress.Broadcast;
        return Finish(s, EtherType.Arp, Frames.Arp(1, s.SenderMac ?? s.Sender.Mac, own, s.TargetMac ?? default, s.TargetIpv4 ?? own));
    }

    /// <remarks>QEMU net/announce.c: a reverse request about itself, padded to 60 bytes.</remarks>
    private static byte[] QemuAnnouncement(FrameSketch s)
    {
        s.DestinationMac ??= MacAddress.Broadcast;
        byte[] packet = new byte[46];
        Frames.Arp(3, s.SenderMac ?? s.Sender.Mac, s.SenderIpv4 ?? default, s.TargetMac ?? s.Sender.Mac, s.TargetIpv4 ?? default)
            .CopyTo(packet, 0);
        return Finish(s, EtherType.Rarp, packet);
    }

    /// <remarks>RFC 2131 figure 1: 236 bytes of BOOTP, the magic cookie, then options.</remarks>
    private static byte[] DhcpDiscover(FrameSketch s)
    {
        byte[] message = new byte[244];
        (message[0], message[1], message[2]) = (1, 1, 6); // request, Ethernet, six bytes of address
        "lab!"u8.CopyTo(message.AsSpan(4)); // transaction id
        s.Sender.Mac.Write(message.AsSpan(28));
        ReadOnlySpan<byte> options = [99, 130, 83, 99, 53, 1, 1, 255]; // cookie, message type discover, end
        options.CopyTo(message.AsSpan(236));
        s.DestinationMac ??= MacAddress.Broadcast;
        s.SourceIpv4 ??= default(Ipv4Address);
        s.DestinationIpv4 ??= new Ipv4Address(uint.MaxValue);
        s.SourcePort ??= 68;
        s.DestinationPort ??= 67;
        s.Payload ??= message;
        return Udp(s);
    }

    private static byte[] Icmp(FrameSketch s, byte type4, byte type6)
    {
        uint rest = (uint)(s.Identifier ?? 1) << 16 | (s.Sequence ?? 1);
        ReadOnlySpan<byte> payload = s.Payload ?? "ping by the lab"u8;
        return Version6(s)
            ? Ip(s, Frames.Icmp(SourceIpv6(s), DestinationIpv6(s), s.IcmpType ?? type6, s.IcmpCode ?? 0, rest, payload))
            : Ip(s, Frames.Icmp(SourceIpv4(s), DestinationIpv4(s), s.IcmpType ?? type4, s.IcmpCode ?? 0, rest, payload));
    }

    private static byte[] Udp(FrameSketch s)
    {
        ushort from = s.SourcePort ?? 40000, to = s.DestinationPort ?? 4242;
        ReadOnlySpan<byte> payload = s.Payload ?? "hello"u8;
        return Version6(s)
            ? Ip(s, Frames.Udp(SourceIpv6(s), from, DestinationIpv6(s), to, payload))
            : Ip(s, Frames.Udp(SourceIpv4(s), from, DestinationIpv4(s), to, payload));
    }

    private static byte[] Tcp(FrameSketch s, byte flags)
    {
        ushort from = s.SourcePort ?? 40000, to = s.DestinationPort ?? 80;
        byte set = s.TcpFlags ?? flags;
        uint sequence = s.Sequence ?? 1000u, acknowledgement = s.Acknowledgement ?? ((set & Ack) != 0 ? 2001u : 0);
        return Version6(s)
            ? Ip(s, Frames.Tcp(SourceIpv6(s), from, DestinationIpv6(s), to, set, s.Payload ?? [], sequence, acknowledgement))
            : Ip(s, Frames.Tcp(SourceIpv4(s), from, DestinationIpv4(s), to, set, s.Payload ?? [], sequence, acknowledgement));
    }

    /// <remarks>RFC 4861 section 4.3, to the solicited-node group of the target, hop limit 255.</remarks>
    private static byte[] NeighbourSolicitation(FrameSketch s)
    {
        Ipv6Address wanted = DestinationIpv6(s);
        Ipv6Address group = wanted.SolicitedNode();
        s.DestinationMac ??= group.GroupMac();
        return Finish(s, EtherType.Ipv6, Frames.Neighbour(advertisement: false, SourceIpv6(s), group, wanted, s.SenderMac ?? s.Sender.Mac));
    }

    /// <remarks>IEEE 802.1D-1998 section 9.3.1 behind LLC 42 42 03; the EtherType field holds the length, 38.</remarks>
    private static byte[] Bpdu(FrameSketch s)
    {
        byte[] body = new byte[38];
        ReadOnlySpan<byte> logicalLink = [0x42, 0x42, 0x03];
        logicalLink.CopyTo(body);
        body[8] = body[20] = 0x80; // root and bridge priority 32768
        s.Sender.Mac.Write(body.AsSpan(10));
        s.Sender.Mac.Write(body.AsSpan(22));
        (body[28], body[29]) = (0x80, 1); // port
        (body[32], body[34], body[36]) = (20, 2, 15); // seconds: maximum age, hello, forward delay
        s.DestinationMac ??= MacAddress.Parse("01:80:c2:00:00:00");
        return Finish(s, (EtherType)body.Length, body);
    }

    internal static byte[] Ip(FrameSketch s, byte[] packet)
    {
        bool version6 = packet[0] >> 4 == 6;
        if (s.TimeToLive is { } hops)
        {
            packet[version6 ? 7 : 8] = hops;
        }

        if (s.TypeOfService is { } service && !version6)
        {
            packet[1] = service;
        }

        if (s.Checksum is { } wanted)
        {
            int upper = version6 ? 40 : 20;
            int at = upper + (IpProtocol)packet[version6 ? 6 : 9] switch { IpProtocol.Udp => 6, IpProtocol.Tcp => 16, _ => 2 };
            (packet[at], packet[at + 1]) = ((byte)(wanted >> 8), (byte)wanted);
        }

        packet = version6 ? WithExtensions(s, packet) : WithOptions(packet, s.Ipv4Options ?? []);
        return Finish(s, s.Type ?? (version6 ? EtherType.Ipv6 : EtherType.Ipv4), packet);
    }

    private static byte[] WithOptions(byte[] packet, byte[] options)
    {
        byte[] longer = [.. packet[..20], .. options, .. packet[20..]];
        longer[0] += (byte)(options.Length / 4);
        BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(2), (ushort)longer.Length);
        longer[10] = longer[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(10), InternetChecksum.Of(longer.AsSpan(0, 20 + options.Length)));
        return longer;
    }

    /// <remarks>In the order of RFC 8200 section 4.1.</remarks>
    private static byte[] WithExtensions(FrameSketch s, byte[] packet)
    {
        (IpProtocol Kind, byte[]? Body)[] headers =
            [(IpProtocol.HopByHop, s.HopByHop), (IpProtocol.DestinationOptions, s.DestinationOptions), (IpProtocol.Routing, s.Routing)];
        byte[] behind = packet[40..];
        foreach ((IpProtocol kind, byte[]? body) in headers.Reverse())
        {
            if (body is not null)
            {
                behind = [packet[6], (byte)(body.Length / 8), .. body, .. behind];
                packet[6] = (byte)kind;
            }
        }

        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)behind.Length);
        return [.. packet[..40], .. behind];
    }

    internal static byte[] Finish(FrameSketch s, EtherType type, byte[] payload)
    {
        MacAddress to = s.DestinationMac ?? s.Target?.Mac ?? MacAddress.Broadcast;
        (EtherType outer, byte[] inner) = s.VlanId is { } vlan
            ? (EtherType.Vlan, Frames.Vlan(vlan, type, payload)) : (type, payload);
        return Frames.Ethernet(to, s.SourceMac ?? s.Sender.Mac, outer, inner);
    }

    internal static bool Version6(FrameSketch s) =>
        s.OverIpv6 || s.SourceIpv6 is not null || s.DestinationIpv6 is not null || s.Target is { Ipv4: null, Ipv6: not null };

    private static Ipv4Address OwnIpv4(FrameSketch s) => !s.Sender.Ipv4.IsEmpty ? s.Sender.Ipv4[0]
        : throw new ScenarioMistakeException($"{s.Sender.Name} has no IPv4 address, and the step gives none");

    private static Ipv4Address TargetIpv4(FrameSketch s) => s.Target!.Ipv4
        ?? throw new ScenarioMistakeException("the target has no IPv4 address, and the step gives none");

    internal static Ipv4Address SourceIpv4(FrameSketch s) => s.SourceIpv4 ?? OwnIpv4(s);

    internal static Ipv4Address DestinationIpv4(FrameSketch s) => s.DestinationIpv4 ?? TargetIpv4(s);

    internal static Ipv6Address SourceIpv6(FrameSketch s) => s.SourceIpv6 ?? s.Sender.FirstIpv6;

    internal static Ipv6Address DestinationIpv6(FrameSketch s) => s.DestinationIpv6 ?? s.Target?.Ipv6
        ?? throw new ScenarioMistakeException("the target has no IPv6 address, and the step gives none");
}
