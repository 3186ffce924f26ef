using Lab.Engine.Packets;
using Lab.Simulator.Networks.Firewall;
using Lab.Simulator.Switching;
using Lab.Simulator.Time;

namespace Lab.Simulator.Networks.Ipv4;

/// <summary>IPv4 on one host (switching.md section 8): ARP, local delivery, forwarding, and the errors it sends.</summary>
internal sealed class Ipv4Stack
{
    private const byte Redirect = 5; // ICMP type

    private readonly Host _host;
    private readonly Ipv4Sockets _sockets;
    private readonly Ipv4Routes _routes;
    private readonly IpHooks _hooks;
    private readonly HostOptions _options;
    private readonly VirtualClock _clock;
    private readonly ErrorAllowance _allowance;

    public Ipv4Stack(Host host, HostOptions options, VirtualClock clock, IpHooks hooks, IReadOnlyList<HostDevice> devices)
    {
        (_host, _options, _clock, _hooks, _routes) = (host, options, clock, hooks, new(devices));
        _allowance = new(clock);
        _sockets = new(this, host.Services);
    }

    /// <summary>Since midnight UT, as options and timestamp replies tell the time (inet_current_timestamp, net/ipv4/af_inet.c).</summary>
    public uint MillisecondsOfDay => (uint)_clock.GetUtcNow().TimeOfDay.TotalMilliseconds;

    public void AddRoute(Ipv4Route route) => _routes.Add(route);

    /// <summary>Sends a packet of the host's own.</summary>
    /// <param name="cause">What an error is about.</param>
    public void Send(byte[] packet, HostDevice? only = null, Ipv4Packet? cause = null)
    {
        var own = new Ipv4Packet(packet);
        bool passes = _hooks.Output(own, cause) is null;
        Ipv4Route? route = only is not null && IsForMany(own.Destination) ? new(default, only, null) : _routes.Find(own.Destination);
        if (passes && route is not null && !_routes.IsLocal(own.Destination))
        {
            Depart(own, route);
        }
    }

    /// <summary>Sends a packet of the host's own to a station that its sender knows, as a DHCP server does (SIOCSARP).</summary>
    public void SendOn(HostDevice device, MacAddress to, byte[] packet)
    {
        var own = new Ipv4Packet(packet);
        if ((_hooks.Output(own, cause: null) ?? _hooks.PostRouting(own, device, own.Source.Bits)) is { } lost)
        {
            Became(lost, device);
        }
        else
        {
            SendTo(device, to, own);
        }
    }

