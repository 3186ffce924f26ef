using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Lab.Engine.Packets;

namespace Lab.Contract.Hosts;

/// <summary>How a guest comes by an IPv6 address: it looks for a router (RFC 4861 section 6.3.7), which says whether to make one up
/// (RFC 4862) or to ask for one (RFC 8415).</summary>
/// <param name="name">What it tells the server that it is called.</param>
internal sealed class Ipv6AddressClient(MacAddress mac, string name)
{
    private const ushort ClientPort = 546, ServerPort = 547;
    private const byte RouterSolicitation = 133, RouterAdvertisement = 134;
    private const int HeadLength = 4, OptionHeadLength = 4; // bytes: kind and transaction; code and length
    private const byte Solicit = 1, Advertise = 2, Request = 3, Reply = 7, InformationRequest = 11;
    private const ushort ClientId = 1, ServerId = 2, Addresses = 3, Address = 5, Wishes = 6, Elapsed = 8, Name = 39;
    private const ushort NameServers = 23, SearchList = 24, RefreshTime = 32;
    private const byte UpdateForMe = 1; // flag of a name (RFC 4704 section 4.1)

    private static readonly Ipv6Address AllServers = Ipv6Address.Parse("ff02::1:2");

    /// <summary>What a client can do with the address that it has, by the kind of message.</summary>
    public static ImmutableDictionary<string, byte> Deeds { get; } = ImmutableDictionary.CreateRange<string, byte>(
        [new("confirms", 4), new("renews", 5), new("rebinds", 6), new("releases", 8), new("declines", 9)]);

    private byte[] _server = [];
    private byte _transaction;

    public Ipv6Address? Leased { get; private set; }

    /// <summary>The last advertisement of a router: an ICMPv6 message; empty while there is none.</summary>
    public byte[] Advertised { get; private set; } = [];

    /// <summary>A DHCPv6 server's last word; empty while it has said nothing.</summary>
    public byte[] Answer { get; private set; } = [];

    /// <summary>By what servers know it: a DUID of its MAC (RFC 8415 section 11.4).</summary>
    public byte[] Id => [0, 3, 0, 1, .. Bytes(mac)];

    private Ipv6Address Own => mac.LinkLocal();

    /// <summary>Asks all routers.</summary>
    /// <param name="nameless">Before it has even a link-local address.</param>
    public byte[] LookForRouter(bool nameless = false)
    {
        Advertised = [];
        byte[] where = [1, 1, .. Bytes(mac)];
        return Framed(Frames.Icmp(nameless ? default : Own, Ipv6Classes.AllRouters, RouterSolicitation, 0, 0, nameless ? [] : where, hopLimit: 255));
    }

    /// <summary>Does what the router said: takes an address of the first prefix that is for that, or begins to ask for one.</summary>
    public IEnumerable<byte[]> Follow()
    {
        Leased = null;
        RouterWords router = new(Advertised);
        if (router.IsManaged)
        {
            Answer = [];
            return [Message(Solicit, WishFor([]))];
        }

        Leased = router.PrefixToMakeUpFrom is { } prefix ? new(prefix.Bits | (Own.Bits & ulong.MaxValue)) : null;
        return [];
    }

    /// <summary>Confirms, renews, gives back or declines the address that it has.</summary>
    public byte[] Do(string deed)
    {
        Answer = [];
        byte kind = Deeds[deed];
        bool anyServer = kind is 4 or 6;
        return Message(kind, [.. anyServer ? [] : Option(ServerId, _server), .. WishFor(Leased is { } own ? Option(Address, [.. IpNumber.Of(own).ToBytes(), .. new byte[8]]) : [])]);
    }

    /// <summary>With an address of its own: asks for the rest.</summary>
    public byte[] Inform()
    {
        Answer = [];
        return Message(InformationRequest, []);
    }

    /// <summary>The frames that a message of ICMPv6 for this guest, or for everybody, makes it send; there are none.</summary>
    public void ReceiveIcmp(ReadOnlySpan<byte> message)
    {
        if (message is [RouterAdvertisement, ..])
        {
            Advertised = message.ToArray();
        }
    }

    public static bool IsAnswer(ReadOnlySpan<byte> datagram) => datagram.Length >= UdpView.Length + HeadLength
        && BinaryPrimitives.ReadUInt16BigEndian(datagram) == ServerPort && BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) == ClientPort;

    /// <param name="message">What the datagram carries.</param>
    public IEnumerable<byte[]> Receive(ReadOnlySpan<byte> message)
    {
        if (message[3] != _transaction || Answer.Length > 0)
        {
            return [];
        }

        byte[] wish = Find(message[HeadLength..], Addresses);
        if (message[0] == Advertise && wish.Length > 0)
        {
            _server = Find(message[HeadLength..], ServerId);
            return [Message(Request, [.. Option(ServerId, _server), .. Option(Addresses, wish)])];
        }

        Answer = message.ToArray();
        byte[] address = wish.Length > 12 ? Find(wish.AsSpan(12), Address) : [];
        if (message[0] == Reply && address.Length > 0)
        {
            Leased = Ipv6Address.Read(address);
        }

        return [];
    }

    /// <summary>The first option of its kind in the server's last word; empty when it is not there.</summary>
    public byte[] Told(ushort option) => Answer.Length > HeadLength ? Find(Answer.AsSpan(HeadLength), option) : [];

    /// <summary>The options of one wish, behind its identifier and its two times.</summary>
    private byte[] WishFor(byte[] addresses) => Option(Addresses, [.. Number((uint)mac.Bits), .. new byte[8], .. addresses]);

    private byte[] Message(byte kind, byte[] more)
    {
        _transaction++;
        byte[] message =
        [
            kind, (byte)(mac.Bits >> 8), (byte)mac.Bits, _transaction,
            .. Option(ClientId, Id),
            .. more,
            .. Option(Elapsed, [0, 0]),
            .. Option(Wishes, [0, (byte)NameServers, 0, (byte)SearchList, 0, (byte)RefreshTime]),
            .. Option(Name, [UpdateForMe, (byte)name.Length, .. Encoding.ASCII.GetBytes(name)]),
        ];
        return Framed(Frames.Udp(Own, ClientPort, AllServers, ServerPort, message));
    }

    /// <summary>All that it says goes to a group.</summary>
    private byte[] Framed(byte[] packet) =>
        Frames.Ethernet(Ipv6Address.Read(packet.AsSpan(24)).GroupMac(), mac, EtherType.Ipv6, packet);

    private static byte[] Option(ushort code, byte[] value) => [(byte)(code >> 8), (byte)code, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    private static byte[] Find(ReadOnlySpan<byte> options, ushort code)
    {
        int length;
        for (int at = 0; at + OptionHeadLength <= options.Length; at += OptionHeadLength + length)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(options[(at + 2)..]);
            if (BinaryPrimitives.ReadUInt16BigEndian(options[at..]) == code && at + OptionHeadLength + length <= options.Length)
            {
                return options.Slice(at + OptionHeadLength, length).ToArray();
            }
        }

        return [];
    }

    private static byte[] Number(uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Bytes(MacAddress address)
    {
        byte[] bytes = new byte[MacAddress.Length];
        address.Write(bytes);
        return bytes;
    }
}
