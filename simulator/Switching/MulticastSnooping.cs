using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Simulator.Switching;

/// <summary>Who is to hear a group frame (switching.md section 2.7; net/bridge/br_multicast.c).</summary>
/// <remarks>
/// Until a querier is known everything floods, but reports are noted all the same. IPv4 and IPv6 have a querier each.
/// Entries are by IP group, so two groups that share a MAC are apart.
/// </remarks>
internal sealed class MulticastSnooping(TimeProvider clock)
{
    /// <summary>Groups on one bridge (BR_MULTICAST_DEFAULT_HASH_MAX).</summary>
    public const int MaximumGroups = 4096;

    private const byte IgmpQuery = 0x11, IgmpV1Report = 0x12, IgmpV2Report = 0x16;
    private const byte MldQuery = 130, MldV1Report = 131;

    private static readonly TimeSpan Membership = TimeSpan.FromSeconds(260), Querier = TimeSpan.FromSeconds(255);
    private static readonly UInt128 AllNodes = Ipv6Address.Parse("ff02::1").Bits;

    private readonly Dictionary<(Group Group, int Port), long> _members = [];
    private readonly Dictionary<(bool Version6, int Port), long> _routers = [];
    private readonly (long From, long Until)[] _queriers = new (long, long)[2];

    /// <summary>A group of either family.</summary>
    internal readonly record struct Group(bool Version6, UInt128 Address);

    /// <summary>What snooping found: whether everybody hears the frame, and otherwise which group's members do.</summary>
    /// <param name="Refused">The packet is malformed and nobody hears it.</param>
    /// <param name="Of">Null: only ports behind which a router is.</param>
    internal readonly record struct Audience(bool Everybody, bool Refused, bool Version6, Group? Of)
    {
        public static Audience All => new(true, false, false, null);

        public static Audience Nobody => new(false, true, false, null);
    }

    /// <summary>Inspects a frame to a group other than broadcast, and learns from it.</summary>
    public Audience Inspect(BridgePort? ingress, in FrameHead head, ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> packet = frame[head.PayloadOffset..];
        Audience found = head.Type switch
        {
            EtherType.Ipv4 => InspectIpv4(ingress, packet),
            EtherType.Ipv6 => InspectIpv6(ingress, packet),
            _ => Audience.All,
        };
        return found is { Everybody: false, Refused: false } && !QuerierKnown(found.Version6) ? Audience.All : found;
    }

    /// <summary>Whether a port belongs to the audience.</summary>
    public bool Hears(BridgePort port, in Audience audience)
    {
        long now = clock.GetTimestamp();
        return (_routers.TryGetValue((audience.Version6, port.Index), out long until) && until > now)
            || (audience.Of is { } group && _members.TryGetValue((group, port.Index), out long expires) && expires > now);
    }

    /// <summary>A port that goes takes its memberships and its routers along.</summary>
    public void Forget(int port)
    {
        foreach ((Group Group, int Port) member in _members.Keys.Where(member => member.Port == port).ToArray())
        {
            _members.Remove(member);
        }

        _ = _routers.Remove((false, port));
        _ = _routers.Remove((true, port));
    }

    private Audience InspectIpv4(BridgePort? ingress, ReadOnlySpan<byte> packet)
    {
        if (!BridgedIp.TryTrimIpv4(packet, out int length) || !Ipv4View.TryRead(packet[..length], out Ipv4View ip))
        {
            return Audience.Nobody;
        }

        bool local = ip.Destination.Bits >> 8 == 0xE00000; // 224.0.0.0/24
        if (ip.Protocol == IpProtocol.Igmp)
        {
            return ip.Payload.Length < 8 || InternetChecksum.Of(ip.Payload) != 0 ? Audience.Nobody : InspectIgmp(ingress, ip.Payload);
        }

        bool group = ip.Destination.Bits >> 28 == 0xE;
        return local ? Audience.All : new(false, false, false, group ? new Group(false, ip.Destination.Bits) : null);
    }

    private Audience InspectIgmp(BridgePort? ingress, ReadOnlySpan<byte> message)
    {
        Group group = new(false, Ipv4Address.Read(message[4..]).Bits);
        switch (message[0])
        {
            case IgmpQuery:
                Query(ingress, version6: false, general: group.Address == 0, TimeSpan.FromSeconds(message[1] == 0 ? 10 : message[1] / 10.0));
                return Audience.All;
            case IgmpV1Report or IgmpV2Report:
                Join(ingress, group);
                return new(false, false, false, null);
            default:
                return Audience.All;
        }
    }

    private Audience InspectIpv6(BridgePort? ingress, ReadOnlySpan<byte> packet)
    {
        if (!Ipv6View.TryRead(packet, out Ipv6View ip) || !ip.LengthIsSound)
        {
            return Audience.Nobody;
        }

        UInt128 destination = ip.Destination.Bits;
        if (ip.TryFindUpperLayer(out UpperLayer upper) && upper is { Protocol: IpProtocol.IcmpV6, IsLaterFragment: false }
            && packet.Length >= upper.Offset + 24)
        {
            ReadOnlySpan<byte> message = packet[upper.Offset..];
            switch (message[0])
            {
                case MldQuery:
                    TimeSpan response = TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt16BigEndian(message[4..]));
                    Query(ingress, version6: true, general: Ipv6Address.Read(message[8..]).Bits == 0, response);
                    return Audience.All;
                case MldV1Report:
                    Join(ingress, new(true, Ipv6Address.Read(message[8..]).Bits));
                    return new(false, false, true, null);
            }
        }

        return destination == AllNodes ? Audience.All : new(false, false, true, new Group(true, destination));
    }

    private void Query(BridgePort? from, bool version6, bool general, TimeSpan response)
    {
        long now = clock.GetTimestamp();
        if (from is not null)
        {
            _routers[(version6, from.Index)] = now + Ticks(Querier);
        }

        if (general)
        {
            ref (long From, long Until) querier = ref _queriers[version6 ? 1 : 0];
            long start = querier.Until > now ? querier.From : now + Ticks(response); // only the first one takes its time
            querier = (start, now + Ticks(Querier));
        }
    }

    private void Join(BridgePort? port, Group group)
    {
        bool local = !group.Version6 && group.Address >> 8 == 0xE00000;
        if (port is not null && !local && (_members.Count < MaximumGroups || _members.ContainsKey((group, port.Index))))
        {
            _members[(group, port.Index)] = clock.GetTimestamp() + Ticks(Membership);
        }
    }

    /// <summary>A querier was heard, and its first query has had its time for answers.</summary>
    public bool QuerierKnown(bool version6)
    {
        long now = clock.GetTimestamp();
        (long from, long until) = _queriers[version6 ? 1 : 0];
        return now >= from && now < until;
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);
}
