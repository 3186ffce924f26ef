using Lab.Engine.Packets;
using Lab.Simulator.Networks.Firewall;
using Lab.Simulator.Switching;
using Lab.Simulator.Time;

namespace Lab.Simulator.Networks.Ipv6;

/// <summary>IPv6 on one host (switching.md section 8.4): neighbour discovery, local delivery, forwarding, and the errors it sends.</summary>
internal sealed class Ipv6Stack
{
    private const byte NoRoute = 0, BeyondScope = 2, AddressUnreachable = 3, PortUnreachable = 4;

    private readonly Host _host;
    private readonly Ipv6Routes _routes;
    private readonly IpHooks _hooks;
    private readonly HostOptions _options;
    private readonly VirtualClock _clock;
    private readonly IReadOnlyList<HostDevice> _devices;
    private readonly Ipv6Sockets _sockets;
    private readonly NeighbourDiscovery _neighbours;
    private readonly RedirectAllowance _allowance;
    private uint _identification;

    public Ipv6Stack(Host host, HostOptions options, VirtualClock clock, IpHooks hooks, IReadOnlyList<HostDevice> devices)
    {
        (_host, _options, _clock, _hooks, _devices, _routes) = (host, options, clock, hooks, devices, new(devices));
        (_identification, _allowance) = ((uint)options.Seed, new(clock));
        _neighbours = new(this, options.ForwardsIpv6);
        _sockets = new(this, _neighbours, host.Services);
    }

    public void AddRoute(Ipv6Route route) => _routes.Add(route);

    /// <summary>Of the next datagram that the host cuts into fragments.</summary>
    public uint NextIdentification() => ++_identification;

    /// <summary>Sends a packet of the host's own.</summary>
    /// <param name="on">The link on which a group or a link-local destination is.</param>
    /// <param name="cause">What an error is about.</param>
    public void Send(byte[] packet, HostDevice? on = null, Ipv6Packet? cause = null)
    {
        var own = new Ipv6Packet(packet);
        bool passes = _hooks.Output(own, cause) is null;
        Ipv6Route? route = own.Destination.IsMulticast() ? (on is null ? null : new(default, on, null)) : _routes.Find(own.Destination, on);
        if (passes && route is not null && !_routes.IsLocal(own.Destination, on)) // what the host says to itself, nobody hears
        {
            Depart(own, route);
        }
    }

    /// <summary>Sends a message to somebody who is on this link, whatever routes say (icmp6_dst_alloc, net/ipv6/route.c).</summary>
    public void SendOnLink(byte[] packet, HostDevice device)
    {
        var own = new Ipv6Packet(packet);
        if (_hooks.Output(own, cause: null) is null)
        {
            Depart(own, new(default, device, Gateway: null));
        }
    }

    /// <summary>Whether an address is the host's own and no other's.</summary>
    public bool IsOwn(Ipv6Address address, HostDevice? on) => _routes.IsLocal(address, on);

    /// <summary>Whether a router of the subnet is meant, and the host is one.</summary>
    public bool IsMeantAsRouter(Ipv6Address address, HostDevice? on) => _options.ForwardsIpv6 && _routes.IsSubnetRouters(address, on);

    public void Receive(HostDevice device, in FrameHead head, ReadOnlySpan<byte> payload, in PassingFrame passing)
    {
        if (!BridgedIp.TryTrimIpv6(payload, out int length))
        {
            Became(Fate.MalformedIpv6, device);
            return;
        }

        var packet = (Ipv6Packet)HostPacket.Of(head, payload[..length].ToArray(), device, passing);
        if (IsMartian(packet))
        {
            Became(Fate.Martian, device);
        }
        else if (Ipv6Headers.OnTheWay(packet.Bytes) is { } problem)
        {
            Refuse(packet, problem);
        }
        else if (_hooks.PreRouting(packet) is { } lost)
        {
            Became(lost, device);
        }
        else
        {
            Route(packet, device);
        }
    }

    // ip6_rcv_core, net/ipv6/ip6_input.c; unlike IPv4's, a source that is the host's own address, or stands for IPv4, is none.
    private static bool IsMartian(Ipv6Packet packet) =>
        packet.Source.IsMulticast() || packet.Source.IsLoopback() || packet.Destination.IsLoopback()
        || (packet.Destination.IsMulticast() && packet.Destination.GroupScope() <= 1);

