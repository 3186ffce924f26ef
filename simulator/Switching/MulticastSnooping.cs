using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Simulator.Switching;

/// <summary>Who is to hear a group frame (switching.md section 2.7; net/bridge/br_multicast.c).</summary>
/// <remarks>
/// Until a querier is known everything floods, but reports are noted all the same. IPv4 and IPv6 have a querier each.
/// Entries are by IP group, so two groups that share a MAC are apart; on a VLAN-aware bridge by VLAN too, while queriers and
/// routers are the bridge's as a whole (mcast_vlan_snooping is off). It goes by IGMPv2 and MLDv1, as the kernel does unless it
/// is told otherwise: records of the newer versions join and leave, and which sources they name counts for nothing.
/// </remarks>
internal sealed class MulticastSnooping(TimeProvider clock)
{
    /// <summary>Groups on one bridge (BR_MULTICAST_DEFAULT_HASH_MAX).</summary>
    public const int MaximumGroups = 4096;

    private const int LastMembers = 2; // mcast_last_member_count: how often a router asks before it gives a group up

    private static readonly TimeSpan Membership = TimeSpan.FromSeconds(260), Querier = TimeSpan.FromSeconds(255), LastMember = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(Group Group, int Port), long> _members = [];
    private readonly Dictionary<(bool Version6, int Port), long> _routers = [];
    private readonly (long From, long Until, UInt128 Address)[] _queriers = new (long, long, UInt128)[2];

    /// <summary>A group of either family, in a VLAN; 0 on a bridge that is not VLAN-aware.</summary>
    internal readonly record struct Group(bool Version6, UInt128 Address, ushort Vlan);

    /// <summary>What snooping found: whether everybody hears the frame, and otherwise which group's members do.</summary>
    /// <param name="Refused">The packet is malformed and nobody hears it.</param>
    /// <param name="Of">Null: only ports behind which a router is.</param>
    internal readonly record struct Audience(bool Everybody, bool Refused, bool Version6, Group? Of)
    {
        public static Audience All => new(true, false, false, null);

        public static Audience Nobody => new(false, true, false, null);

        public static Audience Routers(bool version6) => new(false, false, version6, null);
    }

