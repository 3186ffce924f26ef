using Lab.Engine.Packets;
using Lab.Simulator.Networks.Services;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks;

/// <summary>An address on a device, with the subnet that it makes reachable there.</summary>
public readonly record struct Ipv4Interface(Ipv4Address Address, int PrefixLength)
{
    public Ipv4Prefix Subnet => Ipv4Prefix.Of(Address, PrefixLength);

    public override string ToString() => $"{Address}/{PrefixLength}";
}

/// <inheritdoc cref="Ipv4Interface"/>
public readonly record struct Ipv6Interface(Ipv6Address Address, int PrefixLength)
{
    public Ipv6Prefix Subnet => Ipv6Prefix.Of(Address, PrefixLength);

    public override string ToString() => $"{Address}/{PrefixLength}";
}

/// <summary>A device of a host's stack: a bridge as the host sees it, or an uplink.</summary>
public sealed class HostDevice : IHostPort, IFrameSink
{
    private const int LinkLocalLength = 64; // bits

    private readonly Host _host;
    private readonly List<Ipv4Interface> _addresses = [];
    private readonly List<Ipv6Interface> _ipv6Addresses = [];

    internal HostDevice(Host host, string name, MacAddress mac, IFrameSink wire) => (_host, Name, Mac, Wire) = (host, name, mac, wire);

    public string Name { get; }

    public MacAddress Mac { get; }

    public int Mtu { get; init; } = 1500; // bytes

    /// <summary>The first one is the primary address.</summary>
    public IReadOnlyList<Ipv4Interface> Addresses => _addresses;

    /// <summary>The link-local address first; none at all while IPv6 is off on the device, as it is until an address is added.</summary>
    public IReadOnlyList<Ipv6Interface> Ipv6Addresses => _ipv6Addresses;

    /// <summary>Who answers questions for routers here; null: nobody.</summary>
    public RouterAdvertiser? Advertiser { get; set; }

    internal IFrameSink Wire { get; }

    /// <summary>IPv6 groups that services of the host listen to here.</summary>
    internal HashSet<Ipv6Address> Groups { get; } = [];

    internal NeighbourTable<Ipv4Address> Neighbours { get; } = new();

    internal NeighbourTable<Ipv6Address> Ipv6Neighbours { get; } = new();

    public void AddAddress(Ipv4Interface address) => _addresses.Add(address);

    /// <summary>Adds an address; the first one switches IPv6 on, and the link-local address comes with it.</summary>
    public void AddAddress(Ipv6Interface address)
    {
        if (_ipv6Addresses.Count == 0)
        {
            _ipv6Addresses.Add(new(Mac.LinkLocal(), LinkLocalLength));
        }

        _ipv6Addresses.Add(address);
    }

    /// <summary>Says where a neighbour is for good (NUD_PERMANENT); nothing that he says changes it.</summary>
    public void SetNeighbour(Ipv4Address address, MacAddress mac) => Neighbours.SetForGood(address, mac);

    /// <inheritdoc cref="SetNeighbour(Ipv4Address, MacAddress)"/>
    public void SetNeighbour(Ipv6Address address, MacAddress mac) => Ipv6Neighbours.SetForGood(address, mac);

    /// <summary>Whether an address is the device's own.</summary>
    internal bool Has(IpNumber address) => address.Version6
        ? _ipv6Addresses.Exists(own => own.Address.Bits == address.Bits) : _addresses.Exists(own => own.Address.Bits == address.Bits);

    /// <summary>The address from which the device speaks to a neighbour: of the subnet that holds it, else the primary one
    /// (inet_select_addr, net/ipv4/devinet.c).</summary>
    internal Ipv4Address? AddressTowards(Ipv4Address neighbour)
    {
        foreach (Ipv4Interface address in _addresses)
        {
            if (address.Subnet.Contains(neighbour))
            {
                return address.Address;
            }
        }

        return _addresses.Count > 0 ? _addresses[0].Address : null;
    }

    void IHostPort.Receive(Bridge bridge, in PassingFrame frame) => _host.Receive(this, frame.Bytes, frame);

    void IFrameSink.Accept(ReadOnlySpan<byte> frame) => _host.Receive(this, frame, default);

    public override string ToString() => Name;
}
