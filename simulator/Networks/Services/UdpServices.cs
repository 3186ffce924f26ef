namespace Lab.Simulator.Networks.Services;

/// <summary>Where the services of a host listen, over either version of IP.</summary>
public sealed class UdpServices
{
    private readonly Dictionary<ushort, List<IUdpService>> _services = [];

    internal UdpServices()
    {
    }

    /// <summary>Several services may share a port, one per network.</summary>
    public void Listen(ushort port, IUdpService service)
    {
        if (!_services.TryGetValue(port, out List<IUdpService>? list))
        {
            _services[port] = list = [];
        }

        list.Add(service);
    }

    /// <summary>Whether some service takes the sound datagram that a packet carries; else its port is closed.</summary>
    internal bool Take(HostPacket packet)
    {
        UdpArrival datagram = new(packet);
        if (_services.TryGetValue(datagram.DestinationPort, out List<IUdpService>? services))
        {
            foreach (IUdpService service in services)
            {
                if (service.Receive(datagram))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
