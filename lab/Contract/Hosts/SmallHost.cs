using System.Buffers.Binary;
using System.Collections.Immutable;
using Lab.Contract.Scenes;
using Lab.Engine.Packets;

namespace Lab.Contract.Hosts;

/// <summary>A guest's own network stack, as far as conversations need one: ARP and neighbour discovery, echo, UDP and TCP endpoints.</summary>
/// <remarks>
/// It stands above the testbeds: frames in, frames out, no clock. So a conversation takes the same course on every
/// testbed that delivers the same frames. It starts with an empty neighbour table, like a guest that just booted.
/// </remarks>
/// <param name="nextHop">To whom it hands a packet for an address: the station itself, or a router on its link.</param>
internal sealed class SmallHost(GuestDraft guest, Func<IpNumber, IpNumber> nextHop)
{
    private const uint SolicitedAndOverride = 0x6000_0000;

    private readonly Dictionary<IpNumber, MacAddress> _neighbours = [];
    private readonly Dictionary<IpNumber, List<byte[]>> _waiting = [];
    private readonly AddressClient _client = new(guest.Mac, guest.Name.Text);
    private readonly Ipv6AddressClient _ipv6Client = new(guest.Mac, guest.Name.Text);

    /// <summary>Ports that take TCP connections and answer UDP datagrams; others refuse.</summary>
    public HashSet<ushort> Open { get; } = [];

    /// <summary>Everything that arrived for this host, in order: what a conversation's outcome is read from.</summary>
    public List<HostEvent> Events { get; } = [];

    /// <summary>The address that a server gave it, else those that the scenario says it has; then those of IPv6.</summary>
    public ImmutableArray<IpNumber> Addresses =>
    [
        .. (Leased is { } leased ? [leased] : guest.Ipv4).Select(IpNumber.Of),
        .. (_ipv6Client.Leased is { } six ? [six] : guest.Ipv6.IsEmpty ? [guest.FirstIpv6] : guest.Ipv6).Select(IpNumber.Of),
    ];

    /// <summary>Null until a server gave it an address.</summary>
    public Ipv4Address? Leased => _client.Leased;

    /// <summary>The payload of the last datagram that answered a question of its own.</summary>
    public byte[] Heard { get; private set; } = [];

    public AddressClient Client => _client;

    public Ipv6AddressClient Ipv6Client => _ipv6Client;

    /// <summary>What it knows as a name server, which it is if it knows anything.</summary>
    public List<(string Name, IpNumber Address)> Names { get; } = [];

    /// <summary>The frames that send this packet: the packet itself, or first the question where it should go.</summary>
    public IEnumerable<byte[]> Send(IpNumber destination, byte[] packet)
    {
        IpNumber to = nextHop(destination);
        if (_neighbours.TryGetValue(to, out MacAddress mac))
        {
            return [Framed(mac, packet)];
        }

        if (_waiting.TryGetValue(to, out List<byte[]>? queue))
        {
            queue.Add(packet);
            return [];
        }

        _waiting[to] = [packet];
        return [QuestionFor(to)];
    }

