using System.Buffers.Binary;

namespace Lab.Engine.Packets;

/// <summary>Reads an IPv6 header (RFC 8200 section 3) where it lies; extension headers are walked on request.</summary>
/// <remarks><code>
///  0                              4                6      7           8        24            40
///  | ver 4 | class 8 | flow 20    | payload length | next | hop limit | source | destination | extension headers ...
/// </code></remarks>
public readonly ref struct Ipv6View
{
    public const int Length = 40; // bytes

    private readonly ReadOnlySpan<byte> _bytes;

    private Ipv6View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Succeeds only if the whole fixed header is there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Ipv6View view)
    {
        bool whole = bytes.Length >= Length && bytes[0] >> 4 == 6;
        view = whole ? new(bytes) : default;
        return whole;
    }

    public byte TrafficClass => (byte)(BinaryPrimitives.ReadUInt16BigEndian(_bytes) >> 4);

    /// <summary>The upper six bits of the traffic class (RFC 2474).</summary>
    public int Dscp => TrafficClass >> 2;

    /// <summary>20 bits.</summary>
    public int FlowLabel => (int)(BinaryPrimitives.ReadUInt32BigEndian(_bytes) & 0xF_FFFF);

    /// <summary>Everything behind the fixed header in bytes, as the sender claims; 0 for a jumbogram (RFC 2675).</summary>
    public int PayloadLength => BinaryPrimitives.ReadUInt16BigEndian(_bytes[4..]);

    public IpProtocol NextHeader => (IpProtocol)_bytes[6];

    public byte HopLimit => _bytes[7];

    public Ipv6Address Source => Ipv6Address.Read(_bytes[8..]);

    public Ipv6Address Destination => Ipv6Address.Read(_bytes[24..]);

    /// <summary>Source and destination as they lie.</summary>
    public ReadOnlySpan<byte> Addresses => _bytes[8..Length];

    /// <summary>Whether the claimed length is possible: not more than what arrived.</summary>
    /// <remarks>__nft_set_pktinfo_ipv6_validate in include/net/netfilter/nf_tables_ipv6.h asks the same.</remarks>
    public bool LengthIsSound => Length + PayloadLength <= _bytes.Length;

    /// <summary>What follows the fixed header, up to the claimed length or to the end of what arrived.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[Length..Math.Min(Length + PayloadLength, _bytes.Length)];

    /// <summary>Walks the extension headers to the first header that is none.</summary>
    /// <remarks>
    /// As ipv6_find_hdr with target -1 and IP6_FH_F_AUTH does (net/ipv6/exthdrs_core.c), which is where nft takes its
    /// l4proto from: an authentication header, "no next header" and ESP end the walk. Behind a fragment header that is
    /// not the first piece there is no header to find, but its protocol is known. False when the walk leaves the packet.
    /// </remarks>
    public bool TryFindUpperLayer(out UpperLayer found)
    {
        IpProtocol next = NextHeader;
        int at = Length;
        bool fragment = false;
        while (next is IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.DestinationOptions or IpProtocol.Fragment)
        {
            if (at + 8 > _bytes.Length)
            {
                found = default;
                return false;
            }

            if (next == IpProtocol.Fragment)
            {
                fragment = true;
                if ((BinaryPrimitives.ReadUInt16BigEndian(_bytes[(at + 2)..]) & 0xFFF8) != 0)
                {
                    found = new((IpProtocol)_bytes[at], at, IsFragment: true, IsLaterFragment: true);
                    return found.Protocol is not (IpProtocol.HopByHop or IpProtocol.Routing
                        or IpProtocol.DestinationOptions or IpProtocol.Fragment or IpProtocol.Ah);
                }
            }

            int length = next == IpProtocol.Fragment ? 8 : (_bytes[at + 1] + 1) * 8;
            next = (IpProtocol)_bytes[at];
            at += length;
        }

        found = new(next, at, fragment, IsLaterFragment: false);
        return next != IpProtocol.Ah || at + 2 <= _bytes.Length; // the kernel looks for the end of an authentication header before it stops at it
    }
}
