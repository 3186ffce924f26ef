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
public sealed class HostSockets
{
    private const byte Fin = 1, Syn = 2, Rst = 4, Ack = 16;
    private const byte EchoRequest = 8, EchoReply = 0;

    private readonly Host _host;
    private readonly Dictionary<ushort, List<IUdpService>> _services = [];

    internal HostSockets(Host host) => _host = host;

    /// <summary>Several services may share a port, one per network.</summary>
    public void Listen(ushort port, IUdpService service)
    {
        if (!_services.TryGetValue(port, out List<IUdpService>? list))
        {
            _services[port] = list = [];
        }

        list.Add(service);
    }

    internal void Receive(HostPacket packet, bool toBroadcast)
    {
        switch (packet.Protocol)
        {
            case IpProtocol.Icmp when !toBroadcast:
                Echo(packet);
                break;
            case IpProtocol.Udp:
                ReceiveUdp(packet, toBroadcast);
                break;
            case IpProtocol.Tcp when !toBroadcast && !packet.ToGroup:
                Reset(packet);
                break;
            case IpProtocol.Icmp or IpProtocol.Tcp or IpProtocol.Igmp:
                break;
            default:
                _host.AnswerError(packet, type: 3, code: 2); // protocol unreachable
                break;
        }
    }

    // Broadcast pings are ignored (icmp_echo_ignore_broadcasts); an echo request in a group frame for our own address is not.
    private void Echo(HostPacket packet)
    {
        ReadOnlySpan<byte> message = packet.Payload;
        if (message.Length >= 8 && message[0] == EchoRequest && InternetChecksum.Of(message) == 0)
        {
            byte[] answer = Frames.Icmp(packet.Destination, packet.Source, EchoReply, 0,
                System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(message[4..]), message[8..]);
            answer[1] = packet.Bytes[1];
            Ipv4Rewriter.Seal(answer);
            _host.Send(answer);
        }
    }

    private void ReceiveUdp(HostPacket packet, bool toBroadcast)
    {
        ReadOnlySpan<byte> datagram = packet.Payload;
        bool sound = datagram.Length >= 8 && (Ipv4Rewriter.Word(datagram, 6) == 0 || Transport.ChecksumIsRight(packet.Bytes));
        if (!sound)
        {
            return;
        }

        bool taken = _services.TryGetValue(Ipv4Rewriter.Word(datagram, 2), out List<IUdpService>? services)
            && services.Any(service => service.Receive(packet.Arrival!, packet.Bytes));
        if (!taken && !toBroadcast)
        {
            _host.AnswerError(packet, type: 3, code: 3);
        }
    }

    // tcp_v4_send_reset: nobody listens, so a segment that is no reset is answered by one.
    private void Reset(HostPacket packet)
    {
        if (!TcpView.TryRead(packet.Payload, out TcpView segment) || !Transport.ChecksumIsRight(packet.Bytes)
            || (packet.Payload[13] & Rst) != 0)
        {
            return;
        }

        byte flags = packet.Payload[13];
        uint sequence = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(packet.Payload[4..]);
        uint acknowledged = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(packet.Payload[8..]);
        int consumed = packet.Payload.Length - (packet.Payload[12] >> 4) * 4 + ((flags & Syn) != 0 ? 1 : 0) + ((flags & Fin) != 0 ? 1 : 0);
        bool acknowledges = (flags & Ack) != 0;
        byte[] reset = TcpReset.Build(
            packet.Destination, segment.DestinationPort, packet.Source, segment.SourcePort,
            acknowledges ? acknowledged : 0, acknowledges ? null : sequence + (uint)consumed, packet.Bytes[1]);
        _host.Send(reset);
    }
}
