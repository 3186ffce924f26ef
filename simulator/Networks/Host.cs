using Lab.Engine.Packets;
using Lab.Simulator.Switching;
using Lab.Simulator.Time;

namespace Lab.Simulator.Networks;

/// <summary>The IPv4 stack of one host (switching.md section 8): ARP, local delivery, forwarding, and the errors it sends.</summary>
/// <remarks>
/// <code>
///   frame ─> PREROUTING ─> route ─┬─> INPUT ─> ARP, echo, services
///                                 └─> FORWARD ─> POSTROUTING ─> neighbour ─> frame
/// </code>
/// IPv6 is off, as it is on the host side of a libvirt network without an IPv6 address.
/// </remarks>
public sealed class Host
{
    /// <summary>Packets that wait for one neighbour (unres_qlen_bytes allows about 101 small ones).</summary>
    public const int MaximumWaiting = 101;

    private readonly List<HostDevice> _devices = [];
    private readonly Ipv4Routes _routes;
    private readonly IpHooks _hooks;
    private readonly HostOptions _options;
    private readonly VirtualClock _clock;
    private readonly HostSockets _sockets;
    private readonly Dictionary<(HostDevice, Ipv4Address), List<HostPacket>> _waiting = [];

    public Host(HostOptions options, VirtualClock clock, NetworkRules rules)
    {
        (_options, _clock, _routes, _sockets) = (options, clock, new(_devices), new(this));
        _hooks = new(this, options, rules, clock);
    }

    /// <summary>For the bridges of this host.</summary>
    public IBridgeNetfilter? BridgeHooks => _options.BridgeNetfilter ? _hooks : null;

    public FateLedger Fates { get; } = new();

    public HostSockets Sockets => _sockets;

    /// <param name="wire">Takes what the host sends on the device.</param>
    public HostDevice AddDevice(string name, MacAddress mac, IFrameSink wire, int mtu = 1500)
    {
        var device = new HostDevice(this, name, mac, wire) { Mtu = mtu };
        _devices.Add(device);
        return device;
    }

    public void AddRoute(Ipv4Route route) => _routes.Add(route);

