using System.Buffers.Binary;
using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Networks;
using Lab.Engine.Packets;

namespace Lab.Agreement;

/// <summary>The ports, and identifiers of pings, that a host with a nat network draws at random where a sender's own cannot be kept
/// (nf_nat_l4proto_unique_tuple in net/netfilter/nf_nat_core.c), and those of its name servers' questions, so those of two testbeds need only correspond, one to one towards each
/// destination, for as long as one comparison lasts (switching.md section 4.6).</summary>
/// <remarks>Whether a port was drawn is no free choice: what a frame that was sent has, both testbeds kept or neither did.</remarks>
internal sealed class MappedPorts
{
    /// <summary>A port that is drawn without a range to draw from stays in its class; none is drawn between the first two.</summary>
    private static readonly ImmutableArray<(ushort First, ushort Last)> Classes = [(1, 511), (600, 1023), (1024, ushort.MaxValue)];

    /// <summary>A name server draws the port that it asks another from (random_sock, forward.c of dnsmasq).</summary>
    private static readonly (ushort First, ushort Last) Unprivileged = (1024, ushort.MaxValue);

    private const int LeastHeader = 8; // bytes: ports and what every error quotes

    private readonly ImmutableArray<Translation> _translations;
    private readonly ImmutableHashSet<(IpProtocol, UInt128 Destination, ushort Port, ushort Sender)> _sent;
    private readonly Dictionary<(Flow, ushort), ushort> _forth = [], _back = [];

    private MappedPorts(HostSpec? host, IEnumerable<ReadOnlyMemory<byte>> sent)
    {
        _translations =
        [
            .. (host?.Bridges ?? []).Where(network => network.Mode == ForwardMode.Nat).Select(network => new Translation(
                [.. Owned(host!).Concat(network.TranslationAddresses is { } range ? Enumerated(range) : [])], network.TranslationPorts)),
            .. host is { AsksForNames: true } ? [new Translation([.. Owned(host)], Unprivileged)] : (Translation[])[],
        ];
        _sent = _translations.IsEmpty ? [] : [.. sent.Select(Read).OfType<Mapped>().Select(frame => frame.Sent)];
    }

    /// <summary>For one comparison of two runs on this host; where none is drawn nothing may differ.</summary>
    /// <param name="sent">All that guests and stations send in it.</param>
    public static MappedPorts Of(HostSpec? host, IEnumerable<ReadOnlyMemory<byte>> sent) => new(host, sent);

    /// <summary>Whether two deliveries are the same frame but for a drawn port, and these two ports have not gone with others before.</summary>
    public bool Correspond(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other)
    {
        if (_translations.IsEmpty || Read(one) is not { } first || Read(other) is not { } second || first.Flow != second.Flow)
        {
            return Differences.Same(one, other) || (!_translations.IsEmpty && Differences.Same(WithoutChecksum(one), WithoutChecksum(other)));
        }

        bool same = first.Port == second.Port ? Differences.Same(one, other)
            : MayBeDrawn(first, second) && !_sent.Contains(first.Sent) && !_sent.Contains(second.Sent) && Differences.Same(first.Rest, second.Rest);
        return same && Pair(_forth, first.Flow, first.Port, second.Port) && Pair(_back, first.Flow, second.Port, first.Port);
    }

    private static bool Pair(Dictionary<(Flow, ushort), ushort> known, Flow flow, ushort port, ushort partner) =>
        known.TryAdd((flow, port), partner) || known[(flow, port)] == partner;

    /// <summary>Rules give TCP and UDP a range, and a ping has all identifiers; others stay in their class, also those whose address is kept.</summary>
    private bool MayBeDrawn(Mapped one, Mapped other)
    {
        bool isPing = one.Flow.Protocol is IpProtocol.Icmp or IpProtocol.IcmpV6, ranged = one.Flow.Protocol is IpProtocol.Tcp or IpProtocol.Udp;
        Translation[] hiding = [.. _translations.Where(translation => translation.Addresses.Contains(one.Flow.Source))];
        return hiding.Length > 0 && (isPing || ranged)
            ? isPing || hiding.Any(translation => Within(translation.Ports, one.Port, other.Port))
            : !isPing && Classes.Any(range => Within(range, one.Port, other.Port));
    }

    private static bool Within((ushort First, ushort Last) range, ushort one, ushort other) =>
        range.First <= one && one <= range.Last && range.First <= other && other <= range.Last;

    /// <summary>Where a port may have been drawn: the source's, or in what an ICMP error quotes that of the destination, to which it was sent.</summary>
    private static Mapped? Read(ReadOnlyMemory<byte> frame)
    {
        if (!UpperLayer.TryFind(frame.Span, out UpperLayer upper) || upper.IsLaterFragment || frame.Length < upper.Offset + LeastHeader)
        {
            return null;
        }

        (UInt128 source, UInt128 destination) = Addresses(frame.Span[EthernetView.Length..]);
        ReadOnlySpan<byte> carried = frame.Span[upper.Offset..];
        return upper.Protocol switch
        {
            IpProtocol.Udp or IpProtocol.UdpLite or IpProtocol.Tcp or IpProtocol.Sctp =>
                new(new(upper.Protocol, source, destination, Word(carried, 2)), Word(carried, 0), Cleared(frame, upper.Protocol, upper.Offset, 0, upper.IsFragment)),
            IpProtocol.Icmp when carried[0] == 8 => new(new(upper.Protocol, source, destination, 0), Word(carried, 4), Cleared(frame, upper.Protocol, upper.Offset, 4)),
            IpProtocol.IcmpV6 when carried[0] == 128 => new(new(upper.Protocol, source, destination, 0), Word(carried, 4), Cleared(frame, upper.Protocol, upper.Offset, 4)),
            IpProtocol.Icmp when carried[0] is 3 or 4 or 5 or 11 or 12 => ReadQuoted(frame, upper.Offset),
            _ => null,
        };
    }

