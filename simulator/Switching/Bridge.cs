using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Simulator.Time;

namespace Lab.Simulator.Switching;

/// <summary>A Linux bridge as far as frames can tell (switching.md section 2; net/bridge/br_input.c, br_forward.c).</summary>
/// <remarks>
/// <code>
///   port ─> link ─> source ─> reserved group? ─> state ─> filter ─> IP hooks ─> learn ─> decide ─┬─> port, port, ...
///                                                                                                └─> host
/// </code>
/// Synchronous, like the kernel's path from tap to tap: when <see cref="Receive"/> returns, every copy has been delivered.
/// One thread at a time. Forwarding allocates nothing.
/// </remarks>
public sealed class Bridge
{
    /// <summary>The kernel's own limit is 1023 (BR_MAX_PORTS); a simulated switch may be larger, and this bounds its memory.</summary>
    public const int MaximumPorts = 1 << 20;

    private const int NoPort = -1;

    private readonly BridgeOptions _options;
    private readonly TimeProvider _clock;
    private readonly IHostPort _host;
    private readonly IBridgeNetfilter? _netfilter;
    private readonly List<BridgePort> _ports = [];
    private readonly List<BridgePort> _byAge = []; // the oldest first
    private readonly ForwardingTable _table = new();
    private readonly MulticastSnooping? _snooping;
    private readonly SpanningTree? _tree;
    private readonly long _ageing; // clock ticks; 0 turns learning off

    public Bridge(BridgeOptions options, TimeProvider clock, IHostPort host, IBridgeNetfilter? netfilter = null)
    {
        (_options, _clock, _host, _netfilter) = (options, clock, host, netfilter);
        _ageing = (long)(options.Ageing.TotalSeconds * clock.TimestampFrequency);
        SetPermanent(options.Mac, NoPort, EntryKind.Local, PortVlans.Default);
        _snooping = options.MulticastSnooping ? new(clock) : null;
        _tree = options.SpanningTree ? new(options) : null;
        if (_tree is not null && clock is VirtualClock appointments)
        {
            SayHello(appointments);
        }
    }

    public IReadOnlyList<BridgePort> Ports => _ports;

    public BridgeOptions Options => _options;

    public bool Up { get; private set; } = true;

    public FateLedger Fates { get; } = new();

    /// <exception cref="InvalidOperationException">The bridge is full.</exception>
    public BridgePort AddPort(PortOptions options, IFrameSink wire, PortFilter? filter = null)
    {
        if (_ports.Count == MaximumPorts)
        {
            throw new InvalidOperationException($"a bridge holds at most {MaximumPorts} ports");
        }

        var port = new BridgePort(_ports.Count, options, filter, wire) { UpSince = _clock.GetTimestamp() };
        _ports.Add(port);
        _byAge.Add(port);
        SetPermanent(options.Mac, NoPort, EntryKind.Local, options.Vlans);
        SpeakForItself(port);
        return port;
    }

    /// <summary>Whatever is plugged in has been for so long that its port forwards.</summary>
    public void Settle() => _ports.ForEach(port => port.UpSince -= (long)(2 * (_tree?.ForwardDelay ?? default).TotalSeconds * _clock.TimestampFrequency));

    /// <summary>Takes a port's device away and plugs in another one with its settings and its filter; nothing else of it remains.</summary>
    /// <remarks>What was known behind the old port is forgotten at once (br_fdb_delete_by_port, br_multicast_del_port).</remarks>
    public BridgePort Replug(BridgePort port)
    {
        _table.ForgetPort(port.Index);
        _snooping?.Forget(port.Index);
        (port.Up, port.Carrier) = (false, false);
        BridgePort successor = _ports[port.Index] = port.Successor(_clock.GetTimestamp());
        _byAge.Remove(port);
        _byAge.Add(successor);
        SpeakForItself(successor);
        return successor;
    }

    /// <summary>Changes a port's settings; the device keeps its address.</summary>
    public static void Configure(BridgePort port, Func<PortOptions, PortOptions> change) => port.Options = change(port.Options);

    /// <summary>Replaces a port's filter between two frames.</summary>
    public static void Bind(BridgePort port, PortFilter? filter) => port.Filter = filter;

    /// <summary>A port that goes down, or loses its carrier, forgets the stations behind it at once (br_fdb_delete_by_port).</summary>
    public void SetLink(BridgePort port, bool up, bool carrier)
    {
        bool comesUp = up && carrier && port.Obstacle() is not null;
        port.UpSince = comesUp ? _clock.GetTimestamp() : port.UpSince;
        (port.Up, port.Carrier) = (up, carrier);
        if (!up || !carrier)
        {
            ForgetLearned(port);
        }
    }

