using System.Buffers;
using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Simulator.Networks.Firewall;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks.Ipv4;

/// <summary>Cuts IPv4 packets to a size (RFC 791 section 3.2; net/ipv4/ip_output.c, ip_do_fragment).</summary>
internal static class Ipv4Fragments
{
    private const ushort DontFragment = 0x4000, MoreFragments = 0x2000, OffsetMask = 0x1FFF;

    /// <summary>Sends a datagram again that came in pieces: in the same ones if the stack still has them apart, and otherwise in pieces as
    /// large as the largest of them.</summary>
    /// <param name="sizes">Payload bytes of the pieces that it came in.</param>
    /// <param name="linear">How many bytes of the payload somebody asked to have in one place; the first piece holds them now.</param>
    /// <param name="shared">There are copies of it, which share all but the first piece.</param>
    /// <param name="keepsFlag">What forbids to cut it is known still, and said again of pieces cut anew.</param>
    public static void SendAgain(
        ReadOnlySpan<byte> frame, int headerLength, int mtu, ImmutableArray<int> sizes, int linear, bool shared, bool keepsFlag, IFrameSink sink)
    {
        ReadOnlySpan<byte> packet = frame[headerLength..];
        int header = Ipv4Rewriter.HeaderLength(packet), room = Math.Min(mtu - header, sizes.Max());
        ImmutableArray<int> apart = Gathered(sizes, linear);
        bool same = !shared && apart[0] % 8 == 0 && apart.All(size => size <= room);
        Send(frame, headerLength, header + room, same ? apart : [], sink, keepsFlag && !same ? Ipv4Rewriter.Word(packet, 6) & DontFragment : 0);
    }

    /// <summary>How many bytes behind a datagram's header the stack asks to have in one place (pskb_may_pull, skb_ensure_writable).</summary>
    /// <param name="routed">Early demultiplexing looks at TCP (tcp_v4_early_demux).</param>
    /// <param name="related">Translation looks whether it is a redirect (nf_nat_icmp_reply_translation).</param>
    /// <param name="translated">Its connection has other addresses on the other side (nf_nat_proto.c).</param>
    public static int Linear(ReadOnlySpan<byte> packet, bool routed, bool related, bool translated)
    {
        ReadOnlySpan<byte> carried = packet[Ipv4Rewriter.HeaderLength(packet)..];
        int asked = (IpProtocol)packet[9] switch
        {
            IpProtocol.Tcp when routed || translated => TcpView.MinimumLength,
            IpProtocol.Sctp => SctpView.CommonHeader, // its checksum is looked at there (sctp_error)
            IpProtocol.Icmp when translated && AddressRewriter.QuotationOf(packet) is { } quotation =>
                IcmpView.Length + Ipv4Rewriter.HeaderLength(packet[quotation..]) + LinearQuoted(packet[quotation..]),
            IpProtocol.Icmp when related => IcmpView.Length + Ipv4Rewriter.ShortestHeader,
            _ => 0,
        };
        return carried.Length < asked ? 0 : asked;
    }

    /// <summary>Of a quotation the header is asked for if it is whole, and otherwise the eight bytes that must be there.</summary>
    private static int LinearQuoted(ReadOnlySpan<byte> quoted)
    {
        const int least = 8;
        int length = quoted.Length - Ipv4Rewriter.HeaderLength(quoted);
        return (IpProtocol)quoted[9] switch
        {
            IpProtocol.Tcp => length >= TcpView.MinimumLength ? TcpView.MinimumLength : least,
            IpProtocol.Sctp => length >= SctpView.CommonHeader ? SctpView.CommonHeader : least,
            IpProtocol.Udp or IpProtocol.UdpLite or IpProtocol.Icmp or (IpProtocol)47 => least,
            _ => 0,
        };
    }

    /// <summary>The pieces, of which the first has taken from the others what it lacked of these bytes.</summary>
    private static ImmutableArray<int> Gathered(ImmutableArray<int> sizes, int linear)
    {
        int first = Math.Max(sizes[0], linear), taken = first - sizes[0];
        ImmutableArray<int>.Builder gathered = ImmutableArray.CreateBuilder<int>();
        gathered.Add(first);
        foreach (int size in sizes.Skip(1))
        {
            int left = Math.Max(0, size - taken);
            taken -= size - left;
            if (left > 0)
            {
                gathered.Add(left);
            }
        }

        return gathered.ToImmutable();
    }

    /// <summary>Sends a packet in pieces behind the given link header.</summary>
    /// <param name="frame">Header and packet; a fragment itself is cut into smaller ones.</param>
    /// <param name="headerLength">Of the link header, which every piece gets a copy of.</param>
    /// <param name="sizes">Payload bytes of each piece, multiples of eight but for the last; empty cuts as the MTU demands.</param>
    /// <param name="flags">Of each piece, besides what says that there are more.</param>
    public static void Send(ReadOnlySpan<byte> frame, int headerLength, int mtu, ImmutableArray<int> sizes, IFrameSink sink, int flags = 0)
    {
        ReadOnlySpan<byte> packet = frame[headerLength..];
        int header = Ipv4Rewriter.HeaderLength(packet);
        ushort field = Ipv4Rewriter.Word(packet, 6);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(frame.Length);
        ReadOnlySpan<byte> rest = packet[header..];
        for (int piece = 0, offset = 0; !rest.IsEmpty; piece++)
        {
            int length = Math.Min(rest.Length, piece < sizes.Length ? sizes[piece]
                : header + rest.Length <= mtu ? rest.Length
                : (mtu - header) & ~7);
            bool more = length < rest.Length || (field & MoreFragments) != 0;
            Span<byte> made = buffer.AsSpan(0, headerLength + header + length);
            frame[..(headerLength + header)].CopyTo(made);
            rest[..length].CopyTo(made[(headerLength + header)..]);
            Finish(made[headerLength..], flags | ((field & OffsetMask) + offset / 8), more, first: offset == 0);
            sink.Accept(made);
            rest = rest[length..];
            offset += length;
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static void Finish(Span<byte> piece, int place, bool more, bool first)
    {
        Ipv4Rewriter.SetTotalLength(piece, piece.Length);
        Ipv4Rewriter.Put(piece, 6, (ushort)(place | (more ? MoreFragments : 0)));
        if (!first)
        {
            BlankOptionsNotCopied(piece[20..Ipv4Rewriter.HeaderLength(piece)]);
        }

        Ipv4Rewriter.Seal(piece);
    }

    /// <summary>Options without the copied flag belong to the first piece only; Linux puts no-operations in their place.</summary>
    private static void BlankOptionsNotCopied(Span<byte> options)
    {
        const byte end = 0, noOperation = 1, copied = 0x80;
        for (int at = 0; at < options.Length && options[at] != end;)
        {
            int length = options[at] == noOperation ? 1 : at + 1 < options.Length ? Math.Max((int)options[at + 1], 1) : 1;
            if ((options[at] & copied) == 0)
            {
                options.Slice(at, Math.Min(length, options.Length - at)).Fill(noOperation);
            }

            at += length;
        }
    }
}
