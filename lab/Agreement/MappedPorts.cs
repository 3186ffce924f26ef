using System.Buffers.Binary;
using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Networks;
using Lab.Engine.Packets;

namespace Lab.Agreement;

/// <summary>The ports, and identifiers of pings, behind which the guests of nat networks hide: a kernel draws some of them at random
/// (nf_nat_l4proto_unique_tuple in net/netfilter/nf_nat_core.c), so those of two testbeds need only correspond, one to one towards each
/// destination, for as long as one comparison lasts (switching.md section 4.6).</summary>
internal sealed class MappedPorts
{
    private readonly ImmutableArray<Translation> _translations;
    private readonly Dictionary<(Flow, ushort), ushort> _forth = [], _back = [];

    private MappedPorts(ImmutableArray<Translation> translations) => _translations = translations;

    /// <summary>For one comparison of two runs on this host; without a nat network nothing may differ.</summary>
    public static MappedPorts Of(HostSpec? host) => new(
    [
        .. (host?.Bridges ?? []).Where(network => network.Mode == ForwardMode.Nat).Select(network => new Translation(
            [.. Owned(host!).Concat(network.TranslationAddresses is { } range ? Enumerated(range) : [])], network.TranslationPorts)),
    ]);

    /// <summary>Whether two deliveries are the same frame but for a mapped port, and these two ports have not gone with others before.</summary>
    public bool Correspond(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) =>
        Read(one) is { } first && Read(other) is { } second && first.Flow == second.Flow && Differences.Same(first.Rest, second.Rest)
            ? Pair(_forth, first.Flow, first.Port, second.Port) && Pair(_back, first.Flow, second.Port, first.Port)
            : Differences.Same(one, other);

    private static bool Pair(Dictionary<(Flow, ushort), ushort> known, Flow flow, ushort port, ushort partner) =>
        known.TryAdd((flow, port), partner) || known[(flow, port)] == partner;

    private Mapped? Read(ReadOnlyMemory<byte> frame)
    {
        if (!UpperLayer.TryFind(frame.Span, out UpperLayer upper) || upper.IsLaterFragment || frame.Length < upper.Offset + 8)
        {
            return null;
        }

        (UInt128 source, UInt128 destination) = Addresses(frame.Span[EthernetView.Length..]);
        ReadOnlySpan<byte> carried = frame.Span[upper.Offset..];
        (int at, int checksum) = upper.Protocol switch
        {
            IpProtocol.Udp => (0, 6),
            IpProtocol.Tcp when carried.Length >= TcpView.MinimumLength => (0, 16),
            IpProtocol.Icmp when carried[0] == 8 => (4, 2),
            IpProtocol.IcmpV6 when carried[0] == 128 => (4, 2),
            _ => (-1, -1),
        };
        if (at < 0)
        {
            return null;
        }

        ushort port = BinaryPrimitives.ReadUInt16BigEndian(carried[at..]);
        bool isPing = at > 0;
        return _translations.Any(translation => translation.MayYield(source, port, isPing))
            ? new(new(upper.Protocol, source, destination, isPing ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(carried[2..])),
                port, Without(frame, upper.Offset + at, upper.Offset + checksum, mayLackOne: upper.Protocol == IpProtocol.Udp))
            : null;
    }

    /// <summary>The frame as it would be with port 0: a checksum that was right, or wrong, stays so (RFC 1624).</summary>
    /// <param name="mayLackOne">A checksum of 0 is none (RFC 768).</param>
    private static byte[] Without(ReadOnlyMemory<byte> frame, int port, int checksum, bool mayLackOne)
    {
        byte[] bytes = frame.ToArray();
        uint sum = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(checksum));
        if (sum != 0 || !mayLackOne)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(port));
            sum = (sum & 0xFFFF) + (sum >> 16);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(checksum), (ushort)(sum == 0xFFFF ? 0 : sum));
        }

        bytes.AsSpan(port, 2).Clear();
        return bytes;
    }

    private static (UInt128 Source, UInt128 Destination) Addresses(ReadOnlySpan<byte> packet) => packet[0] >> 4 == 6
        ? (Ipv6Address.Read(packet[8..]).Bits, Ipv6Address.Read(packet[24..]).Bits)
        : (Ipv4Address.Read(packet[12..]).Bits, Ipv4Address.Read(packet[16..]).Bits);

    private static IEnumerable<UInt128> Owned(HostSpec host) =>
    [
        .. host.Bridges.SelectMany(bridge => bridge.Addresses).Concat(host.Uplinks.SelectMany(uplink => uplink.Addresses)).Select(own => (UInt128)own.Address.Bits),
        .. host.Bridges.SelectMany(bridge => bridge.Ipv6Addresses).Concat(host.Uplinks.SelectMany(uplink => uplink.Ipv6Addresses)).Select(own => own.Address.Bits),
    ];

    private static IEnumerable<UInt128> Enumerated((Ipv4Address First, Ipv4Address Last) range)
    {
        for (UInt128 address = range.First.Bits; address <= range.Last.Bits; address++)
        {
            yield return address;
        }
    }

    /// <param name="Addresses">Behind which guests hide.</param>
    private sealed record Translation(ImmutableHashSet<UInt128> Addresses, (ushort First, ushort Last) Ports)
    {
        public bool MayYield(UInt128 source, ushort port, bool isPing) =>
            Addresses.Contains(source) && (isPing || (port >= Ports.First && port <= Ports.Last));
    }

    /// <summary>Towards one destination every mapping has a port of its own.</summary>
    private readonly record struct Flow(IpProtocol Protocol, UInt128 Source, UInt128 Destination, ushort DestinationPort);

    private sealed record Mapped(Flow Flow, ushort Port, byte[] Rest);
}