    /// <summary>A bridge that goes down takes its ports out of service, and forgets what it has learned, queriers included
    /// (br_stp_disable_bridge, br_multicast_stop).</summary>
    public void SetUp(bool up)
    {
        Up = up;
        foreach (BridgePort port in _ports)
        {
            port.UpSince = _clock.GetTimestamp();
            ForgetLearned(port);
        }

        _snooping?.ForgetQueriers();
    }

    private void ForgetLearned(BridgePort port)
    {
        _table.ForgetLearned(port.Index);
        _snooping?.Forget(port.Index);
    }

    /// <summary>Binds a station to a port for good, in all the port's VLANs (br_fdb_add without one).</summary>
    public void AddStatic(MacAddress station, BridgePort port) => SetPermanent(station, port.Index, EntryKind.Static, port.Options.Vlans);

    /// <summary>The port behind which a station is known to be; null for none, and for the host's own addresses.</summary>
    public BridgePort? WhereIs(MacAddress station) =>
        _table.TryFind(station, OldestLive(), out int port, out EntryKind kind) && kind != EntryKind.Local ? _ports[port] : null;

    /// <summary>A frame arrives from the port's wire.</summary>
    public void Receive(BridgePort port, ReadOnlySpan<byte> frame)
    {
        if (!FrameHead.TryRead(frame, out FrameHead head, out Fate wrong))
        {
            Became(wrong, port);
        }
        else if (Refusal(port, head, frame) is { } refusal)
        {
            Became(refusal, port);
        }
        else if (ReservedGroup.Contains(head.Destination) && !ReservedGroup.IsForwarded(head.Destination, _options))
        {
            ReceiveReserved(port, head, frame);
        }
        else
        {
            Enter(new PassingFrame(frame, head, port), head);
        }
    }

    /// <summary>The host's own stack sends a frame on the bridge device (br_dev_xmit).</summary>
    public void SendFromHost(ReadOnlySpan<byte> frame)
    {
        if (!FrameHead.TryRead(frame, out FrameHead head, out Fate wrong))
        {
            Became(wrong, null);
        }
        else if (!Up)
        {
            Became(Fate.BridgeDown, null);
        }
        else if (!TryClassify(PortVlans.Default, frame, out ushort vlan))
        {
            Became(Fate.OtherVlan, null);
        }
        else
        {
            var passing = new PassingFrame(frame, head, null) { Vlan = vlan };
            if (head.Destination == MacAddress.Broadcast)
            {
                Flood(ref passing, FloodKind.FromHost);
            }
            else if (head.Destination.IsGroup)
            {
                DecideGroup(ref passing, head);
            }
            else if (!_table.TryFind(head.Destination, OldestLive(), out int port, out EntryKind kind, passing.Vlan))
            {
                Flood(ref passing, FloodKind.UnknownUnicast);
            }
            else if (kind != EntryKind.Local)
            {
                ForwardTo(_ports[port], ref passing);
            }
        }
    }

    /// <summary>Puts a frame on a port's wire, behind every hook; bridge netfilter sends fragments this way.</summary>
    internal void Emit(BridgePort port, ReadOnlySpan<byte> frame, bool tagged)
    {
        int length = tagged ? frame.Length - FrameHead.TagLength : frame.Length;
        if (length > port.Options.Mtu + LengthAllowance)
        {
            Became(Fate.TooLong, port);
            return;
        }

        if (port.Options.Hooks.DropsOnEgress(frame))
        {
            Became(Fate.DroppedAtDevice, port);
            return;
        }

        Became(Fate.Forwarded, port);
        port.Transmit(frame);
    }

    // is_skb_forwardable, net/core/dev.c: the MTU, the Ethernet header, and room for one tag whether or not it is there.
    private const int LengthAllowance = FrameHead.Length + FrameHead.TagLength;

    private Fate? Refusal(BridgePort port, in FrameHead head, ReadOnlySpan<byte> frame) =>
        port.Obstacle() is { } obstacle ? obstacle
        : !Up ? Fate.BridgeDown
        : port.Options.Hooks.DropsOnIngress(frame) ? Fate.DroppedAtDevice
        : head.Source.IsGroup || head.Source.Bits == 0 ? Fate.SourceNotUnicast
        : null;

    // For the port device's own stack only, which has nothing to say; ...01 is dropped before learning (br_handle_frame).
    private void ReceiveReserved(BridgePort port, in FrameHead head, ReadOnlySpan<byte> frame)
    {
        if (!ReservedGroup.IsPause(head.Destination) && StateOf(port) is PortState.Forwarding or PortState.Learning
            && TryClassify(port.Options.Vlans, frame, out ushort vlan))
        {
            Learn(port, head, vlan);
        }

        Became(Fate.ReservedGroup, port);
    }

