using System.Buffers.Binary;
using System.Text;
using Lab.Engine.Packets;

namespace Lab.Contract.Hosts;

/// <summary>A guest's DHCP client (RFC 2131 section 4.4): takes the first offer, and keeps what is acknowledged.</summary>
/// <param name="name">What it tells the server that it is called.</param>
internal sealed class AddressClient(MacAddress mac, string name)
{
    private const ushort ClientPort = 68, ServerPort = 67;
    private const int ClientAddressAt = 12, YourAddressAt = 16, OptionsAt = 240; // bytes: the fixed part and the cookie
    private const byte KindOption = 53, RequestedOption = 50, ServerOption = 54, WishesOption = 55, NameOption = 12, End = 255;
    private const byte DiscoverKind = 1, OfferKind = 2, RequestKind = 3, AcknowledgeKind = 5, RefuseKind = 6, InformKind = 8;

    /// <summary>Mask, router, name server, host name, domain, MTU, broadcast address.</summary>
    private static readonly byte[] Wishes = [1, 3, 6, 12, 15, 26, 28];

    public Ipv4Address? Leased { get; private set; }

    /// <summary>The server's last word: what it acknowledged or refused; empty while it has said neither.</summary>
    public byte[] Answer { get; private set; } = [];

    public bool WasRefused => Option(Answer, KindOption) is [RefuseKind];

    public static bool IsAnswer(Ipv4View packet) => packet.Protocol == IpProtocol.Udp && packet.Payload.Length >= 8 + OptionsAt
        && BinaryPrimitives.ReadUInt16BigEndian(packet.Payload) == ServerPort && BinaryPrimitives.ReadUInt16BigEndian(packet.Payload[2..]) == ClientPort;

    public byte[] Discover()
    {
        (Leased, Answer) = (null, []);
        return Message(DiscoverKind, default, []);
    }

    /// <summary>After a reboot: asks for an address that it believes to have.</summary>
    public byte[] Request(Ipv4Address address)
    {
        (Leased, Answer) = (null, []);
        byte[] wanted = [RequestedOption, 4, 0, 0, 0, 0];
        address.Write(wanted.AsSpan(2));
        return Message(RequestKind, default, wanted);
    }

    /// <summary>With an address of its own: asks for the rest.</summary>
    public byte[] Inform(Ipv4Address own)
    {
        Answer = [];
        return Message(InformKind, own, []);
    }

    /// <summary>An option of the server's last word; empty when it is not there.</summary>
    public ReadOnlySpan<byte> Told(byte code) => Option(Answer, code);

    /// <param name="bootp">What the datagram carries.</param>
    public IEnumerable<byte[]> Receive(ReadOnlySpan<byte> bootp)
    {
        if (BinaryPrimitives.ReadUInt32BigEndian(bootp[4..]) != Transaction || Answer.Length > 0)
        {
            return [];
        }

        switch (Option(bootp, KindOption))
        {
            case [OfferKind]:
                return [Message(RequestKind, default,
                    [RequestedOption, 4, .. bootp[YourAddressAt..(YourAddressAt + 4)], ServerOption, 4, .. Option(bootp, ServerOption)])];
            case [AcknowledgeKind]:
                Answer = bootp.ToArray();
                Ipv4Address yours = Ipv4Address.Read(bootp[YourAddressAt..]);
                Leased = yours == default ? Leased : yours;
                return [];
            case [RefuseKind]:
                Answer = bootp.ToArray();
                return [];
            default:
                return [];
        }
    }

    private uint Transaction => (uint)mac.Bits;

    private byte[] Message(byte kind, Ipv4Address own, byte[] more)
    {
        byte[] bootp =
        [
            .. new byte[OptionsAt], KindOption, 1, kind, .. more, NameOption, (byte)name.Length, .. Encoding.ASCII.GetBytes(name),
            WishesOption, (byte)Wishes.Length, .. Wishes, End,
        ];
        own.Write(bootp.AsSpan(ClientAddressAt));
        (bootp[0], bootp[1], bootp[2]) = (1, 1, MacAddress.Length); // a request, Ethernet
        BinaryPrimitives.WriteUInt32BigEndian(bootp.AsSpan(4), Transaction);
        mac.Write(bootp.AsSpan(28));
        BinaryPrimitives.WriteUInt32BigEndian(bootp.AsSpan(OptionsAt - 4), 0x6382_5363);
        return Frames.Ethernet(MacAddress.Broadcast, mac, EtherType.Ipv4,
            Frames.Udp(own, ClientPort, new Ipv4Address(uint.MaxValue), ServerPort, bootp));
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