    private void Route(Ipv6Packet packet, HostDevice arrival)
    {
        if (packet.Destination.IsMulticast() ? _neighbours.HasJoined(arrival, packet.Destination)
            : IsOwn(packet.Destination, arrival) || IsMeantAsRouter(packet.Destination, arrival))
        {
            Deliver(packet);
        }
        else if (packet.Destination.IsMulticast() || packet.ToGroup)
        {
            Became(Fate.NotForHost, arrival);
        }
        else if (_routes.Find(packet.Destination, arrival) is not { } route)
        {
            Became(Fate.NoRoute, arrival);
            AnswerError(packet, Icmpv6Type.Unreachable, NoRoute);
        }
        else if (!_options.ForwardsIpv6)
        {
            Became(Fate.NotForwarding, arrival);
        }
        else
        {
            Forward(packet, arrival, route);
        }
    }

    /// <inheritdoc cref="Host.FindStation"/>
    public MacAddress? StationOf(Ipv6Packet packet) =>
        !_routes.IsLocal(packet.Destination, packet.Arrival) && _routes.Find(packet.Destination, packet.Arrival) is { } route && route.Device == packet.Arrival
        && route.Device.Ipv6Neighbours.TryFind(route.NextHop(packet.Destination), out MacAddress mac) ? mac : null;

    private void Deliver(Ipv6Packet packet)
    {
        HostDevice arrival = packet.Arrival!;
        if (_hooks.Input(packet) is { } refused)
        {
            Became(refused, arrival);
        }
        else if (!packet.IsFragment)
        {
            TakeIn(packet, arrival);
        }
        else if (_hooks.Defragment(packet, out Fate held) is Ipv6Packet whole)
        {
            TakeIn(whole, arrival);
        }
        else
        {
            Became(held, arrival);
        }
    }

    private void TakeIn(Ipv6Packet packet, HostDevice arrival)
    {
        if (Ipv6Headers.AtTheEnd(packet.Bytes, toOneStation: !packet.ToGroup && !packet.Destination.IsMulticast()) is { } problem)
        {
            Refuse(packet, problem);
        }
        else
        {
            Became(Fate.Answered, arrival);
            _sockets.Receive(packet);
        }
    }

    private void Refuse(Ipv6Packet packet, HeaderProblem problem)
    {
        Became(Fate.RefusedOptions, packet.Arrival!);
        if (problem.Code is { } code)
        {
            AnswerError(packet, Icmpv6Type.ParameterProblem, code, (uint)problem.Pointer, problem.ToGroupsToo);
        }
    }

    // ip6_forward, net/ipv6/ip6_output.c.
    private void Forward(Ipv6Packet packet, HostDevice arrival, Ipv6Route route)
    {
        int mtu = route.Device.Mtu;
        if (packet.HopLimit <= 1)
        {
            Became(Fate.TimeExceeded, arrival);
            AnswerError(packet, Icmpv6Type.TimeExceeded, 0);
            return;
        }

        if (route.Device == arrival)
        {
            Redirect(packet, route);
        }
        else if (packet.Source.Bits == 0 || packet.Source.IsLinkLocal())
        {
            Became(Fate.BeyondScope, arrival);
            AnswerError(packet, Icmpv6Type.Unreachable, BeyondScope);
            return;
        }

        if (packet.IsTooBigFor(mtu))
        {
            Became(Fate.TooBigToForward, arrival);
            AnswerError(packet, Icmpv6Type.PacketTooBig, 0, (uint)mtu);
            return;
        }

        packet.Bytes[Ipv6Packet.HopLimitOffset]--;
        if (_hooks.Forward(packet, route.Device) is { } refused)
        {
            Became(refused, arrival);
            return;
        }

        Became(Fate.Routed, arrival);
        Depart(packet, route);
    }

    /// <summary>Tells the sender that the next hop is a neighbour of its own (ndisc_send_redirect, net/ipv6/ndisc.c).</summary>
    private void Redirect(Ipv6Packet packet, Ipv6Route route)
    {
        Ipv6Address target = route.NextHop(packet.Destination);
        bool direct = _routes.Find(packet.Source, route.Device) is { Gateway: null };
        if (_allowance.Take(packet.Destination) && direct && (target == packet.Destination || target.IsLinkLocal()) && _allowance.Take(packet.Source))
        {
            _neighbours.Redirect(packet, target, route.Device);
        }
    }