    /// <summary>Inspects a frame to a group other than broadcast, and learns from it.</summary>
    /// <param name="ingress">Null for the host's own.</param>
    public Audience Inspect(BridgePort? ingress, in FrameHead head, ReadOnlySpan<byte> frame, ushort vlan)
    {
        if (!GroupPacket.TryRead(head.Type, frame[head.PayloadOffset..], out GroupPacket packet))
        {
            return Audience.All;
        }

        Audience found = Heed(ingress, packet, vlan);
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

    public void ForgetQueriers() => Array.Clear(_queriers);

    /// <summary>A querier was heard, and its first query has had its time for answers.</summary>
    public bool QuerierKnown(bool version6)
    {
        long now = clock.GetTimestamp();
        (long from, long until, _) = _queriers[version6 ? 1 : 0];
        return now >= from && now < until;
    }

    private Audience Heed(BridgePort? ingress, in GroupPacket packet, ushort vlan)
    {
        switch (packet.Speech)
        {
            case GroupSpeech.Malformed:
                return Audience.Nobody;
            case GroupSpeech.Query:
                Query(ingress, packet, vlan);
                return Audience.All;
            case GroupSpeech.Report:
                Join(ingress, new(packet.Version6, packet.Group, vlan));
                return Audience.Routers(packet.Version6);
            case GroupSpeech.Leave:
                Leave(ingress, new(packet.Version6, packet.Group, vlan));
                return Audience.All;
            case GroupSpeech.Records:
                return TryNote(ingress, packet, vlan) ? Audience.All : Audience.Nobody;
            case GroupSpeech.Router:
                MarkRouter(ingress, packet.Version6);
                break;
        }

        return packet.IsForEverybody ? Audience.All : new(false, false, packet.Version6, new Group(packet.Version6, packet.Destination, vlan));
    }

    private void Query(BridgePort? from, in GroupPacket packet, ushort vlan)
    {
        (UInt128? group, TimeSpan response) = packet.Version6 ? AskedByMld(packet) : AskedByIgmp(packet);
        if (group == UInt128.Zero)
        {
            HearQuerier(from, packet, response);
        }
        else if (group is { } one)
        {
            ShortenAll(new(packet.Version6, one, vlan), LastMembers * response);
        }
    }

    /// <summary>Which group a query is about, 0 for all; null when it counts for nothing, since it asks about sources.</summary>
    private static (UInt128? Group, TimeSpan Response) AskedByIgmp(in GroupPacket packet)
    {
        ReadOnlySpan<byte> message = packet.Message;
        if (message.Length == 8)
        {
            return message[1] == 0 ? (UInt128.Zero, TimeSpan.FromSeconds(10)) : (packet.Group, Tenths(message[1])); // a code of 0 is IGMPv1
        }

        return (BinaryPrimitives.ReadUInt16BigEndian(message[10..]) == 0 ? packet.Group : null, Tenths(Mantissa(message[1], bits: 4)));

        static TimeSpan Tenths(int code) => TimeSpan.FromMilliseconds(100 * code);
    }

    /// <inheritdoc cref="AskedByIgmp"/>
    private static (UInt128? Group, TimeSpan Response) AskedByMld(in GroupPacket packet)
    {
        ReadOnlySpan<byte> message = packet.Message;
        ushort code = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        return message.Length == 24
            ? (code == 0 ? null : packet.Group, TimeSpan.FromMilliseconds(code)) // MLDv1 without a time for answers counts for nothing
            : (BinaryPrimitives.ReadUInt16BigEndian(message[26..]) == 0 ? packet.Group : null, TimeSpan.FromMilliseconds(Mantissa(code, bits: 12)));
    }

    /// <summary>A floating-point code, RFC 3376 section 4.1.1 and RFC 3810 section 5.1.3: a flag, three bits of exponent, the mantissa.</summary>
    private static int Mantissa(int code, int bits) =>
        code >> (bits + 3) == 0 ? code : (code & (1 << bits) - 1 | 1 << bits) << (code >> bits & 7) + 3;

    /// <summary>Of several queriers the one with the lowest address counts, and only behind its port is a router (br_multicast_select_querier).</summary>
    private void HearQuerier(BridgePort? from, in GroupPacket packet, TimeSpan response)
    {
        long now = clock.GetTimestamp();
        ref (long From, long Until, UInt128 Address) querier = ref _queriers[packet.Version6 ? 1 : 0];
        bool known = querier.Until > now;
        if (known && querier.Address != 0 && packet.Source > querier.Address)
        {
            return;
        }

        long start = known ? querier.From : now + Ticks(response); // only the first one takes its time
        querier = (start, now + Ticks(Querier), packet.Source);
        MarkRouter(from, packet.Version6);
    }

    private void MarkRouter(BridgePort? port, bool version6)
    {
        if (port is not null)
        {
            _routers[(version6, port.Index)] = clock.GetTimestamp() + Ticks(Querier);
        }
    }

    private void Join(BridgePort? port, Group group)
    {
        if (port is not null && !GroupPacket.IsLocal(group.Version6, group.Address)
            && (_members.Count < MaximumGroups || _members.ContainsKey((group, port.Index))))
        {
            _members[(group, port.Index)] = clock.GetTimestamp() + Ticks(Membership);
        }
    }

    /// <summary>While somebody else queries, it is for that one to find out who still listens.</summary>
    private void Leave(BridgePort? port, Group group)
    {
        if (port is not null && _queriers[group.Version6 ? 1 : 0].Until <= clock.GetTimestamp())
        {
            Shorten(group, port.Index, LastMembers * LastMember);
        }
    }

    private void ShortenAll(Group group, TimeSpan left)
    {
        foreach ((Group Group, int Port) member in _members.Keys.Where(member => member.Group == group).ToArray())
        {
            Shorten(group, member.Port, left);
        }
    }

    private void Shorten(Group group, int port, TimeSpan left)
    {
        long end = clock.GetTimestamp() + Ticks(left);
        if (_members.TryGetValue((group, port), out long expires) && expires > end)
        {
            _members[(group, port)] = end;
        }
    }

    /// <summary>Joins and leaves as the records of IGMPv3 (RFC 3376 section 4.2) or MLDv2 (RFC 3810 section 5.2) say.</summary>
    /// <returns>False when they claim more than there is.</returns>
    private bool TryNote(BridgePort? port, in GroupPacket packet, ushort vlan)
    {
        const int recordsAt = 8, groupAt = 4; // bytes
        const byte isInclude = 1, toInclude = 3, blockOld = 6;
        int address = packet.Version6 ? Ipv6Address.Length : Ipv4Address.Length, head = groupAt + address;
        ReadOnlySpan<byte> left = packet.Message[recordsAt..];
        for (int count = BinaryPrimitives.ReadUInt16BigEndian(packet.Message[6..]); count > 0; count--)
        {
            int sources = left.Length < head ? 0 : BinaryPrimitives.ReadUInt16BigEndian(left[2..]), length = head + sources * address;
            if (left.Length < length)
            {
                return false;
            }

            Group group = new(packet.Version6, packet.Version6 ? Ipv6Address.Read(left[groupAt..]).Bits : Ipv4Address.Read(left[groupAt..]).Bits, vlan);
            if (left[0] is isInclude or toInclude && sources == 0)
            {
                Leave(port, group);
            }
            else if (left[0] is >= isInclude and <= blockOld)
            {
                Join(port, group);
            }

            left = left[length..];
        }

        return true;
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);
}
