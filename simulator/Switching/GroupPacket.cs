using Lab.Engine.Packets;
using Lab.Simulator.Networks;

namespace Lab.Simulator.Switching;

/// <summary>What a packet to a group tells a bridge that snoops.</summary>
internal enum GroupSpeech
{
    /// <summary>Nothing: it is for the group's members.</summary>
    None,

    /// <summary>The bridge drops it.</summary>
    Malformed,

    /// <summary>A router asks for listeners, of all groups or of one.</summary>
    Query,

    /// <summary>Somebody listens: IGMP of versions 1 and 2, MLD of version 1.</summary>
    Report,

    /// <summary>Somebody no longer listens.</summary>
    Leave,

    /// <summary>Reports and leaves of several groups: IGMPv3, MLDv2.</summary>
    Records,

    /// <summary>The sender is a router (PIM hello; multicast router advertisement, RFC 4286).</summary>
    Router,
}

/// <summary>Reads an IPv4 or IPv6 packet as a bridge's snooping does.</summary>
/// <remarks>ip_mc_check_igmp in net/ipv4/igmp.c, ipv6_mc_check_mld in net/ipv6/mcast_snoop.c, and who calls them in
/// net/bridge/br_multicast.c. MLD counts behind hop-by-hop options only, and a query from a link-local address only.</remarks>
internal readonly ref struct GroupPacket
{
    private const byte IgmpQuery = 0x11, IgmpV1Report = 0x12, IgmpV2Report = 0x16, IgmpLeave = 0x17, IgmpV3Report = 0x22, IgmpRouter = 0x30;
    private const byte MldQuery = 130, MldReport = 131, MldDone = 132, MldV2Report = 143, MldRouter = 151;
    private const byte PimHello = 0x20; // version 2, type 0: RFC 7761 section 4.9
    private const int IgmpLength = 8, IgmpV3QueryLength = 12, IcmpLength = 8, MldLength = 24, MldV2QueryLength = 28; // bytes

    private static readonly uint AllHosts = Ipv4Address.Parse("224.0.0.1").Bits, PimRouters = Ipv4Address.Parse("224.0.0.13").Bits,
        Snoopers = Ipv4Address.Parse("224.0.0.106").Bits;

    private static readonly UInt128 AllNodes = Ipv6Address.Parse("ff02::1").Bits, Snoopers6 = Ipv6Address.Parse("ff02::6a").Bits;

    private GroupPacket(bool version6, UInt128 source, UInt128 destination, GroupSpeech speech, ReadOnlySpan<byte> message)
    {
        (Version6, Source, Destination, Speech) = (version6, source, destination, speech);
        Message = message;
    }

    public bool Version6 { get; }

    public UInt128 Source { get; }

    public UInt128 Destination { get; }

    public GroupSpeech Speech { get; }

    /// <summary>From the IGMP or ICMPv6 header on; empty where nothing is said.</summary>
    public ReadOnlySpan<byte> Message { get; }

    /// <summary>Everybody hears what goes to the link's own groups of IPv4, and to all nodes of IPv6.</summary>
    public bool IsForEverybody => IsLocal(Version6, Destination);

    /// <summary>Of a message of the older versions, and of any query.</summary>
    public UInt128 Group => Version6 ? Ipv6Address.Read(Message[8..]).Bits : Ipv4Address.Read(Message[4..]).Bits;

    /// <summary>Groups that are no group's business: nobody need report them.</summary>
    public static bool IsLocal(bool version6, UInt128 group) => version6 ? group == AllNodes : group >> 8 == 0xE00000; // 224.0.0.0/24

    /// <returns>False for a frame of another protocol.</returns>
    public static bool TryRead(EtherType type, ReadOnlySpan<byte> packet, out GroupPacket read)
    {
        read = type switch
        {
            EtherType.Ipv4 => ReadIpv4(packet),
            EtherType.Ipv6 => ReadIpv6(packet),
            _ => default,
        };
        return type is EtherType.Ipv4 or EtherType.Ipv6;
    }

    private static GroupPacket ReadIpv4(ReadOnlySpan<byte> packet)
    {
        if (!BridgedIp.TryTrimIpv4(packet, out int length) || !Ipv4View.TryRead(packet[..length], out Ipv4View ip))
        {
            return new(false, 0, 0, GroupSpeech.Malformed, default);
        }

        uint to = ip.Destination.Bits;
        GroupSpeech speech = ip.Protocol switch
        {
            IpProtocol.Igmp => SpeechOfIgmp(ip.Payload, to),
            IpProtocol.Pim when to == PimRouters && ip.Payload is [PimHello, _, _, _, ..] => GroupSpeech.Router,
            _ => GroupSpeech.None,
        };
        return new(false, ip.Source.Bits, to, speech, ip.Payload);
    }

    private static GroupSpeech SpeechOfIgmp(ReadOnlySpan<byte> message, uint to)
    {
        if (message.Length < IgmpLength || InternetChecksum.Of(message) != 0)
        {
            return GroupSpeech.Malformed;
        }

        bool general = Ipv4Address.Read(message[4..]).Bits == 0;
        return message[0] switch
        {
            IgmpQuery => message.Length is IgmpLength or >= IgmpV3QueryLength && (!general || to == AllHosts) ? GroupSpeech.Query : GroupSpeech.Malformed,
            IgmpV1Report or IgmpV2Report => GroupSpeech.Report,
            IgmpLeave => GroupSpeech.Leave,
            IgmpV3Report => GroupSpeech.Records,
            IgmpRouter when to == Snoopers => GroupSpeech.Router,
            _ => GroupSpeech.None,
        };
    }

    private static GroupPacket ReadIpv6(ReadOnlySpan<byte> packet)
    {
        if (!Ipv6View.TryRead(packet, out Ipv6View ip) || !ip.LengthIsSound || ip.PayloadLength == 0)
        {
            return new(true, 0, 0, GroupSpeech.Malformed, default);
        }

        GroupSpeech speech = GroupSpeech.None;
        ReadOnlySpan<byte> message = default;
        if (ip.NextHeader == IpProtocol.HopByHop)
        {
            bool found = ip.TryFindUpperLayer(out UpperLayer upper) && upper.Offset <= Ipv6View.Length + ip.PayloadLength;
            message = found ? packet[upper.Offset..(Ipv6View.Length + ip.PayloadLength)] : default;
            speech = !found ? GroupSpeech.Malformed
                : upper is { Protocol: IpProtocol.IcmpV6, IsLaterFragment: false } ? SpeechOfIcmp(message, ip) : GroupSpeech.None;
        }

        return new(true, ip.Source.Bits, ip.Destination.Bits, speech, message);
    }

    private static GroupSpeech SpeechOfIcmp(ReadOnlySpan<byte> message, in Ipv6View ip)
    {
        if (message.Length < IcmpLength || !Transport.ChecksumIsRight(ip, IpProtocol.IcmpV6, message))
        {
            return GroupSpeech.Malformed;
        }

        UInt128 to = ip.Destination.Bits;
        return message.Length < MldLength ? message[0] == MldRouter && to == Snoopers6 ? GroupSpeech.Router : GroupSpeech.None : message[0] switch
        {
            MldQuery => ip.Source.IsLinkLocal() && message.Length is MldLength or >= MldV2QueryLength
                && (Ipv6Address.Read(message[8..]).Bits != 0 || to == AllNodes) ? GroupSpeech.Query : GroupSpeech.Malformed,
            MldReport => GroupSpeech.Report,
            MldDone => GroupSpeech.Leave,
            MldV2Report => GroupSpeech.Records,
            _ => GroupSpeech.None,
        };
    }
}
