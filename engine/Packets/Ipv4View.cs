using System.Buffers.Binary;

namespace Lab.Engine.Packets;

/// <summary>Reads an IPv4 header (RFC 791 section 3.1) where it lies; copies nothing.</summary>
/// <remarks><code>
///  0         1     2              4      6              8     9          10         12       16            20
///  | ver IHL | TOS | total length | id   | flags offset | TTL | protocol | checksum | source | destination | options
/// </code></remarks>
public readonly ref struct Ipv4View
{
    public const int MinimumLength = 20; // bytes: five 32-bit words and no options

    private readonly ReadOnlySpan<byte> _bytes;

    private Ipv4View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Succeeds only if the whole header is there, options included, so that no property below can fail.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Ipv4View view)
    {
        bool whole = bytes.Length >= MinimumLength && bytes[0] >> 4 == 4
            && (bytes[0] & 0x0F) >= 5 && bytes.Length >= (bytes[0] & 0x0F) * 4;
        view = whole ? new(bytes) : default;
        return whole;
    }

    /// <summary>In bytes, options included: 20 to 60.</summary>
    public int HeaderLength => (_bytes[0] & 0x0F) * 4;

    public byte TypeOfService => _bytes[1];

    /// <summary>The upper six bits of the type of service (RFC 2474).</summary>
    public int Dscp => _bytes[1] >> 2;

    /// <summary>Header and payload in bytes as the sender claims; it may be more or less than what arrived.</summary>
    public int TotalLength => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    public ushort Id => BinaryPrimitives.ReadUInt16BigEndian(_bytes[4..]);

    public bool DontFragment => (_bytes[At.Fragment] & 0x40) != 0;

    public bool MoreFragments => (_bytes[At.Fragment] & 0x20) != 0;

    /// <summary>Where this piece belongs in the original datagram, in 8-byte units.</summary>
    /// <remarks>Only the piece at offset 0 carries ports, so port conditions ask here first.</remarks>
    public int FragmentOffset => BinaryPrimitives.ReadUInt16BigEndian(_bytes[At.Fragment..]) & 0x1FFF;

    public bool IsFragment => MoreFragments || FragmentOffset != 0;

    public byte TimeToLive => _bytes[8];

    public IpProtocol Protocol => (IpProtocol)_bytes[9];

    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_bytes[10..]);

    public bool ChecksumIsRight => InternetChecksum.Of(_bytes[..HeaderLength]) == 0;

    public Ipv4Address Source => Ipv4Address.Read(_bytes[At.Source..]);

    public Ipv4Address Destination => Ipv4Address.Read(_bytes[At.Destination..]);

    /// <summary>0 to 40 bytes.</summary>
    public ReadOnlySpan<byte> Options => _bytes[MinimumLength..HeaderLength];

    /// <summary>Whether the claimed length is possible: not less than the header, not more than what arrived.</summary>
    /// <remarks>nft_set_pktinfo_ipv4_validate in include/net/netfilter/nf_tables_ipv4.h asks the same.</remarks>
    public bool LengthIsSound => TotalLength >= HeaderLength && TotalLength <= _bytes.Length;

    /// <summary>What follows the header, up to the claimed length or to the end of what arrived.</summary>
    public ReadOnlySpan<byte> Payload =>
        _bytes[HeaderLength..Math.Clamp(TotalLength, HeaderLength, _bytes.Length)];

    private static class At
    {
        public const int Fragment = 6, Source = 12, Destination = 16;
    }
}