    /// <summary>The frames that this one makes the host send.</summary>
    public IEnumerable<byte[]> Receive(ReadOnlyMemory<byte> frame)
    {
        if (!EthernetView.TryRead(frame.Span, out EthernetView ethernet) || !IsForUs(ethernet.Destination))
        {
            return [];
        }

        return ethernet.Type switch
        {
            EtherType.Arp when ArpView.TryRead(ethernet.Payload, out ArpView arp) => Arp(arp),
            EtherType.Ipv4 when Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip) && AddressClient.IsAnswer(ip) =>
                _client.Receive(ip.Payload[8..]),
            EtherType.Ipv4 when Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip) && Addresses.Contains(IpNumber.Of(ip.Destination)) =>
                Carried(IpNumber.Of(ip.Source), IpNumber.Of(ip.Destination), ip.Protocol, ip.Payload.ToArray()),
            EtherType.Ipv6 when Ipv6View.TryRead(ethernet.Payload, out Ipv6View ip) =>
                Ipv6(IpNumber.Of(ip.Source), IpNumber.Of(ip.Destination), ip.NextHeader, ip.Payload.ToArray()),
            _ => [],
        };
    }

    private bool IsForUs(MacAddress destination) => destination == guest.Mac || destination == MacAddress.Broadcast
        || destination == Ipv6Classes.AllNodes.GroupMac() || Ipv6Addresses.Any(own => own.SolicitedNode().GroupMac() == destination);

    /// <summary>Those it is reached at: the link-local one too.</summary>
    private IEnumerable<Ipv6Address> Ipv6Addresses => Addresses.Where(own => own.Version6).Select(own => own.ToIpv6()).Append(guest.Mac.LinkLocal());

    private bool IsOurs(IpNumber address) => Addresses.Contains(address) || (address.Version6 && address.ToIpv6() == guest.Mac.LinkLocal());

    private byte[] Framed(MacAddress to, byte[] packet) =>
        Frames.Ethernet(to, guest.Mac, packet[0] >> 4 == 6 ? EtherType.Ipv6 : EtherType.Ipv4, packet);

    private byte[] QuestionFor(IpNumber neighbour)
    {
        IpNumber own = Addresses.First(address => address.Version6 == neighbour.Version6);
        if (!neighbour.Version6)
        {
            return Frames.Ethernet(MacAddress.Broadcast, guest.Mac, EtherType.Arp,
                Frames.Arp(1, guest.Mac, own.ToIpv4(), default, neighbour.ToIpv4()));
        }

        Ipv6Address target = neighbour.ToIpv6(), group = target.SolicitedNode();
        return Framed(group.GroupMac(), Frames.Neighbour(advertisement: false, own.ToIpv6(), group, target, guest.Mac));
    }

    private IEnumerable<byte[]> Arp(ArpView arp)
    {
        if (!arp.TryReadIpv4(out Ipv4Address asker, out Ipv4Address asked) || !arp.TryReadSenderMac(out MacAddress at)
            || !Addresses.Contains(IpNumber.Of(asked)))
        {
            return [];
        }

        IEnumerable<byte[]> released = Found(IpNumber.Of(asker), at);
        return arp.Operation == ArpOperation.Request
            ? [Frames.Ethernet(at, guest.Mac, EtherType.Arp, Frames.Arp(2, guest.Mac, asked, at, asker)), .. released]
            : released;
    }

    /// <summary>What waited for a neighbour may go.</summary>
    private byte[][] Found(IpNumber neighbour, MacAddress at)
    {
        _neighbours[neighbour] = at;
        _ = _waiting.Remove(neighbour, out List<byte[]>? waiting);
        return [.. (waiting ?? []).Select(packet => Framed(at, packet))];
    }

    private IEnumerable<byte[]> Ipv6(IpNumber from, IpNumber to, IpProtocol protocol, byte[] payload)
    {
        const byte solicitation = 135, advertisement = 136;
        const int targetAt = 8, optionAt = 24, length = 32; // bytes: with the link-layer address as its one option
        if (protocol == IpProtocol.IcmpV6)
        {
            _ipv6Client.ReceiveIcmp(payload);
        }

        if (protocol == IpProtocol.Udp && Ipv6AddressClient.IsAnswer(payload) && IsOurs(to))
        {
            return _ipv6Client.Receive(payload.AsSpan(UdpView.Length));
        }

        if (protocol != IpProtocol.IcmpV6 || payload is not [solicitation or advertisement, ..])
        {
            return IsOurs(to) ? Carried(from, to, protocol, payload) : [];
        }

        Ipv6Address target = payload.Length >= optionAt ? Ipv6Address.Read(payload.AsSpan(targetAt)) : default;
        MacAddress? mac = payload.Length >= length ? MacAddress.Read(payload.AsSpan(optionAt + 2)) : null;
        if (payload[0] == advertisement)
        {
            return mac is { } at ? Found(IpNumber.Of(target), at) : [];
        }

        return mac is { } asker && IsOurs(IpNumber.Of(target))
            ? [Framed(asker, Frames.Neighbour(advertisement: true, target, from.ToIpv6(), target, guest.Mac, SolicitedAndOverride)), .. Found(from, asker)]
            : [];
    }

    private IEnumerable<byte[]> Carried(IpNumber from, IpNumber to, IpProtocol protocol, byte[] payload) => protocol switch
    {
        IpProtocol.Icmp or IpProtocol.IcmpV6 when payload.Length >= 8 => Icmp(from, to, payload),
        IpProtocol.Udp when payload.Length >= 8 => Udp(from, to, payload),
        IpProtocol.Tcp when TcpView.TryRead(payload, out TcpView segment) =>
            Tcp(from, to, segment.SourcePort, segment.DestinationPort, segment.Flags, segment.Sequence, segment.Payload.Length),
        _ => [],
    };

    private IEnumerable<byte[]> Icmp(IpNumber from, IpNumber to, byte[] message)
    {
        HostEvent meaning = PacketOf.Meaning(from.Version6, message[0]);
        Events.Add(meaning);
        uint rest = BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(4)); // identifier and sequence number
        return meaning == HostEvent.EchoRequest ? Send(from, PacketOf.Echo(to, from, reply: true, rest, message.AsSpan(8))) : [];
    }

    private IEnumerable<byte[]> Udp(IpNumber from, IpNumber to, byte[] datagram)
    {
        ushort source = BinaryPrimitives.ReadUInt16BigEndian(datagram), destination = BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(2));
        if (destination == NameQuestion.Port && Names.Count > 0)
        {
            return Send(from, PacketOf.Udp(to, destination, from, source, NameQuestion.Answer(datagram.AsSpan(UdpView.Length), Names)));
        }

        if (Open.Contains(destination))
        {
            return Send(from, PacketOf.Udp(to, destination, from, source, datagram.AsSpan(8)));
        }

        if (destination == Conversation.ClientPort)
        {
            Events.Add(HostEvent.Datagram);
            Heard = datagram[8..];
            return [];
        }

        return Send(from, PacketOf.ClosedPort(to, from, datagram));
    }

    private IEnumerable<byte[]> Tcp(
        IpNumber from, IpNumber to, ushort fromPort, ushort toPort, TcpFlags flags, uint sequence, int length)
    {
        const byte Syn = 2, Reset = 4, Ack = 16;
        switch (flags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst))
        {
            case TcpFlags.Syn when Open.Contains(toPort):
                return Send(from, PacketOf.Tcp(to, toPort, from, fromPort, Syn | Ack, 5000, sequence + 1));
            case TcpFlags.Syn:
                return Send(from, PacketOf.Tcp(to, toPort, from, fromPort, Reset | Ack, 0, sequence + 1));
            case TcpFlags.Syn | TcpFlags.Ack:
                Events.Add(HostEvent.Connected);
                return Send(from, PacketOf.Tcp(to, toPort, from, fromPort, Ack, 1001, sequence + 1));
            case TcpFlags.Ack when length == 0:
                Events.Add(HostEvent.Accepted);
                return [];
            case TcpFlags.Rst or (TcpFlags.Rst | TcpFlags.Ack):
                Events.Add(HostEvent.Reset);
                return [];
            default:
                Events.Add(HostEvent.Other);
                return [];
        }
    }
}

/// <summary>Something that arrived for a host and decides how its conversation went.</summary>
internal enum HostEvent
{
    Other,
    EchoRequest,
    EchoReply,
    Unreachable,
    Datagram,

    /// <summary>The second segment of a handshake: the client has its connection.</summary>
    Connected,

    /// <summary>The third: the server has it too.</summary>
    Accepted,
    Reset,
}