    private static Mapped? ReadQuoted(ReadOnlyMemory<byte> frame, int message)
    {
        ReadOnlySpan<byte> quoted = frame.Span[(message + IcmpView.Length)..];
        if (!Ipv4View.TryRead(quoted, out Ipv4View ip) || quoted.Length < ip.HeaderLength + LeastHeader || ip.FragmentOffset != 0
            || ip.Protocol is not (IpProtocol.Udp or IpProtocol.UdpLite or IpProtocol.Tcp or IpProtocol.Sctp))
        {
            return null;
        }

        (UInt128 source, UInt128 destination) = Addresses(quoted);
        ReadOnlySpan<byte> carried = quoted[ip.HeaderLength..];
        byte[] rest = Cleared(frame, ip.Protocol, message + IcmpView.Length + ip.HeaderLength, 2);
        bool right = InternetChecksum.Of(frame.Span[message..]) == 0;
        BinaryPrimitives.WriteUInt16BigEndian(rest.AsSpan(message + 2), (ushort)(right ? 0 : 1)); // it counts the port, and the checksum that does
        return new(new(ip.Protocol, destination, source, Word(carried, 0)), Word(carried, 2), rest);
    }

    /// <summary>The frame as it would be with port 0: a checksum that was right, or wrong, stays so (RFC 1624).</summary>
    /// <param name="header">Where the header with the port begins; of one that is quoted, the checksum may be cut off.</param>
    /// <param name="port">Where the port is in it.</param>
    /// <param name="isPiece">The rest of the datagram comes behind.</param>
    private static byte[] Cleared(ReadOnlyMemory<byte> frame, IpProtocol protocol, int header, int port, bool isPiece = false)
    {
        byte[] bytes = frame.ToArray();
        Span<byte> carried = bytes.AsSpan(header);
        int checksum = protocol switch { IpProtocol.Tcp => 16, IpProtocol.Icmp or IpProtocol.IcmpV6 => 2, _ => 6 };
        bool sealedAnew = protocol == IpProtocol.Sctp && carried.Length >= SctpView.CommonHeader && SctpView.IsSealed(carried);
        if (protocol != IpProtocol.Sctp && carried.Length >= checksum + 2 && (protocol != IpProtocol.Udp || Word(carried, checksum) != 0)) // RFC 768: 0 is none
        {
            uint sum = (uint)Word(carried, checksum) + Word(carried, port);
            sum = (sum & 0xFFFF) + (sum >> 16);
            BinaryPrimitives.WriteUInt16BigEndian(carried[checksum..], (ushort)(sum == 0xFFFF ? 0 : sum));
        }

        carried.Slice(port, 2).Clear();
        if (protocol == IpProtocol.Sctp && isPiece && carried.Length >= SctpView.CommonHeader)
        {
            carried[8..SctpView.CommonHeader].Clear(); // it counts what is in other pieces
        }
        else if (sealedAnew)
        {
            SctpView.Seal(carried);
        }

        return bytes;
    }

    /// <summary>A later piece of a datagram without the checksum in it, which counts a port that is in another piece.</summary>
    private static ReadOnlyMemory<byte> WithoutChecksum(ReadOnlyMemory<byte> frame)
    {
        if (!UpperLayer.TryFind(frame.Span, out UpperLayer upper) || !upper.IsLaterFragment || upper.Protocol is not (IpProtocol.Tcp or IpProtocol.Sctp)
            || !EthernetView.TryRead(frame.Span, out EthernetView ethernet) || !Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip))
        {
            return frame;
        }

        (int start, int length) = upper.Protocol == IpProtocol.Tcp ? (16, 2) : (8, 4);
        int at = start - ip.FragmentOffset * 8;
        if (at < 0 || at + length > ip.Payload.Length)
        {
            return frame;
        }

        byte[] bytes = frame.ToArray();
        bytes.AsSpan(upper.Offset + at, length).Clear();
        return bytes;
    }

    private static ushort Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

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
    private sealed record Translation(ImmutableHashSet<UInt128> Addresses, (ushort First, ushort Last) Ports);

    /// <summary>Towards one destination every mapping has a port of its own.</summary>
    private readonly record struct Flow(IpProtocol Protocol, UInt128 Source, UInt128 Destination, ushort DestinationPort);

    private sealed record Mapped(Flow Flow, ushort Port, byte[] Rest)
    {
        /// <summary>What a frame that was sent may have had, whoever its sender was.</summary>
        public (IpProtocol, UInt128, ushort, ushort) Sent => (Flow.Protocol, Flow.Destination, Flow.DestinationPort, Port);
    }
}
