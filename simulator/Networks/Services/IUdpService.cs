using Lab.Engine.Packets;
using Lab.Simulator.Networks.Ipv4;

namespace Lab.Simulator.Networks.Services;

/// <summary>Something on the host that answers datagrams: the DHCP and DNS server of a network.</summary>
public interface IUdpService
{
    /// <returns>False: the service does not listen there, and the port counts as closed.</returns>
    bool Receive(UdpArrival datagram);
}

/// <summary>A sound UDP datagram that came for a port of the host.</summary>
public readonly ref struct UdpArrival
{
    internal UdpArrival(HostPacket packet) => Packet = packet;

    /// <summary>Where it came in.</summary>
    public HostDevice Device => Packet.Arrival!;

    public ReadOnlySpan<byte> Message => Packet.Payload[UdpView.Length..];

    public IpNumber Source => new(Packet.Version6, Packet.SourceBits);

    public IpNumber Destination => new(Packet.Version6, Packet.DestinationBits);

    public ushort SourcePort => Ipv4Rewriter.Word(Packet.Payload, 0);

    public ushort DestinationPort => Ipv4Rewriter.Word(Packet.Payload, 2);

    internal HostPacket Packet { get; }
}
