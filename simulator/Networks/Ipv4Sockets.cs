using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Simulator.Networks;

/// <summary>Something on the host that answers datagrams: the DHCP and DNS server of a network.</summary>
public interface IUdpService
{
    /// <param name="device">Where the datagram came in.</param>
    /// <param name="datagram">The IPv4 packet with the UDP datagram.</param>
    /// <returns>False: the service does not listen here, and the port counts as closed.</returns>
    bool Receive(HostDevice device, ReadOnlySpan<byte> datagram);
}

/// <summary>The upper end of a host's stack: echo, closed ports, and the services that run there.</summary>
public sealed class Ipv4Sockets
{
    private const byte EchoRequest = 8, EchoReply = 0, Unreachable = 3;

    private readonly Ipv4Stack _stack;
    private readonly Dictionary<ushort, List<IUdpService>> _services = [];

    internal Ipv4Sockets(Ipv4Stack stack) => _stack = stack;

    /// <summary>Several services may share a port, one per network.</summary>
    public void Listen(ushort port, IUdpService service)
    {
        if (!_services.TryGetValue(port, out List<IUdpService>? list))
        {
            _services[port] = list = [];
        }

        list.Add(service);
    }

    internal void Receive(Ipv4Packet packet)
    {
        switch (packet.Protocol)
        {
            case IpProtocol.Icmp when !packet.IsForEverybody:
                Echo(packet);
                break;
            case IpProtocol.Udp:
                ReceiveUdp(packet);
                break;
            case IpProtocol.Tcp when !packet.IsForEverybody && !packet.ToGroup:
                Reset(packet);
                break;
            case IpProtocol.Icmp or IpProtocol.Tcp or IpProtocol.Igmp:
                break;
            default:
                _stack.AnswerError(packet, Unreachable, code: 2);
                break;
        }
    }

    // Broadcast pings are ignored (icmp_echo_ignore_broadcasts); an echo request in a group frame for our own address is not.
    private void Echo(Ipv4Packet packet)
    {
        ReadOnlySpan<byte> message = packet.Payload;
        if (message.Length >= 8 && message[0] == EchoRequest && InternetChecksum.Of(message) == 0)
        {
            byte[] answer = Frames.Icmp(packet.Destination, packet.Source, EchoReply, 0,
                BinaryPrimitives.ReadUInt32BigEndian(message[4..]), message[8..]);
            answer[1] = packet.Bytes[1];
            Ipv4Rewriter.Seal(answer);
            _stack.Answer(packet, answer);
        }
    }

    private void ReceiveUdp(Ipv4Packet packet)
    {
        ReadOnlySpan<byte> datagram = packet.Payload;
        bool sound = datagram.Length >= 8 && (Ipv4Rewriter.Word(datagram, 6) == 0 || Transport.ChecksumIsRight(packet.Bytes));
        if (!sound)
        {
            return;
        }

        bool taken = _services.TryGetValue(Ipv4Rewriter.Word(datagram, 2), out List<IUdpService>? services)
            && services.Any(service => service.Receive(packet.Arrival!, packet.Bytes));
        if (!taken)
        {
            _stack.AnswerError(packet, Unreachable, code: 3);
        }
    }

    // tcp_v4_send_reset: nobody listens, so a segment that is no reset is answered by one.
    private void Reset(Ipv4Packet packet)
    {
        const byte dontFragment = 0x40;
        if (Transport.ChecksumIsRight(packet.Bytes) && TcpReset.Answering(packet.Payload) is { } reset)
        {
            byte[] answer = Frames.Tcp(packet.Destination, reset.From, packet.Source, reset.To, reset.Flags, default, reset.Sequence, reset.Acknowledge);
            AddressRewriter.SetTransportWord(answer, TcpReset.WindowAt, 0);
            (answer[1], answer[6]) = (packet.Bytes[1], dontFragment);
            Ipv4Rewriter.Seal(answer);
            _stack.Answer(packet, answer);
        }
    }
}
