using Lab.Engine.Packets;

namespace Lab.Simulator.Networks.Ipv4;

/// <param name="Gateway">Null: the destination is a neighbour on the device.</param>
public sealed record Ipv4Route(Ipv4Prefix Destination, HostDevice Device, Ipv4Address? Gateway)
{
    public Ipv4Address NextHop(Ipv4Address destination) => Gateway ?? destination;
}

public enum Ipv4DestinationKind
{
    Unroutable,
    Local,

    /// <summary>255.255.255.255, or the broadcast address of the subnet on which the packet came in.</summary>
    Broadcast,

    /// <summary>The broadcast address of another attached subnet.</summary>
    ForeignBroadcast,
    Multicast,
    Remote,
}

/// <summary>Where an IPv4 packet goes: the host's addresses, the attached subnets, then static routes; the longest prefix wins.</summary>
internal sealed class Ipv4Routes(IReadOnlyList<HostDevice> devices)
{
    private readonly List<Ipv4Route> _static = [];

    public void Add(Ipv4Route route) => _static.Add(route);

    public bool IsLocal(Ipv4Address address)
    {
        foreach (HostDevice device in devices)
        {
            foreach (Ipv4Interface own in device.Addresses)
            {
                if (own.Address == address)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <param name="arrival">The device on which the packet came in; null for the host's own.</param>
    public Ipv4DestinationKind Classify(Ipv4Address destination, HostDevice? arrival)
    {
        if (destination.Bits == uint.MaxValue)
        {
            return Ipv4DestinationKind.Broadcast;
        }

        if (destination.IsMulticast())
        {
            return Ipv4DestinationKind.Multicast;
        }

        foreach (HostDevice device in devices)
        {
            foreach (Ipv4Interface own in device.Addresses)
            {
                if (own.Address == destination)
                {
                    return Ipv4DestinationKind.Local;
                }

                if (own.PrefixLength < 31 && own.Subnet.Last == destination)
                {
                    return device == arrival ? Ipv4DestinationKind.Broadcast : Ipv4DestinationKind.ForeignBroadcast;
                }
            }
        }

        return Find(destination) is null ? Ipv4DestinationKind.Unroutable : Ipv4DestinationKind.Remote;
    }

    public Ipv4Route? Find(Ipv4Address destination)
    {
        Ipv4Route? best = null;
        foreach (HostDevice device in devices)
        {
            foreach (Ipv4Interface own in device.Addresses)
            {
                if (own.Subnet.Contains(destination) && (best is null || own.PrefixLength > best.Destination.Length))
                {
                    best = new(own.Subnet, device, null);
                }
            }
        }

        foreach (Ipv4Route route in _static)
        {
            if (route.Destination.Contains(destination) && (best is null || route.Destination.Length > best.Destination.Length))
            {
                best = route;
            }
        }

        return best;
    }
}