    private void Enter(PassingFrame passing, in FrameHead head)
    {
        BridgePort port = passing.Ingress!;
        PortState state = StateOf(port);
        if (state is not (PortState.Forwarding or PortState.Learning))
        {
            Became(Fate.PortNotForwarding, port);
        }
        else if (PreRouting(port, ref passing) is { } lost)
        {
            Became(lost, port);
        }
        else if (!TryClassify(port.Options.Vlans, passing.Bytes, out ushort vlan))
        {
            Became(Fate.OtherVlan, port);
        }
        else
        {
            passing.Vlan = vlan;
            Learn(port, head, vlan);
            if (state == PortState.Learning)
            {
                Became(Fate.OnlyLearned, port);
            }
            else
            {
                Decide(ref passing, passing.Head); // which the hooks may have given another destination
            }
        }
    }

    private Fate? PreRouting(BridgePort port, ref PassingFrame passing)
    {
        if (port.Filter is { } filter && !filter.Passes(FilterPlace.FromGuest, port.Options.Name, passing.Bytes, Fates.Witness))
        {
            return Fate.FilteredFromGuest;
        }

        return _netfilter?.PreRouting(this, ref passing);
    }

    /// <param name="vlan">That of the frame as it comes in; 0 on a bridge that is not VLAN-aware.</param>
    private bool TryClassify(PortVlans vlans, ReadOnlySpan<byte> frame, out ushort vlan)
    {
        vlan = _options.VlanFiltering ? vlans.Classify(frame) ?? 0 : (ushort)0;
        return !_options.VlanFiltering || vlan != 0;
    }

    private void SetPermanent(MacAddress station, int port, EntryKind kind, PortVlans vlans)
    {
        foreach (ushort vlan in _options.VlanFiltering ? vlans.All : [0])
        {
            _table.SetPermanent(station, port, kind, vlan);
        }
    }

    private void Learn(BridgePort port, in FrameHead head, ushort vlan)
    {
        if (port.Options.Learning && _ageing > 0)
        {
            _table.Learn(head.Source, port.Index, _clock.GetTimestamp(), vlan);
        }
    }

    private void Decide(ref PassingFrame passing, in FrameHead head)
    {
        if (head.Destination == MacAddress.Broadcast)
        {
            Flood(ref passing, FloodKind.Broadcast);
            GiveToHost(ref passing);
        }
        else if (head.Destination.IsGroup)
        {
            DecideGroup(ref passing, head);
        }
        else if (!_table.TryFind(head.Destination, OldestLive(), out int port, out EntryKind kind, passing.Vlan))
        {
            Flood(ref passing, FloodKind.UnknownUnicast);
        }
        else if (kind == EntryKind.Local)
        {
            GiveToHost(ref passing);
        }
        else
        {
            ForwardTo(_ports[port], ref passing);
        }
    }

    private void DecideGroup(ref PassingFrame passing, in FrameHead head)
    {
        MulticastSnooping.Audience audience = _snooping?.Inspect(passing.Ingress, head, passing.Bytes, passing.Vlan) ?? MulticastSnooping.Audience.All;
        if (audience.Refused)
        {
            Became(Fate.MalformedMulticast, passing.Ingress);
        }
        else if (audience.Everybody && passing.Ingress is null)
        {
            Flood(ref passing, FloodKind.FromHost);
        }
        else if (audience.Everybody)
        {
            Flood(ref passing, FloodKind.Multicast);
            GiveToHost(ref passing);
        }
        else
        {
            Flood(ref passing, FloodKind.Subscribed, audience);
        }
    }

    /// <summary>Where a port stands in the spanning tree; without one it forwards as soon as it is up.</summary>
    public PortState StateOf(BridgePort port) => _tree?.StateAfter(_clock.GetElapsedTime(port.UpSince)) ?? PortState.Forwarding;

    /// <summary>Whether groups have a querier of that family, and frames to them go to members only.</summary>
    public bool HeedsQuerier(bool version6) => _snooping?.QuerierKnown(version6) ?? false;

    private void SpeakForItself(BridgePort port)
    {
        if (port.Options.OwnIpv6 && _clock is VirtualClock appointments)
        {
            appointments.After(AddressCheck.Delay, () => port.Transmit(AddressCheck.Of(port.Options.Mac)));
        }
    }

    private void SayHello(VirtualClock appointments) => appointments.After(SpanningTree.Hello, () =>
    {
        foreach (BridgePort port in _ports.Where(port => port.Obstacle() is null && Up))
        {
            port.Transmit(_tree!.MessageOf(port));
        }

        SayHello(appointments);
    });

