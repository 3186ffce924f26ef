using System.Buffers.Binary;

namespace Lab.Engine.Packets;

/// <summary>Reads an ARP or RARP packet (RFC 826, RFC 903) where it lies; its address lengths are its own to say.</summary>
/// <remarks><code>
///  0       2       4      5      6           8             8+h          8+h+p        8+2h+p       8+2h+2p
///  | htype | ptype | hlen | plen | operation | sender hw   | sender pr  | target hw  | target pr  |
/// </code></remarks>
public readonly ref struct ArpView
{
    public const int MinimumLength = 8; // bytes: the part before the addresses
    public const int Ipv4OverEthernetLength = 28; // bytes

    private readonly ReadOnlySpan<byte> _bytes;

    private ArpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Succeeds when the fixed part is there; each address is asked for separately.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ArpView view)
    {
        bool whole = bytes.Length >= MinimumLength;
        view = whole ? new(bytes) : default;
        return whole;
    }

    public ushort HardwareType => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    public ushort ProtocolType => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    public int HardwareLength => _bytes[4]; // bytes

    public int ProtocolLength => _bytes[5]; // bytes

    public ArpOperation Operation => (ArpOperation)BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]);

    /// <summary>Both protocol addresses, if they are IPv4 and all there.</summary>
    /// <remarks>Both or none, as ebt_arp reads them; the hardware addresses between them may have any length.</remarks>
    public bool TryReadIpv4(out Ipv4Address sender, out Ipv4Address target)
    {
        int at = MinimumLength + HardwareLength;
        int targetAt = at + Ipv4Address.Length + HardwareLength;
        bool there = ProtocolLength == Ipv4Address.Length && ProtocolType == (ushort)EtherType.Ipv4
            && _bytes.Length >= targetAt + Ipv4Address.Length;
        sender = there ? Ipv4Address.Read(_bytes[at..]) : default;
        target = there ? Ipv4Address.Read(_bytes[targetAt..]) : default;
        return there;
    }

    public bool TryReadSenderMac(out MacAddress mac) => TryReadMac(MinimumLength, out mac);

    public bool TryReadTargetMac(out MacAddress mac) =>
        TryReadMac(MinimumLength + MacAddress.Length + ProtocolLength, out mac);

    private bool TryReadMac(int at, out MacAddress mac)
    {
        bool there = HardwareLength == MacAddress.Length && HardwareType == 1 && _bytes.Length >= at + MacAddress.Length;
        mac = there ? MacAddress.Read(_bytes[at..]) : default;
        return there;
    }
}
