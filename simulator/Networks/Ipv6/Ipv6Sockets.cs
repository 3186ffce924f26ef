using System.Buffers.Binary;
using Lab.Engine.Packets;
using Lab.Simulator.Networks.Firewall;
using Lab.Simulator.Networks.Services;

namespace Lab.Simulator.Networks.Ipv6;

/// <summary>The upper end of a host's IPv6 stack: echo, neighbour discovery, closed ports, and the services that run there.</summary>
internal sealed class Ipv6Sockets(Ipv6Stack stack, NeighbourDiscovery neighbours, UdpServices services)
{
    private const byte PortUnreachable = 4;

    public void Receive(Ipv6Packet packet)
    {
        switch (packet.Protocol)
        {
            case IpProtocol.IcmpV6 when packet.Payload.Length >= IcmpView.Length && Transport.ChecksumIsRight(packet):
                ReceiveMessage(packet);
                break;
            case IpProtocol.Udp or IpProtocol.UdpLite:
                ReceiveUdp(packet);
                break;
            case IpProtocol.Tcp when !packet.ToGroup && stack.IsOwn(packet.Destination, packet.Arrival) && Transport.ChecksumIsRight(packet):
                Reset(packet);
                break;
        }
    }

    private void ReceiveUdp(Ipv6Packet packet)
    {
        if (Transport.TryTakeDatagram(packet) && (packet.Protocol == IpProtocol.UdpLite || !services.Take(packet)))
        {
            stack.AnswerError(packet, Icmpv6Type.Unreachable, PortUnreachable);
        }
    }

    private void ReceiveMessage(Ipv6Packet packet)
    {
        switch ((Icmpv6Type)packet.Payload[0])
        {
            case Icmpv6Type.EchoRequest:
                Echo(packet);
                break;
            case Icmpv6Type.NeighbourSolicitation or Icmpv6Type.NeighbourAdvertisement:
                neighbours.Receive(packet);
                break;
            case Icmpv6Type.RouterSolicitation:
                neighbours.NoteSolicitor(packet);
                packet.Arrival!.Advertiser?.Answer(packet);
                break;
        }
    }

    // Unlike IPv4's broadcast pings, one to ff02::1 is answered (echo_ignore_multicast is 0).
    private void Echo(Ipv6Packet packet)
    {
        HostDevice arrival = packet.Arrival!;
        Ipv6Address? from = stack.IsOwn(packet.Destination, arrival) ? packet.Destination : stack.SourceTowards(packet.Source, arrival);
        if (from is { } own && packet.Source.Bits != 0)
        {
            byte[] answer = Frames.Icmp(own, packet.Source, (byte)Icmpv6Type.EchoReply, packet.Payload[1],
                BinaryPrimitives.ReadUInt32BigEndian(packet.Payload[4..]), packet.Payload[IcmpView.Length..]);
            Ipv6Packet.SetTrafficClass(answer, Ipv6Packet.TrafficClassOf(packet.Bytes));
            stack.Send(answer, arrival);
        }
    }

    private void Reset(Ipv6Packet packet)
    {
        if (TcpReset.Answering(packet.Payload) is { } reset)
        {
            byte[] answer = Frames.Tcp(packet.Destination, reset.From, packet.Source, reset.To, reset.Flags, default, reset.Sequence, reset.Acknowledge);
            AddressRewriter.SetTransportWord(answer, TcpReset.WindowAt, 0);
            Ipv6Packet.SetTrafficClass(answer, (byte)(Ipv6Packet.TrafficClassOf(packet.Bytes) & ~3)); // congestion marks are not repeated
            stack.Send(answer, packet.Arrival);
        }
    }
}
