using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Simulator.Networks.Ipv6;

/// <summary>Why a host carries a packet no further than its extension headers.</summary>
/// <param name="Code">Of the parameter problem that it sends (RFC 4443 section 3.4); null: it says nothing.</param>
/// <param name="Pointer">The byte that the sender is told of.</param>
/// <param name="ToGroupsToo">The sender is told even if it spoke to a group.</param>
internal readonly record struct HeaderProblem(byte? Code, int Pointer = 0, bool ToGroupsToo = false);

/// <summary>IPv6 extension headers as a host obeys them (RFC 8200 section 4; net/ipv6/exthdrs.c).</summary>
internal static class Ipv6Headers
{
    private const int Fixed = Ipv6View.Length;
    private const int MostPadding = 7, MostOptions = 8; // bytes between two options (RFC 4942 section 2.1.9.5); max_hbh_opts_number
    private const byte Pad1 = 0, PadN = 1, RouterAlert = 5, Calipso = 7, Ioam = 49, Jumbo = 194;
    private const byte ErroneousField = 0, UnknownNextHeader = 1, UnknownOption = 2;
    private static readonly HeaderProblem Silence = new(null);

    /// <summary>What every host on the way asks, before any hook: the hop-by-hop options.</summary>
    public static HeaderProblem? OnTheWay(ReadOnlySpan<byte> packet) =>
        (IpProtocol)packet[6] != IpProtocol.HopByHop ? null
        : TryLength(packet, Fixed, out int length) ? InOptions(packet, Fixed, length, hopByHop: true)
        : Silence;

    /// <summary>What the destination asks, once its hooks have let the packet in: all headers up to what it carries, which must be
    /// something that it knows.</summary>
    public static HeaderProblem? AtTheEnd(ReadOnlySpan<byte> packet, bool toOneStation)
    {
        for (int at = Fixed, nextAt = 6; ;)
        {
            IpProtocol next = (IpProtocol)packet[nextAt];
            if (next is IpProtocol.IcmpV6 or IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.UdpLite or IpProtocol.Pim or IpProtocol.NoNextHeader)
            {
                return null;
            }

            bool known = next is IpProtocol.DestinationOptions or IpProtocol.Routing or IpProtocol.Fragment || (next == IpProtocol.HopByHop && at == Fixed);
            bool whole = TryLength(packet, at, out int length);
            HeaderProblem? found = !known ? new(UnknownNextHeader, nextAt)
                : !whole ? next == IpProtocol.Fragment ? new(ErroneousField, at) : Silence
                : next == IpProtocol.DestinationOptions ? InOptions(packet, at, length, hopByHop: false)
                : next == IpProtocol.Routing ? InRoute(packet, at, toOneStation) : null;
            if (found is not null)
            {
                return found;
            }

            (nextAt, at) = (at, at + length);
        }
    }

    private static bool TryLength(ReadOnlySpan<byte> packet, int at, out int length)
    {
        length = at + 8 <= packet.Length ? (packet[at + 1] + 1) * 8 : 0;
        return length > 0 && at + length <= packet.Length;
    }

    // ip6_parse_tlv: padding must be short and zero, options few, and those that nobody knows say themselves what to do.
    private static HeaderProblem? InOptions(ReadOnlySpan<byte> packet, int header, int length, bool hopByHop)
    {
        int padding = 0, options = 0, end = header + length;
        for (int at = header + 2, size; at < end; at += size)
        {
            size = packet[at] == Pad1 ? 1 : at + 1 < end ? packet[at + 1] + 2 : end;
            if (at + size > end)
            {
                return Silence;
            }

            if (packet[at] is Pad1 or PadN)
            {
                padding += size;
                if (padding > MostPadding || (size > 2 && packet.Slice(at + 2, size - 2).ContainsAnyExcept((byte)0)))
                {
                    return Silence;
                }
            }
            else if (++options > MostOptions)
            {
                return Silence;
            }
            else if ((hopByHop ? Known(packet, at) : Unknown(packet, at)) is { } problem)
            {
                return problem;
            }
            else
            {
                padding = 0;
            }
        }

        return null;
    }

    private static HeaderProblem? Known(ReadOnlySpan<byte> packet, int at) => packet[at] switch
    {
        RouterAlert => packet[at + 1] == 2 ? null : Silence,
        Calipso => Silence, // RFC 5570: nobody here puts a label on packets, and one that is no label is dropped
        Ioam => at % 4 == 0 ? null : Silence, // RFC 9486; ioam6_enabled is 0
        Jumbo when packet[at + 1] != 4 || at % 4 != 2 => Silence,
        Jumbo => new(ErroneousField, BinaryPrimitives.ReadUInt32BigEndian(packet[(at + 2)..]) <= ushort.MaxValue ? at + 2 : at),
        _ => Unknown(packet, at),
    };

    // The two high bits of the type, RFC 8200 section 4.2.
    private static HeaderProblem? Unknown(ReadOnlySpan<byte> packet, int at) => (packet[at] >> 6) switch
    {
        0 => null,
        1 => Silence,
        int rest => new(UnknownOption, at, ToGroupsToo: rest == 2),
    };

    // ipv6_rthdr_rcv: what has come to the end of its way passes; nothing is sent on (RFC 5095).
    private static HeaderProblem? InRoute(ReadOnlySpan<byte> packet, int at, bool toOneStation)
    {
        const byte ripple = 3, segments = 4; // RPL and segment routing are off unless a host turns them on
        const int type = 2, left = 3;
        return !toOneStation || packet[at + type] is ripple or segments ? Silence
            : packet[at + left] == 0 ? null
            : new(ErroneousField, at + type);
    }
}
