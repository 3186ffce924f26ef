using Lab.Engine.Packets;

namespace Lab.Simulator.Networks.Ipv6;

/// <param name="Gateway">Null: the destination is a neighbour on the device.</param>
public sealed record Ipv6Route(Ipv6Prefix Destination, HostDevice Device, Ipv6Address? Gateway)
{
    public Ipv6Address NextHop(Ipv6Address destination) => Gateway ?? destination;
}

/// <summary>Where an IPv6 packet goes: the attached subnets, then static routes; the longest prefix wins.</summary>
internal sealed class Ipv6Routes(IReadOnlyList<HostDevice> devices)
{
    private readonly List<Ipv6Route> _static = [];

    public void Add(Ipv6Route route) => _static.Add(route);

    /// <summary>Whether the host itself has the address; a link-local one on this device only.</summary>
    public bool IsLocal(Ipv6Address address, HostDevice? on) =>
        devices.Any(device => (!address.IsLinkLocal() || device == on) && device.Ipv6Addresses.Any(own => own.Address == address));

    /// <summary>Whether it means any router of an attached subnet: the subnet's first address (RFC 4291 section 2.6.1).</summary>
    public bool IsSubnetRouters(Ipv6Address address, HostDevice? on) =>
        devices.Any(device => (!address.IsLinkLocal() || device == on)
            && device.Ipv6Addresses.Any(own => own.PrefixLength < 127 && own.Subnet.Network == address));

    /// <param name="on">The link that a link-local destination is on.</param>
    public Ipv6Route? Find(Ipv6Address destination, HostDevice? on)
    {
        Ipv6Route? best = null;
        foreach (HostDevice device in devices.Where(device => device == on || !destination.IsLinkLocal()))
        {
            foreach (Ipv6Interface own in device.Ipv6Addresses.Where(own => own.Subnet.Contains(destination)))
            {
                best = best is null || own.PrefixLength > best.Destination.Length ? new(own.Subnet, device, null) : best;
            }
        }

        foreach (Ipv6Route route in _static.Where(route => route.Destination.Contains(destination) && !destination.IsLinkLocal()))
        {
            best = best is null || route.Destination.Length > best.Destination.Length ? route : best;
        }

        return best;
    }
}
