using Lab.Engine.Packets;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks;

/// <summary>An address on a device, with the subnet that it makes reachable there.</summary>
public readonly record struct Ipv4Interface(Ipv4Address Address, int PrefixLength)
{
    public Ipv4Prefix Subnet => Ipv4Prefix.Of(Address, PrefixLength);

    public override string ToString() => $"{Address}/{PrefixLength}";
}

/// <summary>A device of a host's stack: a bridge as the host sees it, or an uplink.</summary>
public sealed class HostDevice : IHostPort, IFrameSink
{
    /// <summary>As many as the kernel keeps by default before it starts to forget (gc_thresh3).</summary>
    public const int MaximumNeighbours = 1024;

    private readonly Host _host;
    private readonly Dictionary<Ipv4Address, MacAddress> _neighbours = [];
    private readonly List<Ipv4Interface> _addresses = [];

    internal HostDevice(Host host, string name, MacAddress mac, IFrameSink wire) => (_host, Name, Mac, Wire) = (host, name, mac, wire);

    public string Name { get; }

    public MacAddress Mac { get; }

    public int Mtu { get; init; } = 1500; // bytes

    /// <summary>The first one is the primary address.</summary>
    public IReadOnlyList<Ipv4Interface> Addresses => _addresses;

    internal IFrameSink Wire { get; }

    public void AddAddress(Ipv4Interface address) => _addresses.Add(address);

    /// <summary>Notes where a neighbour is; beyond the limit new ones are not remembered.</summary>
    public void SetNeighbour(Ipv4Address address, MacAddress mac)
    {
        if (_neighbours.Count < MaximumNeighbours || _neighbours.ContainsKey(address))
        {
            _neighbours[address] = mac;
        }
    }

    internal void Update(Ipv4Address address, MacAddress mac)
    {
        if (_neighbours.ContainsKey(address))
        {
            _neighbours[address] = mac;
        }
    }

    internal bool TryFindNeighbour(Ipv4Address address, out MacAddress mac) => _neighbours.TryGetValue(address, out mac);

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