    // switching.md section 8.2; net/ipv4/arp.c, arp_process.
    public void ReceiveArp(HostDevice device, ReadOnlySpan<byte> payload)
    {
        if (!ArpView.TryRead(payload, out ArpView arp) || arp.HardwareType is not (1 or 6)
            || arp.HardwareLength != MacAddress.Length || !arp.TryReadIpv4(out Ipv4Address sender, out Ipv4Address target))
        {
            Became(Fate.NotForHost, device);
            return;
        }

        MacAddress senderMac = MacAddress.Read(payload[ArpView.MinimumLength..]);
        if (target.IsLoopback() || target.IsMulticast() || _routes.IsLocal(sender))
        {
            Became(Fate.Martian, device);
        }
        else if (sender.Bits != 0 && arp.Operation == ArpOperation.Request
            && (IsMartianSource(sender, target) || !PassesReversePath(sender, device)))
        {
            Became(Fate.Martian, device); // it asks the routes as for a packet (ip_route_input)
        }
        else if (arp.Operation == ArpOperation.Request && _routes.IsLocal(target))
        {
            if (sender.Bits != 0)
            {
                device.Neighbours.Set(sender, senderMac);
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
    public void Introduce(HostDevice device, Ipv4Address address, MacAddress mac)
    {
        device.Neighbours.Set(address, mac);
        Learn(device, address, mac, isReply: true);
    }

    private void Learn(HostDevice device, Ipv4Address sender, MacAddress mac, bool isReply)
    {
        if (!isReply)
        {
            device.Neighbours.Update(sender, mac);
            return;
        }

        foreach (HostPacket packet in device.Neighbours.Answered(sender, mac))
        {
            SendTo(device, mac, (Ipv4Packet)packet);
        }
    }

    public void Receive(HostDevice device, in FrameHead head, ReadOnlySpan<byte> payload, in PassingFrame passing)
    {
        if (!BridgedIp.TryTrimIpv4(payload, out int length))
        {
            Became(Fate.MalformedIpv4, device);
            return;
        }

        var packet = (Ipv4Packet)HostPacket.Of(head, payload[..length].ToArray(), device, passing);
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
    private void Route(Ipv4Packet packet)
    {
        HostDevice arrival = packet.Arrival!;
        Ipv4DestinationKind kind = _routes.Classify(packet.Destination, arrival);
        packet.Kind = kind;
        if (Misaddressed(packet) is { } wrong)
        {
            Became(wrong, arrival);
        }
        else if (kind is Ipv4DestinationKind.Multicast or Ipv4DestinationKind.ForeignBroadcast)
        {
            Became(Fate.NotForHost, arrival);
        }
        else if (!TryReadOptions(packet))
        {
            Became(Fate.RefusedOptions, arrival);
        }
        else if (kind is Ipv4DestinationKind.Local or Ipv4DestinationKind.Broadcast)
        {
            Deliver(packet);
        }
        else if (packet.ToGroup)
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

    // ip_rcv_options, net/ipv4/ip_input.c.
    private bool TryReadOptions(Ipv4Packet packet)
    {
        const byte parameterProblem = 12;
        if (packet.HeaderLength == Ipv4Rewriter.ShortestHeader)
        {
            return true;
        }

        packet.Options = Ipv4Options.Enter(packet.Bytes, OptionEntry(OwnAddressFor(packet) ?? default));
        if (packet.Options is { Mistake: { } pointer, HasComeAlong: false })
        {
            AnswerError(packet, parameterProblem, code: 0, rest: (uint)pointer << 24);
        }

        return packet.Options is { Mistake: null, NamesRoute: false };
    }

    private Ipv4OptionEntry OptionEntry(Ipv4Address own) =>
        new(own, MillisecondsOfDay, address => address.Bits == 0 || address.IsLoopback()
            || _routes.Classify(address, null) is not (Ipv4DestinationKind.Remote or Ipv4DestinationKind.Unroutable));

    private Fate? Misaddressed(Ipv4Packet packet) =>
        IsMartianSource(packet.Source, packet.Destination) || packet.Destination.Bits == 0 || Ipv4Classes.IsLoopback(packet.Destination) ? Fate.Martian
        : !PassesReversePath(packet.Source, packet.Arrival!) ? Fate.ReversePath
        : null;

    /// <inheritdoc cref="Host.FindStation"/>
    public Fate? FindStation(Ipv4Packet packet, out MacAddress? station)
    {
        station = _routes.Classify(packet.Destination, packet.Arrival) == Ipv4DestinationKind.Remote
            && _routes.Find(packet.Destination) is { } route && route.Device == packet.Arrival
            && route.Device.Neighbours.TryFind(route.NextHop(packet.Destination), out MacAddress mac) ? mac : null;
        return Misaddressed(packet);
    }

    private bool IsMartianSource(Ipv4Address source, Ipv4Address destination) =>
        (source.Bits == 0 && destination.Bits != uint.MaxValue) || source.Bits == uint.MaxValue
        || source.IsLoopback() || source.IsMulticast() || _routes.IsLocal(source);

    private bool PassesReversePath(Ipv4Address source, HostDevice arrival) => _options.ReversePathFilter switch
    {
        0 => true,
        1 => _routes.Find(source)?.Device == arrival,
        _ => _routes.Find(source) is not null,
    };

    private void Deliver(Ipv4Packet packet)
    {
        if (packet.IsFragment)
        {
            if (_hooks.Defragment(packet, out Fate held) is not { } whole)
            {
                Became(held, packet.Arrival!);
                return;
            }

            packet = new(whole.Bytes, packet.How) { Kind = packet.Kind };
        }

        if (_hooks.Input(packet) is { } refused)
        {
            Became(refused, packet.Arrival!);
            return;
        }

        Became(Fate.Answered, packet.Arrival!);
        _sockets.Receive(packet);
    }

    // Steps 10 to 13.
    private void Forward(Ipv4Packet packet, Ipv4Route route)
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
            if (_hooks.Forward(packet, route.Device) is { } refused)
            {
                Became(refused, arrival);
                return;
            }

            if (redirect && _allowance.AllowsRedirect(packet.Source))
            {
                AnswerError(packet, Redirect, code: 1, rest: route.NextHop(packet.Destination).Bits);
            }

            packet.Options?.Leave(packet.Bytes, route.Device.AddressTowards(route.NextHop(packet.Destination)) ?? default);
            Became(Fate.Routed, arrival);
            Depart(packet, route);
        }
    }

    private void Depart(Ipv4Packet packet, Ipv4Route route)
    {
        Ipv4Address hop = HopTo(packet.Destination, route);
        if (_hooks.PostRouting(packet, route.Device, route.Device.AddressTowards(hop)?.Bits) is { } lost)
        {
            Became(lost, route.Device);
        }
        else if (hop.Bits == uint.MaxValue || _routes.Classify(hop, route.Device) == Ipv4DestinationKind.Broadcast)
        {
            SendTo(route.Device, MacAddress.Broadcast, packet);
        }
        else if (hop.IsMulticast())
        {
            SendTo(route.Device, hop.GroupMac(), packet);
        }
        else if (route.Device.Neighbours.TryFind(hop, out MacAddress mac))
        {
            SendTo(route.Device, mac, packet);
        }
        else
        {
            Resolve(route.Device, hop, packet);
        }
    }

    /// <summary>No gateway carries on what is for everybody or a group (__mkroute_output, net/ipv4/route.c).</summary>
    private static Ipv4Address HopTo(Ipv4Address destination, Ipv4Route route) => IsForMany(destination) ? destination : route.NextHop(destination);

    private static bool IsForMany(Ipv4Address destination) => destination.Bits == uint.MaxValue || destination.IsMulticast();

    private void SendTo(HostDevice device, MacAddress to, Ipv4Packet packet) =>
        _hooks.Depart(packet, () => Transmit(device, to, packet));

    private void Transmit(HostDevice device, MacAddress to, Ipv4Packet packet)
    {
        byte[] frame = Frames.Ethernet(to, device.Mac, EtherType.Ipv4, packet.Bytes);
        if (!packet.Sizes.IsEmpty)
        {
            Ipv4Fragments.SendAgain(frame, EthernetView.Length, device.Mtu, packet.Sizes, _hooks.Linear(packet.Bytes, packet.Tracked, routed: true), shared: false, keepsFlag: true, device.Wire);
        }
        else if (packet.Bytes.Length > device.Mtu)
        {
            Ipv4Fragments.Send(frame, EthernetView.Length, device.Mtu, [], device.Wire);
        }
        else
        {
            device.Wire.Accept(frame);
        }
    }

    private void Resolve(HostDevice device, Ipv4Address hop, Ipv4Packet packet)
    {
        Ipv4Address from = _routes.IsLocal(packet.Source) ? packet.Source : device.AddressTowards(hop) ?? default;
        byte[] question = Frames.Ethernet(MacAddress.Broadcast, device.Mac, EtherType.Arp,
            Frames.Arp((ushort)ArpOperation.Request, device.Mac, from, default, hop));
        device.Neighbours.Await(hop, packet, _clock, () => device.Wire.Accept(question), waited =>
        {
            Became(Fate.NoNeighbour, device);
            AnswerError((Ipv4Packet)waited, type: 3, code: 1);
        });
    }

    /// <inheritdoc cref="Host.AnswerRejection"/>
    public void AnswerRejection(Ipv4Packet packet)
    {
        if (IcmpErrors.MayReject(packet))
        {
            AnswerError(packet, type: 3, code: 3);
        }
    }

    /// <summary>Tells the sender of a packet why it was not carried, if it may be told.</summary>
    public void AnswerError(Ipv4Packet packet, byte type, byte code, uint rest = 0)
    {
        bool limited = _options.LimitsErrors && type != Redirect;
        if (IcmpErrors.MayAnswer(packet) && OwnAddressFor(packet) is { } own && (!limited || _allowance.AllowsError(packet.Source))
            && TryEcho(packet, own, out byte[] options))
        {
            Send(IcmpErrors.Build(own, packet.Source, type, code, rest, packet.Bytes, options), cause: packet);
        }
    }

    /// <summary>Sends what a socket answers, with the options of what it answers.</summary>
    public void Answer(Ipv4Packet packet, byte[] answer)
    {
        if (TryEcho(packet, packet.Destination, out byte[] options))
        {
            Send(Ipv4Rewriter.WithOptions(answer, options));
        }
    }

    private bool TryEcho(Ipv4Packet packet, Ipv4Address own, out byte[] options)
    {
        byte[]? echoed = packet.Options is null ? [] : packet.Options.Echo(packet.Bytes, OptionEntry(own));
        options = echoed ?? [];
        return echoed is not null;
    }

    /// <summary>Whom the sender of a packet hears: the one it spoke to, or the host's address on the way back to it.</summary>
    private Ipv4Address? OwnAddressFor(Ipv4Packet packet) => packet.Kind == Ipv4DestinationKind.Local ? packet.Destination
        : _routes.Find(packet.Source) is { } back ? back.Device.AddressTowards(back.NextHop(packet.Source)) : null;

    /// <summary>The address from which the host speaks to a destination; null without a route.</summary>
    public Ipv4Address? AddressTowards(Ipv4Address destination) =>
        _routes.Find(destination) is { } route ? route.Device.AddressTowards(route.NextHop(destination)) : null;

    private void Became(Fate fate, HostDevice device) => _host.Became(fate, device);
}
