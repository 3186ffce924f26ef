using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Contract.Hosts;

/// <summary>A guest's DHCP client (RFC 2131 section 4.4): takes the first offer, and keeps what is acknowledged.</summary>
internal sealed class AddressClient(MacAddress mac)
{
    private const ushort ClientPort = 68, ServerPort = 67;
    private const int OptionsAt = 240; // bytes: the fixed part and the cookie
    private const byte KindOption = 53, RequestedOption = 50, ServerOption = 54, WishesOption = 55, End = 255;
    private const byte DiscoverKind = 1, OfferKind = 2, RequestKind = 3, AcknowledgeKind = 5;

    /// <summary>Mask, router, name server, host name, domain, broadcast address.</summary>
    private static readonly byte[] Wishes = [1, 3, 6, 12, 15, 28];

    public Ipv4Address? Leased { get; private set; }

    public static bool IsAnswer(Ipv4View packet) => packet.Protocol == IpProtocol.Udp && packet.Payload.Length >= 8 + OptionsAt
        && BinaryPrimitives.ReadUInt16BigEndian(packet.Payload) == ServerPort && BinaryPrimitives.ReadUInt16BigEndian(packet.Payload[2..]) == ClientPort;

    public byte[] Discover()
    {
        Leased = null;
        return Message(DiscoverKind, []);
    }

    /// <param name="bootp">What the datagram carries.</param>
    public IEnumerable<byte[]> Receive(ReadOnlySpan<byte> bootp)
    {
        if (BinaryPrimitives.ReadUInt32BigEndian(bootp[4..]) != Transaction || Leased is not null)
        {
            return [];
        }

        Ipv4Address yours = Ipv4Address.Read(bootp[16..]);
        switch (Option(bootp, KindOption))
        {
            case [OfferKind]:
                return [Message(RequestKind, [RequestedOption, 4, .. bootp[16..20], ServerOption, 4, .. Option(bootp, ServerOption)])];
            case [AcknowledgeKind]:
                Leased = yours;
                return [];
            default:
                return [];
        }
    }

    private uint Transaction => (uint)mac.Bits;

    private byte[] Message(byte kind, byte[] more)
    {
        byte[] bootp = [.. new byte[OptionsAt], KindOption, 1, kind, .. more, WishesOption, (byte)Wishes.Length, .. Wishes, End];
        (bootp[0], bootp[1], bootp[2]) = (1, 1, MacAddress.Length); // a request, Ethernet
        BinaryPrimitives.WriteUInt32BigEndian(bootp.AsSpan(4), Transaction);
        mac.Write(bootp.AsSpan(28));
        BinaryPrimitives.WriteUInt32BigEndian(bootp.AsSpan(OptionsAt - 4), 0x6382_5363);
        return Frames.Ethernet(MacAddress.Broadcast, mac, EtherType.Ipv4,
            Frames.Udp(default, ClientPort, new Ipv4Address(uint.MaxValue), ServerPort, bootp));
    }

    private static ReadOnlySpan<byte> Option(ReadOnlySpan<byte> bootp, byte code)
    {
        int length;
        for (int at = OptionsAt; at + 1 < bootp.Length && bootp[at] != End; at += bootp[at] == 0 ? 1 : 2 + length)
        {
            length = bootp[at + 1];
            if (bootp[at] == code && at + 2 + length <= bootp.Length)
            {
                return bootp.Slice(at + 2, length);
            }
        }

        return default;
    }
}
