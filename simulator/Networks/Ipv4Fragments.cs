using System.Buffers;
using System.Collections.Immutable;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks;

/// <summary>Cuts IPv4 packets to a size (RFC 791 section 3.2; net/ipv4/ip_output.c, ip_do_fragment).</summary>
internal static class Ipv4Fragments
{
    private const ushort MoreFragments = 0x2000, OffsetMask = 0x1FFF;

    /// <summary>Sends a packet in pieces behind the given link header.</summary>
    /// <param name="frame">Header and packet; a fragment itself is cut into smaller ones.</param>
    /// <param name="headerLength">Of the link header, which every piece gets a copy of.</param>
    /// <param name="sizes">Payload bytes of each piece, multiples of eight but for the last; empty cuts as the MTU demands.</param>
    public static void Send(ReadOnlySpan<byte> frame, int headerLength, int mtu, ImmutableArray<int> sizes, IFrameSink sink)
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
            Finish(made[headerLength..], (field & OffsetMask) + offset / 8, more, first: offset == 0);
            sink.Accept(made);
            rest = rest[length..];
            offset += length;
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static void Finish(Span<byte> piece, int offset, bool more, bool first)
    {
        Ipv4Rewriter.SetTotalLength(piece, piece.Length);
        Ipv4Rewriter.Put(piece, 6, (ushort)(offset | (more ? MoreFragments : 0)));
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
