using System.Buffers.Binary;
using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Packets;
using Lab.Testbeds;

namespace Lab.Agreement;

/// <summary>A field that a kernel may fill as it likes, so that two testbeds can be right and differ.</summary>
/// <param name="Field">As a protocol's documentation calls it.</param>
/// <param name="Reason">Why the kernel is free there, with a source.</param>
/// <param name="Without">The frame with the field, and what follows from it (a checksum), set to zero.</param>
internal sealed record Difference(string Field, string Reason, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Without);

/// <summary>The one place where agreement is allowed to be less than byte for byte (switching.md section 10.5).</summary>
internal static class Differences
{
    public static ImmutableArray<Difference> Allowed { get; } =
    [
        new("IPv4 identification of ICMP errors, echo and timestamp replies, and what DHCP and name servers say",
            "a host numbers its own packets with a secret hash and a counter (__ip_select_ident, net/ipv4/route.c); "
            + "switching.md section 8.3",
            WithoutIdentification),
        new("IPv6 fragment identification",
            "who cuts a datagram numbers it at random (ipv6_select_ident, net/ipv6/output_core.c), and connection tracking on a bridge makes a "
            + "host cut again what came in fragments; switching.md section 4.7",
            WithoutFragmentIdentification),
        new("times in an IPv4 timestamp option",
            "a host writes the time of its own clock there (RFC 791 section 3.1; ip_options_compile, net/ipv4/ip_options.c), and an error "
            + "quotes it",
            WithoutTimes),
        new("identifier of a question for a name",
            "a name server that asks another draws one at random (get_id, forward.c of dnsmasq)",
            WithoutQuestionNumber),
        new("renewal and rebinding time in a DHCPv6 answer",
            "dnsmasq takes a random part off both when a guest renews, so that guests do not come back all at once (end_ia, rfc3315.c)",
            WithoutRenewalTimes),
        new("receive and transmit times of an ICMP timestamp reply",
            "they are of the clock of who answers (RFC 792; icmp_timestamp, net/ipv4/icmp.c)",
            WithoutReplyTimes),
        new("number of the port in a spanning tree hello",
            "ports are numbered as they come (find_portno, net/bridge/br_if.c), and in the kernel the port of the marker is the first",
            WithoutPortNumber),
    ];

    /// <summary>All of them in words; the last needs more than one frame to be judged (<see cref="MappedPorts"/>).</summary>
    public static ImmutableArray<(string Field, string Reason)> Named { get; } =
    [
        .. Allowed.Select(difference => (difference.Field, difference.Reason)),
        ("source port, or identifier of a ping, that a host with a nat network draws",
            "where a sender's own cannot be kept the kernel draws one at random (nf_nat_l4proto_unique_tuple, net/netfilter/nf_nat_core.c); "
            + "those of two testbeds must correspond one to one towards each destination, and neither is one that somebody sent; switching.md section 4.6"),
    ];

    /// <summary>Which of a port's sequences a frame belongs to: testbeds owe us the order within each.</summary>
    /// <remarks>On a macvtap, what comes to a group waits for a worker and may be overtaken by frames for the guest alone
    /// (macvlan_broadcast_enqueue in drivers/net/macvlan.c; switching.md section 5.6). Either keeps its own order.</remarks>
    public static bool IsOvertakenStream(Attachment? at, ReadOnlyMemory<byte> frame) => at is OnDevice && MacAddress.Read(frame.Span).IsGroup;

    /// <summary>Whether two deliveries are the same frame as far as the testbeds owe us.</summary>
    public static bool Same(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) =>
        Canonical(one).Span.SequenceEqual(Canonical(other).Span);

    public static ReadOnlyMemory<byte> Canonical(ReadOnlyMemory<byte> frame) =>
        Allowed.Aggregate(frame, (bytes, difference) => difference.Without(bytes));

    private static ReadOnlyMemory<byte> WithoutPortNumber(ReadOnlyMemory<byte> frame)
    {
        const int number = EthernetView.Length + 3 + 25; // behind the link and LLC headers, IEEE 802.1D-1998 section 9.3.1
        if (HostSpeeches.Of(frame.Span) != HostSpeech.SpanningTreeHello || frame.Length < number + 2)
        {
            return frame;
        }

        byte[] bytes = frame.ToArray();
        bytes.AsSpan(number, 2).Clear();
        return bytes;
    }

    private static ReadOnlyMemory<byte> WithoutQuestionNumber(ReadOnlyMemory<byte> frame)
    {
        const int checksumAt = 6, number = UdpView.Length, flags = number + 2, header = 12;
        return UpperLayer.TryFind(frame.Span, out UpperLayer upper) && upper is { Protocol: IpProtocol.Udp, IsLaterFragment: false }
            && frame.Length >= upper.Offset + number + header && frame.Span[upper.Offset..] is [_, _, 0, 53, ..] datagram && datagram[flags] < 0x80
            ? Neutral.Without(frame, upper.Offset + number, words: 1, upper.Offset + checksumAt, mayLackOne: true) : frame;
    }

