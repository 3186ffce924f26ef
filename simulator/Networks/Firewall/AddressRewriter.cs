using Lab.Engine.Packets;
using Lab.Simulator.Networks.Ipv4;
using Lab.Simulator.Networks.Ipv6;

namespace Lab.Simulator.Networks.Firewall;

/// <summary>Changes addresses and ports of a packet of either version in place, and keeps its checksums as right or wrong as
/// they were (RFC 1624).</summary>
internal static class AddressRewriter
{
    /// <summary>Sets one of the addresses, here and in every checksum that counts it.</summary>
    public static void SetAddress(Span<byte> packet, bool source, UInt128 address)
    {
        bool version6 = IsVersion6(packet);
        int length = version6 ? Ipv6Address.Length : Ipv4Address.Length;
        int offset = version6 ? (source ? Ipv6Packet.SourceOffset : Ipv6Packet.DestinationOffset)
            : source ? Ipv4Rewriter.SourceOffset : Ipv4Rewriter.DestinationOffset;
        int checksum = PseudoHeaderChecksum(packet);
        for (int at = 0; at < length; at += 2)
        {
            ushort before = Ipv4Rewriter.Word(packet, offset + at);
            ushort after = (ushort)(address >> ((length - 2 - at) * 8));
            Ipv4Rewriter.Put(packet, offset + at, after);
            AdjustTransport(packet, checksum, before, after);
            if (!version6)
            {
                Ipv4Rewriter.Adjust(packet, Ipv4Rewriter.HeaderChecksum, before, after);
            }
        }
    }

    /// <summary>Sets a port, or the identifier of an ICMP query.</summary>
    /// <param name="offset">From the first byte of what the packet carries.</param>
    public static void SetTransportWord(Span<byte> packet, int offset, ushort value)
    {
        (IpProtocol protocol, int payload, _) = Carried(packet);
        ushort before = Ipv4Rewriter.Word(packet, payload + offset);
        Ipv4Rewriter.Put(packet, payload + offset, value);
        AdjustTransport(packet, protocol == IpProtocol.Icmp ? payload + 2 : PseudoHeaderChecksum(packet), before, value);
        if (protocol == IpProtocol.Sctp && packet.Length >= payload + SctpView.CommonHeader)
        {
            SctpView.Seal(packet[payload..]); // over what there is of it, if that is the quotation of an error (sctp_manip_pkt)
        }
    }

    /// <summary>Where an ICMP error's quotation starts in the packet; null for every other packet.</summary>
    public static int? QuotationOf(ReadOnlySpan<byte> packet)
    {
        (IpProtocol protocol, int payload, _) = Carried(packet);
        bool version6 = IsVersion6(packet);
        int quotation = payload + IcmpView.Length, header = version6 ? Ipv6View.Length : Ipv4View.MinimumLength;
        bool error = packet.Length >= quotation + header
            && (version6 ? protocol == IpProtocol.IcmpV6 && packet[payload] < 128
                : protocol == IpProtocol.Icmp && packet[payload] is 3 or 4 or 5 or 11 or 12);
        return error ? quotation : null;
    }

    /// <summary>Whether a packet that quotes another one names a gateway.</summary>
    public static bool IsRedirect(ReadOnlySpan<byte> packet) => Carried(packet) is { Protocol: IpProtocol.Icmp, Offset: var at } && packet[at] == 5;

    /// <summary>Writes the checksum of an ICMP message of either version anew.</summary>
    public static void SealMessage(Span<byte> packet)
    {
        (IpProtocol protocol, int at, _) = Carried(packet);
        Ipv4Rewriter.Put(packet, at + 2, 0);
        ulong pseudoHeader = protocol == IpProtocol.Icmp ? 0
            : InternetChecksum.Sum(packet[Ipv6Packet.SourceOffset..Ipv6View.Length]) + (ulong)protocol + (ulong)(packet.Length - at);
        Ipv4Rewriter.Put(packet, at + 2, InternetChecksum.Of(packet[at..], pseudoHeader));
    }

    public static IpProtocol ProtocolOf(ReadOnlySpan<byte> packet) => Carried(packet).Protocol;

    /// <summary>Bytes behind the IP headers.</summary>
    public static int CarriedLength(ReadOnlySpan<byte> packet) => packet.Length - Carried(packet).Offset;

    private static bool IsVersion6(ReadOnlySpan<byte> packet) => packet[0] >> 4 == 6;

    private static (IpProtocol Protocol, int Offset, bool LaterFragment) Carried(ReadOnlySpan<byte> packet)
    {
        if (!IsVersion6(packet))
        {
            return ((IpProtocol)packet[9], Ipv4Rewriter.HeaderLength(packet), (Ipv4Rewriter.Word(packet, 6) & 0x1FFF) != 0);
        }

        return Ipv6View.TryRead(packet, out Ipv6View ip) && ip.TryFindUpperLayer(out UpperLayer upper)
            ? (upper.Protocol, upper.Offset, upper.IsLaterFragment) : (IpProtocol.NoNextHeader, packet.Length, true);
    }

    /// <summary>Where the checksum over the pseudo-header is; -1 if the packet has none, or it is not in this piece.</summary>
    private static int PseudoHeaderChecksum(ReadOnlySpan<byte> packet)
    {
        (IpProtocol protocol, int payload, bool laterFragment) = Carried(packet);
        (int within, int header) = protocol switch
        {
            IpProtocol.Tcp => (16, TcpView.MinimumLength),
            IpProtocol.Udp or IpProtocol.UdpLite => (6, UdpView.Length),
            IpProtocol.IcmpV6 => (2, IcmpView.Length),
            _ => (-1, 0),
        };
        return within < 0 || laterFragment || payload + header > packet.Length ? -1 : payload + within; // nf_nat_proto.c asks for the whole header
    }

    private static void AdjustTransport(Span<byte> packet, int at, ushort before, ushort after)
    {
        IpProtocol protocol = Carried(packet).Protocol;
        if (at < 0 || at + 2 > packet.Length || (protocol == IpProtocol.Udp && Ipv4Rewriter.Word(packet, at) == 0))
        {
            return; // there is none, or it was not computed
        }

        Ipv4Rewriter.Adjust(packet, at, before, after);
        if (protocol is IpProtocol.Udp or IpProtocol.UdpLite && Ipv4Rewriter.Word(packet, at) == 0)
        {
            Ipv4Rewriter.Put(packet, at, 0xFFFF); // zero would mean: not computed (RFC 768)
        }
    }
}
