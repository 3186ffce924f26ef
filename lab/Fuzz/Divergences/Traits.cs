using System.Buffers.Binary;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;

namespace Lab.Fuzz.Divergences;

/// <summary>What is remarkable about a disagreement, as short words that an entry of the ledger can ask for.</summary>
internal static class Traits
{
    public static IReadOnlySet<string> Of(Disagreement found) => new HashSet<string>(
    [
        .. found.Matter switch { Matter.Policy => ["refusal"], Matter.Deliveries => ["frame"], _ => (string[])["frame", "walk"] },
        .. found.Case.Topology.Filters.Values.SelectMany(filter => filter.Entries).OfType<RuleEntry>().SelectMany(OfRule),
        .. found.Case.Stimuli.SelectMany(OfFrame),
        .. found.Case.Topology.Guests.Any(guest => guest.At is OnDevice) ? ["guest:macvtap"] : (string[])[],
        .. found.Stimulus is { } culprit && IsForForeignGroup(found.Case.Stimuli[culprit]) ? ["culprit:foreign-group"] : (string[])[],
    ], StringComparer.Ordinal);

    /// <summary>A group that no device of the lab joins by itself; macvlan looks at the last four bytes.</summary>
    private static bool IsForForeignGroup(Stimulus stimulus) =>
        MacAddress.Read(stimulus.Frame.Span) is { IsGroup: true } to && (uint)to.Bits is not (uint.MaxValue or 0x5E000001 or 0x00000001);

    private static IEnumerable<string> OfRule(RuleEntry rule) =>
    [
        $"action:{rule.Action.ToString().ToLowerInvariant()}",
        $"element:{rule.Protocol?.Name ?? "none"}",
        $"layer:{(rule.Protocol is null or { Layer: ProtocolLayer.Ethernet } ? 2 : 3)}",
        .. rule.Attributes.SelectMany(attribute => (string[])
        [
            $"attribute:{attribute.Attribute.Name}",
            $"attribute:{rule.Protocol!.Name}.{attribute.Attribute.Name}",
            .. attribute.Negated ? [$"negated:{attribute.Attribute.Name}"] : (string[])[],
            .. attribute.Value is NumberValue number ? [$"value:{attribute.Attribute.Name}={number.Bits}"] : (string[])[],
        ]),
    ];

    private static IEnumerable<string> OfFrame(Stimulus stimulus)
    {
        ReadOnlySpan<byte> frame = stimulus.Frame.Span;
        HashSet<string> traits = new(StringComparer.Ordinal);
        if (!EthernetView.TryRead(frame, out EthernetView ethernet))
        {
            return ["frame:short"];
        }

        traits.Add($"frame:type={(ushort)ethernet.Type:x4}");
        if (UpperLayer.TryFind(frame, out UpperLayer upper) && !upper.IsLaterFragment && IsCut(upper.Protocol, frame[Math.Min(upper.Offset, frame.Length)..]))
        {
            traits.Add("frame:header-cut");
        }

        if (ethernet.Type is EtherType.Arp or EtherType.Rarp && ethernet.Payload is not [_, _, _, _, MacAddress.Length, Ipv4Address.Length, ..])
        {
            traits.Add("frame:arp-lengths");
        }

        if (ethernet.Type == EtherType.Ipv6 && ethernet.Payload.Length >= 40)
        {
            OfIpv6(ethernet.Payload, traits);
        }
        else if (ethernet.Type == EtherType.Ipv4 && Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip))
        {
            traits.Add($"frame:protocol={(byte)ip.Protocol}");
            traits.Add(ip.FragmentOffset != 0 ? "frame:later-fragment" : ip.IsFragment ? "frame:first-fragment" : "frame:whole");
            traits.Add(ip.LengthIsSound ? "frame:sound" : "frame:cut");
            traits.Add(ip.TimeToLive <= 1 ? "frame:spent" : "frame:lasting");
        }

        return traits;
    }

    /// <summary>Whether iptables' match of that name has less than it reads (net/netfilter/xt_tcpudp.c, xt_sctp.c).</summary>
    private static bool IsCut(IpProtocol protocol, ReadOnlySpan<byte> header) => protocol switch
    {
        IpProtocol.Tcp => !TcpView.TryRead(header, out _), // its options are read as well
        IpProtocol.Sctp => header.Length < 12,
        IpProtocol.Udp or IpProtocol.UdpLite or IpProtocol.Icmp or IpProtocol.IcmpV6 => header.Length < 8,
        _ => false,
    };

    /// <summary>Every header of the chain as <c>frame:protocol=N</c>, as far as the bytes go.</summary>
    private static void OfIpv6(ReadOnlySpan<byte> packet, HashSet<string> traits)
    {
        traits.Add(40 + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) <= packet.Length ? "frame:sound" : "frame:cut");
        IpProtocol next = (IpProtocol)packet[6];
        for (int at = 40; ;)
        {
            traits.Add($"frame:protocol={(byte)next}");
            if (next is not (IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.DestinationOptions or IpProtocol.Fragment or IpProtocol.Ah)
                || at + 8 > packet.Length)
            {
                return;
            }

            if (next == IpProtocol.Fragment)
            {
                traits.Add((BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]) & 0xFFF8) != 0 ? "frame:later-fragment" : "frame:first-fragment");
            }

            int length = next switch
            {
                IpProtocol.Fragment => 8,
                IpProtocol.Ah => (packet[at + 1] + 2) * 4,
                _ => (packet[at + 1] + 1) * 8,
            };
            next = (IpProtocol)packet[at];
            at += length;
        }
    }
}