    /// <remarks>Of all wishes in the message; a checksum that was right, or wrong, stays so.</remarks>
    private static ReadOnlyMemory<byte> WithoutRenewalTimes(ReadOnlyMemory<byte> frame)
    {
        const int checksum = EthernetView.Length + Ipv6View.Length + 6, message = checksum + 2, options = message + 4;
        const byte reply = 7, wish = 3;
        bool isReply = EthernetView.TryRead(frame.Span, out EthernetView ethernet) && ethernet.Type == EtherType.Ipv6
            && Ipv6View.TryRead(ethernet.Payload, out Ipv6View ip) && ip.NextHeader == IpProtocol.Udp
            && ip.Payload is [2, 0x23, 2, 0x22, _, _, _, _, reply, ..]; // from port 547 to 546
        for (int at = options; isReply && at + 16 <= frame.Length; at += 4 + BinaryPrimitives.ReadUInt16BigEndian(frame.Span[(at + 2)..]))
        {
            bool hasTimes = BinaryPrimitives.ReadUInt16BigEndian(frame.Span[at..]) == wish;
            frame = hasTimes ? Neutral.Without(frame, at + 8, words: 4, checksum) : frame;
        }

        return frame;
    }

    private static ReadOnlyMemory<byte> WithoutFragmentIdentification(ReadOnlyMemory<byte> frame)
    {
        const int header = EthernetView.Length + Ipv6View.Length, identification = header + 4, end = header + 8;
        if (frame.Length < end || !EthernetView.TryRead(frame.Span, out EthernetView ethernet) || ethernet.Type != EtherType.Ipv6
            || !Ipv6View.TryRead(ethernet.Payload, out Ipv6View ip) || ip.NextHeader != IpProtocol.Fragment)
        {
            return frame;
        }

        byte[] bytes = frame.ToArray();
        bytes.AsSpan(identification, end - identification).Clear();
        return bytes;
    }

    private static ReadOnlyMemory<byte> WithoutTimes(ReadOnlyMemory<byte> frame)
    {
        if (!EthernetView.TryRead(frame.Span, out EthernetView ethernet) || ethernet.Type != EtherType.Ipv4
            || !Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip))
        {
            return frame;
        }

        byte[] bytes = frame.ToArray();
        Span<byte> packet = bytes.AsSpan(EthernetView.Length);
        bool found = ClearTimes(packet);
        if (ip.Protocol == IpProtocol.Icmp && ip.Payload is [3 or 5 or 11 or 12, ..] && ip.Payload.Length > IcmpView.Length)
        {
            Span<byte> message = packet[^ip.Payload.Length..];
            if (ClearTimes(message[IcmpView.Length..]))
            {
                found = true;
                message.Slice(2, 2).Clear(); // checksum
            }
        }

        return found ? bytes : frame;
    }

    private static ReadOnlyMemory<byte> WithoutReplyTimes(ReadOnlyMemory<byte> frame)
    {
        const int receive = IcmpView.Length + 4, length = 20; // bytes of the message
        const byte timestampReply = 14;
        if (!EthernetView.TryRead(frame.Span, out EthernetView ethernet) || ethernet.Type != EtherType.Ipv4
            || !Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip) || ip.Protocol != IpProtocol.Icmp
            || ip.Payload is not [timestampReply, ..] || ip.Payload.Length < length)
        {
            return frame;
        }

        byte[] bytes = frame.ToArray();
        Span<byte> message = bytes.AsSpan(EthernetView.Length + ip.HeaderLength, length);
        message[receive..].Clear();
        message.Slice(2, 2).Clear(); // checksum
        return bytes;
    }

    /// <returns>Whether the packet has such an option.</returns>
    private static bool ClearTimes(Span<byte> packet)
    {
        const int options = 20, first = 4; // bytes: where options begin, and the entries of this one
        const byte noOperation = 1, timestamp = 68, timesOnly = 0;
        int end = Math.Min(packet.Length, (packet[0] & 0xF) * 4);
        for (int at = options; at + 1 < end && packet[at] != 0; at += packet[at] == noOperation ? 1 : Math.Max((int)packet[at + 1], 1))
        {
            int length = Math.Min(packet[at + 1], end - at);
            if (packet[at] != timestamp || length <= first)
            {
                continue;
            }

            int entry = (packet[at + 3] & 0xF) == timesOnly ? 4 : 8, next = at + packet[at + 2] - 1;
            foreach (int time in new[] { next - 4, next - 4 - entry }) // a host writes one as it takes the packet, one as it answers
            {
                packet[Math.Clamp(time, at + first, at + length)..Math.Clamp(time + 4, at + first, at + length)].Clear();
            }

            packet.Slice(10, 2).Clear(); // header checksum
            return true;
        }

        return false;
    }

    private static ReadOnlyMemory<byte> WithoutIdentification(ReadOnlyMemory<byte> frame)
    {
        bool fromAStack = EthernetView.TryRead(frame.Span, out EthernetView ethernet) && ethernet.Type == EtherType.Ipv4
            && Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip)
            && (ip.Protocol == IpProtocol.Icmp ? ip.Payload is [0 or 3 or 5 or 11 or 12 or 14, ..]
                : ip.Protocol == IpProtocol.Udp && ip.Payload is [0, 53 or 67, ..] or [_, _, 0, 53, ..]);
        if (!fromAStack)
        {
            return frame;
        }

        byte[] bytes = frame.ToArray();
        bytes.AsSpan(EthernetView.Length + 4, 2).Clear(); // identification
        bytes.AsSpan(EthernetView.Length + 10, 2).Clear(); // header checksum
        return bytes;
    }
}