    private void Depart(Ipv6Packet packet, Ipv6Route route)
    {
        Ipv6Address hop = route.NextHop(packet.Destination);
        if (_hooks.PostRouting(packet, route.Device, AddressTowards(packet.Destination, route.Device)?.Bits) is { } lost)
        {
            Became(lost, route.Device);
        }
        else if (hop.IsMulticast())
        {
            SendTo(route.Device, hop.GroupMac(), packet);
        }
        else if (route.Device.Ipv6Neighbours.TryFind(hop, out MacAddress mac))
        {
            SendTo(route.Device, mac, packet);
        }
        else
        {
            route.Device.Ipv6Neighbours.Await(hop, packet, _clock, () => _neighbours.Solicit(route.Device, hop, packet), waited =>
            {
                Became(Fate.NoNeighbour, route.Device);
                AnswerError((Ipv6Packet)waited, Icmpv6Type.Unreachable, AddressUnreachable);
            });
        }
    }

    /// <summary>Puts a packet on the wire, in pieces if it does not fit or came in smaller ones.</summary>
    public void SendTo(HostDevice device, MacAddress to, Ipv6Packet packet) =>
        _hooks.Depart(packet, () => Transmit(device, to, packet));

    private void Transmit(HostDevice device, MacAddress to, Ipv6Packet packet)
    {
        byte[] frame = Frames.Ethernet(to, device.Mac, EtherType.Ipv6, packet.Bytes);
        if (Ipv6Fragments.Fits(packet.Bytes.Length, device.Mtu, packet.LargestPiece))
        {
            device.Wire.Accept(frame);
        }
        else
        {
            Ipv6Fragments.Send(frame, EthernetView.Length, device.Mtu, packet.Sizes, keepSizes: true, NextIdentification(), device.Wire);
        }
    }

    /// <inheritdoc cref="Host.AnswerRejection"/>
    public void AnswerRejection(Ipv6Packet packet)
    {
        if (Icmpv6Errors.MayReject(packet))
        {
            AnswerError(packet, Icmpv6Type.Unreachable, PortUnreachable);
        }
    }

    /// <summary>Tells the sender of a packet why it was not carried, if it may be told (icmp6_send, net/ipv6/icmp.c).</summary>
    /// <param name="toGroupsToo">Although the packet went to a group.</param>
    public void AnswerError(Ipv6Packet packet, Icmpv6Type type, byte code, uint rest = 0, bool toGroupsToo = false)
    {
        if (!Icmpv6Errors.MayAnswer(packet, toGroupsToo || type == Icmpv6Type.PacketTooBig) || _routes.Find(packet.Source, packet.Arrival) is not { } back)
        {
            return;
        }

        Ipv6Address? source = !packet.ToGroup && !packet.Destination.IsMulticast()
            && (IsOwn(packet.Destination, packet.Arrival) || IsMeantAsRouter(packet.Destination, packet.Arrival))
            ? packet.Destination : SourceTowards(packet.Source, packet.Arrival ?? back.Device);
        if (source is { } own)
        {
            if (type != Icmpv6Type.PacketTooBig) // the one error that the limits leave out (icmpv6_ratemask)
            {
                _allowance.Exhaust(packet.Source);
            }

            Send(Icmpv6Errors.Build(own, packet.Source, type, code, rest, packet.Bytes), back.Device, packet);
        }
    }

    /// <summary>The address from which the host speaks to somebody (RFC 6724 section 5): of sufficient scope, of this device rather
    /// than of another, with the longest common prefix. Of an error, the device is the one by which its cause came in.</summary>
    public Ipv6Address? SourceTowards(Ipv6Address destination, HostDevice device) =>
        AddressTowards(destination, device) is { } own && (!own.IsLinkLocal() || IsOnLink(destination)) ? own
        : _devices.Select(other => AddressTowards(destination, other)).FirstOrDefault(address => address is { } other && !other.IsLinkLocal())
            ?? AddressTowards(destination, device);

    /// <summary>The address from which the host speaks to somebody whom its routes lead to; null where none does.</summary>
    public Ipv6Address? AddressTowards(Ipv6Address destination) =>
        _routes.Find(destination, null) is { } route ? SourceTowards(destination, route.Device) : null;

    /// <summary>The device's own address for a destination; null while IPv6 is off there.</summary>
    public static Ipv6Address? AddressTowards(Ipv6Address destination, HostDevice device) => device.Ipv6Addresses.Count == 0 ? null
        : device.Ipv6Addresses.MaxBy(own =>
            (own.Address.IsLinkLocal() == IsOnLink(destination), (int)UInt128.LeadingZeroCount(own.Address.Bits ^ destination.Bits))).Address;

    private static bool IsOnLink(Ipv6Address destination) =>
        destination.IsLinkLocal() || (destination.IsMulticast() && destination.GroupScope() <= 2);

    private void Became(Fate fate, HostDevice device) => _host.Became(fate, device);
}