    /// <summary>To every port that may have it, the newest first (br_add_if puts a new port before the others).</summary>
    /// <remarks>Each gets a copy but the last, who gets the frame itself unless the host is to have it after all ports (br_flood).
    /// Where snooping knows an audience, the kernel goes by the ports' places in its memory, which nobody can know
    /// (br_multicast_flood); the order is the same here.</remarks>
    private void Flood(ref PassingFrame passing, FloodKind kind, in MulticastSnooping.Audience audience = default)
    {
        BridgePort? held = null;
        passing.IsCopy = true;
        for (int i = _byAge.Count - 1; i >= 0; i--)
        {
            BridgePort port = _byAge[i];
            if (port == passing.Ingress && !port.Options.Hairpin)
            {
                continue;
            }

            if ((Unwanted(port, kind, audience) ?? Undeliverable(port, passing)) is { } reason)
            {
                Became(reason, port);
                continue;
            }

            if (held is not null)
            {
                Hand(held, ref passing);
            }

            held = port;
        }

        if (held is not null)
        {
            passing.IsCopy = kind is FloodKind.Multicast or FloodKind.Broadcast;
            Hand(held, ref passing);
        }
    }

    private Fate? Unwanted(BridgePort port, FloodKind kind, in MulticastSnooping.Audience audience) =>
        kind == FloodKind.Subscribed ? _snooping!.Hears(port, audience) ? null : Fate.NotSubscribed
        : Takes(port.Options, kind) ? null : Fate.NotFlooded;

    private static bool Takes(PortOptions options, FloodKind kind) => kind switch
    {
        FloodKind.UnknownUnicast => options.Flood,
        FloodKind.Multicast => options.MulticastFlood,
        FloodKind.Broadcast => options.BroadcastFlood,
        _ => true, // br_flood with local_orig ignores the flags for group destinations
    };

    private void ForwardTo(BridgePort port, ref PassingFrame passing)
    {
        if (Undeliverable(port, passing) is { } reason)
        {
            Became(reason, port);
        }
        else
        {
            Hand(port, ref passing);
        }
    }

    private void Hand(BridgePort port, ref PassingFrame passing)
    {
        if (!_options.VlanFiltering)
        {
            PassTo(port, ref passing);
        }
        else
        {
            PassingFrame dressed = passing.Dressed(port.Options.Vlans.Dress(passing.Bytes, passing.Vlan));
            PassTo(port, ref dressed);
        }
    }

    private void PassTo(BridgePort port, ref PassingFrame passing)
    {
        if ((passing.Ingress is null ? _netfilter?.Output(this, passing, port) : _netfilter?.Forward(this, ref passing, port)) is { } refused)
        {
            Became(refused, port);
        }
        else if (port.Filter is { } filter && !filter.Passes(FilterPlace.ToGuest, port.Options.Name, passing.Bytes, Fates.Witness))
        {
            Became(Fate.FilteredToGuest, port);
        }
        else if (_netfilter is not null)
        {
            _netfilter.PostRouting(this, ref passing, port);
        }
        else
        {
            Emit(port, passing.Bytes, passing.Head.Tagged);
        }
    }

    // should_deliver, net/bridge/br_forward.c
    private Fate? Undeliverable(BridgePort to, in PassingFrame passing) =>
        to == passing.Ingress && !to.Options.Hairpin ? Fate.SamePort
        : to.Obstacle() is { } obstacle ? obstacle
        : StateOf(to) != PortState.Forwarding ? Fate.PortNotForwarding
        : to.Options.Isolated && passing.Ingress is { Options.Isolated: true } ? Fate.BothIsolated
        : _options.VlanFiltering && !to.Options.Vlans.Has(passing.Vlan) ? Fate.OtherVlan
        : null;

    private void GiveToHost(ref PassingFrame passing)
    {
        _netfilter?.Input(passing);
        if (!_options.VlanFiltering)
        {
            Became(Fate.GivenToHost, null);
            _host.Receive(this, passing);
        }
        else if (PortVlans.Default.Has(passing.Vlan))
        {
            Became(Fate.GivenToHost, null);
            _host.Receive(this, passing.Dressed(PortVlans.Default.Dress(passing.Bytes, passing.Vlan)));
        }
        else
        {
            Became(Fate.OtherVlan, null);
        }
    }

    private long OldestLive() => _clock.GetTimestamp() - _ageing;

    private void Became(Fate fate, BridgePort? at) => Fates.Enter(fate, at?.Options.Name);

    private enum FloodKind
    {
        UnknownUnicast,
        Multicast,
        Broadcast,
        Subscribed,
        FromHost,
    }
}
