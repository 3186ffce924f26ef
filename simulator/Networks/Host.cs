using Lab.Engine.Packets;
using Lab.Simulator.Networks.Firewall;
using Lab.Simulator.Networks.Ipv4;
using Lab.Simulator.Networks.Ipv6;
using Lab.Simulator.Networks.Services;
using Lab.Simulator.Switching;
using Lab.Simulator.Time;

namespace Lab.Simulator.Networks;

/// <summary>One host: its devices, and a stack for each version of IP above them (switching.md section 8).</summary>
/// <remarks>
/// <code>
///   frame ─> PREROUTING ─> route ─┬─> INPUT ─> neighbours, echo, services
///                                 └─> FORWARD ─> POSTROUTING ─> neighbour ─> frame
/// </code>
/// Both stacks have this shape and share the hooks; what differs is in <see cref="Ipv4Stack"/> and <see cref="Ipv6Stack"/>.
/// </remarks>
public sealed class Host
{
    private readonly List<HostDevice> _devices = [];
    private readonly IpHooks _hooks;
    private readonly HostOptions _options;

    public Host(HostOptions options, VirtualClock clock, NetworkRules rules)
    {
        _options = options;
        _hooks = new(this, options, rules, clock);
        Ipv4 = new(this, options, clock, _hooks, _devices);
        Ipv6 = new(this, options, clock, _hooks, _devices);
        GroupFragments = new GroupDefragmenter(clock);
    }

    /// <summary>For the bridges of this host.</summary>
    public IBridgeNetfilter? BridgeHooks => _options.BridgeNetfilter ? _hooks : null;

    /// <summary>For devices of this host that carry macvtaps.</summary>
    public IGroupDefragmenter GroupFragments { get; }

    public FateLedger Fates { get; } = new();

    /// <summary>Where services of the host listen.</summary>
    public UdpServices Services { get; } = new();

    internal Ipv4Stack Ipv4 { get; }

    internal Ipv6Stack Ipv6 { get; }

    /// <param name="wire">Takes what the host sends on the device.</param>
    public HostDevice AddDevice(string name, MacAddress mac, IFrameSink wire, int mtu = 1500)
    {
        var device = new HostDevice(this, name, mac, wire) { Mtu = mtu };
        _devices.Add(device);
        return device;
    }

    public void AddRoute(Ipv4Route route) => Ipv4.AddRoute(route);

    public void AddRoute(Ipv6Route route) => Ipv6.AddRoute(route);

    /// <param name="passing">From a bridge: what its hooks found out; default for a frame from elsewhere.</param>
    internal void Receive(HostDevice device, ReadOnlySpan<byte> frame, in PassingFrame passing)
    {
        if (!FrameHead.TryRead(frame, out FrameHead head, out Fate wrong))
        {
            Became(wrong, device);
            return;
        }

        bool priorityTagOnly = head.Tagged && (Ipv4Rewriter.Word(frame, 14) & 0xFFF) == 0;
        bool forUs = head.Destination.IsGroup || head.Destination == device.Mac || passing.Ingress is not null;
        if ((head.Tagged && !priorityTagOnly) || !forUs)
        {
            Became(Fate.NotForHost, device);
            return;
        }

        ReadOnlySpan<byte> payload = frame[head.PayloadOffset..];
        switch (head.Type)
        {
            case EtherType.Arp:
                Ipv4.ReceiveArp(device, payload);
                break;
            case EtherType.Ipv4:
                Ipv4.Receive(device, head, payload, passing);
                break;
            case EtherType.Ipv6 when device.Ipv6Addresses.Count > 0:
                Ipv6.Receive(device, head, payload, passing);
                break;
            default:
                Became(Fate.NotForHost, device);
                break;
        }
    }

    /// <summary>What a REJECT rule sends back: port unreachable, if the packet deserves it.</summary>
    internal void AnswerRejection(HostPacket packet)
    {
        switch (packet)
        {
            case Ipv4Packet four:
                Ipv4.AnswerRejection(four);
                break;
            case Ipv6Packet six:
                Ipv6.AnswerRejection(six);
                break;
        }
    }

    /// <summary>Sends a datagram back to where another came from, from where that was sent to.</summary>
    internal void Answer(HostPacket asked, ReadOnlySpan<byte> message)
    {
        UdpArrival datagram = new(asked);
        switch (asked)
        {
            case Ipv4Packet four:
                Ipv4.Send(ServiceDatagram.Of(four.Destination, datagram.DestinationPort, four.Source, datagram.SourcePort, message));
                break;
            case Ipv6Packet six:
                Ipv6.Send(Frames.Udp(six.Destination, datagram.DestinationPort, six.Source, datagram.SourcePort, message), six.Arrival);
                break;
        }
    }

    /// <summary>Asks somebody by UDP, from the address that the host has towards him; nobody hears of it if it has none.</summary>
    internal void SendDatagram(ushort from, IpNumber to, ushort port, ReadOnlySpan<byte> message)
    {
        if (!to.Version6 && Ipv4.AddressTowards(to.ToIpv4()) is { } four)
        {
            Ipv4.Send(ServiceDatagram.Of(four, from, to.ToIpv4(), port, message));
        }
        else if (to.Version6 && Ipv6.AddressTowards(to.ToIpv6()) is { } six)
        {
            Ipv6.Send(Frames.Udp(six, from, to.ToIpv6(), port, message));
        }
    }

    /// <summary>Where a packet goes whose destination the hooks of a bridge have changed.</summary>
    /// <param name="station">On that bridge; null where it goes up to the host, also to be asked for.</param>
    /// <returns>Null, or why it is lost.</returns>
    internal Fate? FindStation(HostPacket packet, out MacAddress? station)
    {
        switch (packet)
        {
            case Ipv4Packet four:
                return Ipv4.FindStation(four, out station);
            default:
                station = Ipv6.StationOf((Ipv6Packet)packet);
                return null;
        }
    }

    internal HostDevice? DeviceNamed(string name) => _devices.Find(candidate => candidate.Name == name);

    internal void Became(Fate fate, HostDevice device) => Fates.Enter(fate, device.Name);
}
