using System.Buffers.Binary;
using System.Collections.Immutable;
using Lab.Contract.Scenes;
using Lab.Engine.Packets;

namespace Lab.Contract.Hosts;

/// <summary>A guest's own network stack, as far as conversations need one: ARP, echo, UDP and TCP endpoints over IPv4.</summary>
/// <remarks>
/// It stands above the testbeds: frames in, frames out, no clock. So a conversation takes the same course on every
/// testbed that delivers the same frames. It starts with an empty neighbour table, like a guest that just booted.
/// </remarks>
/// <param name="nextHop">To whom it hands a packet for an address: the station itself, or a router on its link.</param>
internal sealed class SmallHost(GuestDraft guest, Func<Ipv4Address, Ipv4Address> nextHop)
{
    private readonly Dictionary<Ipv4Address, MacAddress> _neighbours = [];
    private readonly Dictionary<Ipv4Address, List<byte[]>> _waiting = [];
    private readonly AddressClient _client = new(guest.Mac, guest.Name.Text);

    /// <summary>Ports that take TCP connections and answer UDP datagrams; others refuse.</summary>
    public HashSet<ushort> Open { get; } = [];

    /// <summary>Everything that arrived for this host, in order: what a conversation's outcome is read from.</summary>
    public List<HostEvent> Events { get; } = [];

    /// <summary>The address that a server gave it, else those that the scenario says it has.</summary>
    public ImmutableArray<Ipv4Address> Addresses => Leased is { } leased ? [leased] : guest.Ipv4;

    /// <summary>Null until a server gave it an address.</summary>
    public Ipv4Address? Leased => _client.Leased;

    /// <summary>The payload of the last datagram that answered a question of its own.</summary>
    public byte[] Heard { get; private set; } = [];

    public AddressClient Client => _client;

    /// <summary>The frames that send this packet: the packet itself, or first the question where it should go.</summary>
    public IEnumerable<byte[]> Send(Ipv4Address destination, byte[] packet)
    {
        Ipv4Address to = nextHop(destination);
        if (_neighbours.TryGetValue(to, out MacAddress mac))
        {
            return [Frames.Ethernet(mac, guest.Mac, EtherType.Ipv4, packet)];
        }

        if (_waiting.TryGetValue(to, out List<byte[]>? queue))
        {
            queue.Add(packet);
            return [];
        }

        _waiting[to] = [packet];
        return [Frames.Ethernet(MacAddress.Broadcast, guest.Mac, EtherType.Arp, Frames.Arp(1, guest.Mac, Addresses[0], default, to))];
    }

    /// <summary>The frames that this one makes the host send.</summary>
    public IEnumerable<byte[]> Receive(ReadOnlyMemory<byte> frame)
    {
        if (!EthernetView.TryRead(frame.Span, out EthernetView ethernet)
            || (ethernet.Destination != guest.Mac && ethernet.Destination != MacAddress.Broadcast))
        {
            return [];
        }

        return ethernet.Type switch
        {
            EtherType.Arp when ArpView.TryRead(ethernet.Payload, out ArpView arp) => Arp(arp),
            EtherType.Ipv4 when Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip) && AddressClient.IsAnswer(ip) =>
                _client.Receive(ip.Payload[8..]),
            EtherType.Ipv4 when Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip) && Addresses.Contains(ip.Destination) =>
                Ipv4(ip.Source, ip.Destination, ip.Protocol, ip.Payload.ToArray()),
            _ => [],
        };
    }

    private IEnumerable<byte[]> Arp(ArpView arp)
    {
        if (!arp.TryReadIpv4(out Ipv4Address asker, out Ipv4Address asked) || !arp.TryReadSenderMac(out MacAddress at)
            || !Addresses.Contains(asked))
        {
            return [];
        }

        _neighbours[asker] = at;
        _ = _waiting.Remove(asker, out List<byte[]>? waiting);
        IEnumerable<byte[]> released = (waiting ?? []).Select(packet => Frames.Ethernet(at, guest.Mac, EtherType.Ipv4, packet));
        return arp.Operation == ArpOperation.Request
            ? [Frames.Ethernet(at, guest.Mac, EtherType.Arp, Frames.Arp(2, guest.Mac, asked, at, asker)), .. released]
            : released;
    }

    private IEnumerable<byte[]> Ipv4(Ipv4Address from, Ipv4Address to, IpProtocol protocol, byte[] payload) => protocol switch
    {
        IpProtocol.Icmp when payload.Length >= 8 => Icmp(from, to, payload),
        IpProtocol.Udp when payload.Length >= 8 => Udp(from, to, payload),
        IpProtocol.Tcp when TcpView.TryRead(payload, out TcpView segment) =>
            Tcp(from, to, segment.SourcePort, segment.DestinationPort, segment.Flags, segment.Sequence, segment.Payload.Length),
        _ => [],
    };

    private IEnumerable<byte[]> Icmp(Ipv4Address from, Ipv4Address to, byte[] message)
    {
        const byte EchoReply = 0, Unreachable = 3, Echo = 8;
        Events.Add(message[0] switch { EchoReply => HostEvent.EchoReply, Unreachable => HostEvent.Unreachable, _ => HostEvent.Other });
        uint rest = BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(4)); // identifier and sequence number
        return message[0] == Echo ? Send(from, Frames.Icmp(to, from, EchoReply, 0, rest, message.AsSpan(8))) : [];
    }

    /// <remarks>A closed port answers ICMP 3/3 with the header and eight bytes of the packet (RFC 1122 section 4.1.3.1).</remarks>
    private IEnumerable<byte[]> Udp(Ipv4Address from, Ipv4Address to, byte[] datagram)
    {
        ushort source = BinaryPrimitives.ReadUInt16BigEndian(datagram), destination = BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(2));
        if (Open.Contains(destination))
        {
            return Send(from, Frames.Udp(to, destination, from, source, datagram.AsSpan(8)));
        }

        if (destination == Conversation.ClientPort)
        {
            Events.Add(HostEvent.Datagram);
            Heard = datagram[8..];
            return [];
        }

        byte[] quoted = Frames.Ipv4(from, to, IpProtocol.Udp, datagram.AsSpan(0, 8));
        return Send(from, Frames.Icmp(to, from, 3, 3, 0, quoted));
    }

    private IEnumerable<byte[]> Tcp(
        Ipv4Address from, Ipv4Address to, ushort fromPort, ushort toPort, TcpFlags flags, uint sequence, int length)
    {
        const byte Syn = 2, Reset = 4, Ack = 16;
        switch (flags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst))
        {
            case TcpFlags.Syn when Open.Contains(toPort):
                return Send(from, Frames.Tcp(to, toPort, from, fromPort, Syn | Ack, [], 5000, sequence + 1));
            case TcpFlags.Syn:
                return Send(from, Frames.Tcp(to, toPort, from, fromPort, Reset | Ack, [], 0, sequence + 1));
            case TcpFlags.Syn | TcpFlags.Ack:
                Events.Add(HostEvent.Connected);
                return Send(from, Frames.Tcp(to, toPort, from, fromPort, Ack, [], 1001, sequence + 1));
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
    EchoReply,
    Unreachable,
    Datagram,

    /// <summary>The second segment of a handshake: the client has its connection.</summary>
    Connected,

    /// <summary>The third: the server has it too.</summary>
    Accepted,
    Reset,
}
