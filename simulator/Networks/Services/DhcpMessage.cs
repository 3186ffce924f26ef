using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Simulator.Networks.Services;

/// <summary>The kinds of message (RFC 2132 section 9.6).</summary>
internal enum DhcpKind : byte
{
    Discover = 1,
    Offer = 2,
    Request = 3,
    Decline = 4,
    Acknowledge = 5,
    Refuse = 6,
    Release = 7,
    Inform = 8,
}

/// <summary>Reads a BOOTP message with DHCP options (RFC 2131 section 2) where it lies.</summary>
internal readonly ref struct DhcpMessage
{
    public const int OptionsAt = 240; // bytes: the fixed part and the cookie
    public const uint Cookie = 0x6382_5363;

    private readonly ReadOnlySpan<byte> _bytes;

    private DhcpMessage(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out DhcpMessage message)
    {
        bool sound = bytes.Length >= OptionsAt && BinaryPrimitives.ReadUInt32BigEndian(bytes[236..]) == Cookie
            && bytes[0] == 1 && bytes[2] == MacAddress.Length;
        message = sound ? new(bytes) : default;
        return sound;
    }

    /// <summary>The part of the request that answers repeat: transaction, flags, addresses of relay and client.</summary>
    public ReadOnlySpan<byte> Fixed => _bytes[..44];

    public bool WantsBroadcast => (_bytes[10] & 0x80) != 0;

    public Ipv4Address ClientAddress => Ipv4Address.Read(_bytes[12..]);

    public MacAddress ClientMac => MacAddress.Read(_bytes[28..]);

    public DhcpKind? Kind => Option(53) is [var kind] ? (DhcpKind)kind : null;

    public Ipv4Address? RequestedAddress => Option(50) is { Length: 4 } address ? Ipv4Address.Read(address) : null;

    public Ipv4Address? Server => Option(54) is { Length: 4 } address ? Ipv4Address.Read(address) : null;

    public ReadOnlySpan<byte> AskedFor => Option(55);

    public string Name => System.Text.Encoding.ASCII.GetString(Option(12));

    private ReadOnlySpan<byte> Option(byte code)
    {
        const byte pad = 0, end = 255;
        for (int at = OptionsAt; at < _bytes.Length && _bytes[at] != end;)
        {
            if (_bytes[at] == pad)
            {
                at++;
                continue;
            }

            int length = at + 1 < _bytes.Length ? _bytes[at + 1] : 0;
            if (_bytes[at] == code && at + 2 + length <= _bytes.Length)
            {
                return _bytes.Slice(at + 2, length);
            }

            at += 2 + length;
        }

        return default;
    }
}
