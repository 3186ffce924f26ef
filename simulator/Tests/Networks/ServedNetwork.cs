using Lab.Engine.Packets;
using Lab.Simulator.Networks;
using Lab.Simulator.Networks.Firewall;
using Lab.Simulator.Networks.Ipv6;
using Lab.Simulator.Switching;
using Lab.Simulator.Time;

namespace Lab.Simulator.Tests.Networks;

/// <summary>A host with one bridge that has an IPv6 address, and a guest who speaks to its services from its link-local address.</summary>
internal sealed class ServedNetwork
{
    public static readonly MacAddress BridgeMac = MacAddress.Parse("52:54:00:00:00:fe"), GuestMac = MacAddress.Parse("52:54:00:00:00:11");
    public static readonly Ipv6Address Own = Ipv6Address.Parse("2001:db8:1::1"), Guest = GuestMac.LinkLocal();

    private readonly List<byte[]> _sent = [];

    public ServedNetwork()
    {
        Host = new(new() { ForwardsIpv6 = true }, Clock, NetworkRules.None);
        Bridge = Host.AddDevice("virbr0", BridgeMac, new Wire(_sent));
        Bridge.AddAddress(new Ipv6Interface(Own, 64));
        Bridge.SetNeighbour(Guest, GuestMac);
    }

    public VirtualClock Clock { get; } = new();

    public Host Host { get; }

    public HostDevice Bridge { get; }

    /// <summary>Sends a packet to the bridge, and returns those that come back.</summary>
    public IReadOnlyList<byte[]> Send(byte[] packet)
    {
        _sent.Clear();
        Ipv6Address to = Ipv6Address.Read(packet.AsSpan(Ipv6Packet.DestinationOffset));
        ((IFrameSink)Bridge).Accept(Frames.Ethernet(to.IsMulticast() ? to.GroupMac() : BridgeMac, GuestMac, EtherType.Ipv6, packet));
        return [.. _sent.Select(frame => frame[EthernetView.Length..])];
    }

    private sealed class Wire(List<byte[]> sent) : IFrameSink
    {
        public void Accept(ReadOnlySpan<byte> frame) => sent.Add(frame.ToArray());
    }
}