    /// <summary>Sends a packet of the host's own.</summary>
    internal void Send(byte[] packet, HostDevice? only = null)
    {
        var own = new HostPacket(packet);
        Ipv4Route? route = _routes.Find(own.Destination);
        if (own.Destination.Bits == uint.MaxValue || (only is not null && Ipv4Classes.IsMulticast(own.Destination)))
        {
            route = only is null ? null : new(default, only, null);
        }

        if (route is not null)
        {
            _hooks.Output(own);
            Depart(own, route);
        }
    }

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
                ReceiveArp(device, payload);
                break;
            case EtherType.Ipv4:
                ReceiveIpv4(device, head, payload, passing);
                break;
            default:
                Became(Fate.NotForHost, device);
                break;
        }
    }

    // switching.md section 8.2; net/ipv4/arp.c, arp_process.
    private void ReceiveArp(HostDevice device, ReadOnlySpan<byte> payload)
    {
        if (!ArpView.TryRead(payload, out ArpView arp) || arp.HardwareType is not (1 or 6)
            || arp.HardwareLength != MacAddress.Length || !arp.TryReadIpv4(out Ipv4Address sender, out Ipv4Address target))
        {
            Became(Fate.NotForHost, device);
            return;
        }

        MacAddress senderMac = MacAddress.Read(payload[ArpView.MinimumLength..]);
        if (Ipv4Classes.IsLoopback(target) || Ipv4Classes.IsMulticast(target) || _routes.IsLocal(sender))
        {
            Became(Fate.Martian, device);
        }
        else if (arp.Operation == ArpOperation.Request && _routes.IsLocal(target))
        {
            if (sender.Bits != 0)
            {
                device.SetNeighbour(sender, senderMac);
            }

            Became(Fate.Answered, device);
            device.Wire.Accept(Frames.Ethernet(senderMac, device.Mac, EtherType.Arp,
                Frames.Arp((ushort)ArpOperation.Reply, device.Mac, target, senderMac, sender)));
        }
        else if (arp.Operation is ArpOperation.Reply or ArpOperation.Request)
        {
            Became(Fate.NotForHost, device);
            Learn(device, sender, senderMac, isReply: arp.Operation == ArpOperation.Reply);
        }
    }

    /// <summary>Enters a neighbour by hand, and lets go what waits for it.</summary>
    internal void Introduce(HostDevice device, Ipv4Address address, MacAddress mac)
    {
        device.SetNeighbour(address, mac);
        Learn(device, address, mac, isReply: true);
    }

    private void Learn(HostDevice device, Ipv4Address sender, MacAddress mac, bool isReply)
    {
        device.Update(sender, mac);
        if (isReply && _waiting.Remove((device, sender), out List<HostPacket>? waiting))
        {
            device.SetNeighbour(sender, mac);
            foreach (HostPacket packet in waiting)
            {
                SendTo(device, mac, packet);
            }
        }
    }

    private void ReceiveIpv4(HostDevice device, in FrameHead head, ReadOnlySpan<byte> payload, in PassingFrame passing)
    {
        if (!BridgedIp.TryTrimIpv4(payload, out int length))
        {
            Became(Fate.MalformedIpv4, device);
            return;
        }

        var packet = new HostPacket(payload[..length].ToArray())
        {
            Arrival = device,
            Port = passing.Ingress,
            SenderMac = head.Source,
            ToGroup = head.Destination.IsGroup,
            PreRouted = passing.SeenByIp,
            Reassembled = !passing.Sizes.IsDefaultOrEmpty,
            Tracked = passing.Tracked, // but not the sizes of fragments: the stack clears what bridge netfilter noted (ip_rcv)
        };

        if (_hooks.PreRouting(packet) is { } lost)
        {
            Became(lost, device);
        }
        else
        {
            Route(packet);
        }
    }

    // switching.md section 8.1, steps 3 to 9.
    private void Route(HostPacket packet)
    {
        HostDevice arrival = packet.Arrival!;
        Ipv4DestinationKind kind = _routes.Classify(packet.Destination, arrival);
        bool localBroadcast = kind == Ipv4DestinationKind.Broadcast;
        if (IsMartianSource(packet.Source, packet.Destination) || packet.Destination.Bits == 0 || Ipv4Classes.IsLoopback(packet.Destination))
        {
            Became(Fate.Martian, arrival);
        }
        else if (!PassesReversePath(packet, arrival))
        {
            Became(Fate.ReversePath, arrival);
        }
        else if (kind == Ipv4DestinationKind.Local || localBroadcast)
        {
            Deliver(packet, toBroadcast: localBroadcast);
        }
        else if (kind is Ipv4DestinationKind.Multicast or Ipv4DestinationKind.ForeignBroadcast || packet.ToGroup)
        {
            Became(Fate.NotForHost, arrival);
        }
        else if (!_options.Forwarding)
        {
            Became(Fate.NotForwarding, arrival);
        }
        else if (_routes.Find(packet.Destination) is { } route)
        {
            Forward(packet, route);
        }
        else
        {
            Became(Fate.NoRoute, arrival);
            AnswerError(packet, type: 3, code: 0);
        }
    }

    private bool IsMartianSource(Ipv4Address source, Ipv4Address destination) =>
        (source.Bits == 0 && destination.Bits != uint.MaxValue) || source.Bits == uint.MaxValue
        || Ipv4Classes.IsLoopback(source) || Ipv4Classes.IsMulticast(source) || _routes.IsLocal(source);

    private bool PassesReversePath(HostPacket packet, HostDevice arrival) => _options.ReversePathFilter switch
    {
        0 => true,
        1 => _routes.Find(packet.Source)?.Device == arrival,
        _ => _routes.Find(packet.Source) is not null,
    };

    private void Deliver(HostPacket packet, bool toBroadcast)
    {
        if (packet.IsFragment)
        {
            if (_hooks.Defragment(packet, out Fate held) is not { } whole)
            {
                Became(held, packet.Arrival!);
                return;
            }

            packet = whole;
        }

        if (_hooks.Input(packet) is { } refused)
        {
            Became(refused, packet.Arrival!);
            return;
        }

        Became(Fate.Answered, packet.Arrival!);
        _sockets.Receive(packet, toBroadcast);
    }

    // Steps 10 to 13.
    private void Forward(HostPacket packet, Ipv4Route route)
    {
        HostDevice arrival = packet.Arrival!;
        int mtu = route.Device.Mtu;
        if (packet.Bytes[8] <= 1)
        {
            Became(Fate.TimeExceeded, arrival);
            AnswerError(packet, type: 11, code: 0);
        }
        else if (packet.IsTooBigFor(mtu))
        {
            Became(Fate.TooBigToForward, arrival);
            AnswerError(packet, type: 3, code: 4, rest: (uint)mtu);
        }
        else
        {
            bool redirect = _options.SendRedirects && route.Device == arrival;
            Ipv4Rewriter.DecrementTimeToLive(packet.Bytes);
            if (_hooks.Forward(packet, arrival.Name, route.Device.Name) is { } refused)
            {
                Became(refused, arrival);
                return;
            }

            if (redirect)
            {
                AnswerError(packet, type: 5, code: 1, rest: route.NextHop(packet.Destination).Bits);
            }

            Became(Fate.Routed, arrival);
            Depart(packet, route);
        }
    }

    private void Depart(HostPacket packet, Ipv4Route route)
    {
        Ipv4Address hop = route.NextHop(packet.Destination);
        if (_hooks.PostRouting(packet, route.Device.Name, route.Device.AddressTowards(hop)) is { } lost)
        {
            Became(lost, route.Device);
        }
        else if (hop.Bits == uint.MaxValue || _routes.Classify(hop, route.Device) == Ipv4DestinationKind.Broadcast)
        {
            SendTo(route.Device, MacAddress.Broadcast, packet);
        }
        else if (Ipv4Classes.IsMulticast(hop))
        {
            SendTo(route.Device, Ipv4Classes.GroupMac(hop), packet);
        }
        else if (route.Device.TryFindNeighbour(hop, out MacAddress mac))
        {
            SendTo(route.Device, mac, packet);
        }
        else
        {
            Resolve(route.Device, hop, packet);
        }
    }

    private static void SendTo(HostDevice device, MacAddress to, HostPacket packet)
    {
        byte[] frame = Frames.Ethernet(to, device.Mac, EtherType.Ipv4, packet.Bytes);
        if (!packet.Sizes.IsEmpty || packet.Bytes.Length > device.Mtu)
        {
            bool fit = packet.Sizes.All(size => size + packet.HeaderLength <= device.Mtu);
            Ipv4Fragments.Send(frame, EthernetView.Length, device.Mtu, fit ? packet.Sizes : [], device.Wire);
        }
        else
        {
            device.Wire.Accept(frame);
        }
    }

    // Asked at once and again after one and two seconds; after the third the senders are told (mcast_solicit, retrans_time).
    private void Resolve(HostDevice device, Ipv4Address hop, HostPacket packet)
    {
        if (_waiting.TryGetValue((device, hop), out List<HostPacket>? waiting))
        {
            if (waiting.Count < MaximumWaiting)
            {
                waiting.Add(packet);
            }

            return;
        }

        _waiting[(device, hop)] = [packet];
        Ipv4Address from = _routes.IsLocal(packet.Source) ? packet.Source : device.AddressTowards(hop) ?? default;
        byte[] question = Frames.Ethernet(MacAddress.Broadcast, device.Mac, EtherType.Arp,
            Frames.Arp((ushort)ArpOperation.Request, device.Mac, from, default, hop));
        device.Wire.Accept(question);
        for (int second = 1; second <= 3; second++)
        {
            bool last = second == 3;
            _clock.After(TimeSpan.FromSeconds(second), () => AskAgain(device, hop, question, last));
        }
    }

    private void AskAgain(HostDevice device, Ipv4Address hop, byte[] question, bool last)
    {
        if (!_waiting.ContainsKey((device, hop)))
        {
            return;
        }

        if (!last)
        {
            device.Wire.Accept(question);
        }
        else if (_waiting.Remove((device, hop), out List<HostPacket>? waiting))
        {
            foreach (HostPacket packet in waiting)
            {
                Became(Fate.NoNeighbour, device);
                AnswerError(packet, type: 3, code: 1);
            }
        }
    }

    /// <summary>What a REJECT rule sends back: port unreachable, if the packet deserves it.</summary>
    internal void AnswerRejection(HostPacket packet)
    {
        if (IcmpErrors.MayReject(packet))
        {
            AnswerError(packet, type: 3, code: 3);
        }
    }

    /// <summary>Tells the sender of a packet why it was not carried, if it may be told.</summary>
    internal void AnswerError(HostPacket packet, byte type, byte code, uint rest = 0)
    {
        Ipv4Route? back = _routes.Find(packet.Source);
        Ipv4Address? source = _routes.IsLocal(packet.Destination) ? packet.Destination
            : back?.Device.AddressTowards(back.NextHop(packet.Source));
        if (IcmpErrors.MayAnswer(packet) && source is { } own)
        {
            Send(IcmpErrors.Build(own, packet.Source, type, code, rest, packet.Bytes));
        }
    }

    /// <summary>The address from which the host speaks to a destination; null without a route.</summary>
    internal Ipv4Address? AddressTowards(Ipv4Address destination) =>
        _routes.Find(destination) is { } route ? route.Device.AddressTowards(route.NextHop(destination)) : null;

    /// <summary>The primary address of a device, by its name.</summary>
    internal Ipv4Address? AddressOf(string device) =>
        _devices.Find(candidate => candidate.Name == device) is { Addresses: [var first, ..] } ? first.Address : null;

    private void Became(Fate fate, HostDevice device) => Fates.Enter(fate, device.Name);
}
