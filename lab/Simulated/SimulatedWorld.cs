using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Networks;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Simulator.Networks;
using Lab.Simulator.Switching;
using Lab.Simulator.Time;

namespace Lab.Simulated;

/// <summary>Puts a topology together out of the simulator's parts; names and addresses are those of the kernel testbed.</summary>
internal sealed class SimulatedWorld
{
    private static readonly BridgeSpec OnlyBridge = new(InterfaceName.Parse("br0"), MacAddress.Parse("52:54:00:00:00:fe"), null, []);

    private readonly Dictionary<GuestName, List<Delivery>> _arrived = [];
    private readonly Dictionary<GuestName, FrameEntry> _entries = [];
    private readonly Dictionary<GuestName, Action<PortFilter?>> _bindings = [];
    private readonly Dictionary<GuestName, Action> _moves = [];
    private readonly Dictionary<InterfaceName, Bridge> _bridges = [];
    private readonly Dictionary<InterfaceName, LowerDevice> _uplinks = [];
    private readonly List<(string At, FateLedger Fates)> _ledgers = [];
    private readonly VirtualClock _clock = new();
    private readonly HostSpec _spec;
    private readonly HostOptions _options;
    private readonly Host _host;
    private readonly Bridge _lan;

    public SimulatedWorld(Topology topology, Func<Guest, FilterProgram> compile)
    {
        _spec = topology.Host ?? new([OnlyBridge], []);
        Dictionary<GuestName, FilterProgram> programs = topology.Guests.Where(guest => guest.Filter is not null)
            .ToDictionary(guest => guest.Name, compile);
        _options = OptionsFor(programs.Values, topology.Host is null);
        _host = new(_options, _clock, VirtualNetwork.RulesFor(Networks()));
        _lan = new(new(MacAddress.Parse("52:54:00:00:00:fe")) { Name = "LAN" }, _clock, Nobody.Instance);
        _ledgers.Add(("host", _host.Fates));
        _ledgers.Add(("LAN", _lan.Fates));
        foreach (BridgeSpec bridge in _spec.Bridges)
        {
            AddBridge(bridge, topology);
        }

        foreach (UplinkSpec uplink in _spec.Uplinks)
        {
            AddUplink(uplink, topology);
        }

        foreach (Guest guest in topology.Guests)
        {
            _arrived[guest.Name] = [];
            PlugIn(guest, programs.TryGetValue(guest.Name, out FilterProgram? program) ? new PortFilter(program) : null);
        }
    }

    private delegate void FrameEntry(ReadOnlySpan<byte> frame);

    public IEnumerable<(string At, FateLedger Fates)> Ledgers => _ledgers;

    public void Send(Stimulus stimulus) => _entries[stimulus.From](stimulus.Frame.Span);

    /// <summary>Exchanges the filters of ports that can have one; addresses, tables and connections stay.</summary>
    public void Change(IReadOnlyDictionary<GuestName, FilterProgram> programs)
    {
        if (TestbedLimits.WhyNotBound(_options.BridgeNetfilter, programs.Values) is { } refusal)
        {
            throw new TestbedException(refusal);
        }

        foreach ((GuestName guest, Action<PortFilter?> bind) in _bindings)
        {
            bind(programs.TryGetValue(guest, out FilterProgram? program) ? new PortFilter(program) : null);
        }
    }

    /// <summary>To a new port of the guest's bridge.</summary>
    public void Move(GuestName guest) => _moves[guest]();

    public void Wait(TimeSpan time) => _clock.Advance(time);

    public void Watch(ISwitchWitness? witness) => _ledgers.ForEach(ledger => ledger.Fates.Witness = witness);

    public List<Delivery> TakeArrived(GuestName guest)
    {
        List<Delivery> arrived = _arrived[guest];
        _arrived[guest] = [];
        return arrived;
    }

    // As the kernel testbed sets it: bridge netfilter is on when, and only when, some rule asks for it.
    private HostOptions OptionsFor(IReadOnlyCollection<FilterProgram> programs, bool plainBridge) => new()
    {
        Forwarding = _spec.Forwards,
        ForwardsIpv6 = _spec.ForwardsIpv6,
        BridgeNetfilter = _spec.BridgeNetfilter ?? (_spec.HasNetworks || programs.Any(program => program is { Ipv4: not null } or { Ipv6: not null })),
        // On a bridge alone, TapBridge keeps connection tracking on, of both versions, wherever IP rules are.
        TrackIpv4 = programs.Any(program => StateDependence.Has(program.Ipv4) || (plainBridge && (program.Ipv4 ?? program.Ipv6) is not null)),
        TrackIpv6 = programs.Any(program => StateDependence.Has(program.Ipv6) || (plainBridge && (program.Ipv4 ?? program.Ipv6) is not null)),
    };

    private IEnumerable<VirtualNetwork> Networks() => _spec.Bridges.Where(bridge => bridge.Mode is not null).Select(bridge =>
        new VirtualNetwork(bridge.Name.ToString(), ModeOf(bridge.Mode!.Value), [.. bridge.Addresses.Select(InterfaceOf)], bridge.Device?.ToString())
        {
            Ipv6Addresses = [.. bridge.Ipv6Addresses.Select(InterfaceOf)],
            AllowsIpv6 = bridge.AllowsIpv6,
            TranslatesIpv6 = bridge.TranslatesIpv6,
            TranslationAddresses = bridge.TranslationAddresses,
            TranslationPorts = bridge.TranslationPorts,
        });

    private static NetworkMode ModeOf(ForwardMode mode) => mode switch
    {
        ForwardMode.Nat => NetworkMode.Nat,
        ForwardMode.Route => NetworkMode.Route,
        ForwardMode.Open => NetworkMode.Open,
        _ => NetworkMode.Isolated,
    };

    private static Ipv4Interface InterfaceOf(HostAddress address) => new(address.Address, address.PrefixLength);

    private static Ipv6Interface InterfaceOf(HostIpv6Address address) => new(address.Address, address.PrefixLength);

    private void AddBridge(BridgeSpec spec, Topology topology)
    {
        Bridge? bridge = null;
        HostDevice device = _host.AddDevice(spec.Name.ToString(), spec.Mac, new Wire(frame => bridge!.SendFromHost(frame)));
        Furnish(device, spec.Addresses, spec.Ipv6Addresses, topology, guest => guest.At is OnBridge at && at.Bridge == spec.Name);
        IHostPort host = WatchersOf(spec.Name, topology) is { Length: > 0 } ears ? new Overheard(device, ears, Arrived) : device;
        bridge = new(new(spec.Mac) { Name = spec.Name.ToString(), GroupForwardMask = spec.GroupForwardMask, MulticastSnooping = spec.MulticastSnooping }, _clock, host, _host.BridgeHooks);
        _bridges.Add(spec.Name, bridge);
        Serve(spec, device);
        _ledgers.Add((spec.Name.ToString(), bridge.Fates));
    }

    private void Serve(BridgeSpec spec, HostDevice device)
    {
        if (spec is not { Services: { } services, Addresses: [var own, ..] })
        {
            return;
        }

        DhcpServer? addresses = services.GivesAddresses ? new(_host, device, ScopeOf(services, spec.Mode, InterfaceOf(own)), _clock) : null;
        if (addresses is not null)
        {
            _host.Sockets.Listen(DhcpServer.ServerPort, addresses);
        }

        _host.Sockets.Listen(NameServer.Port,
            new NameServer(_host, device, new(InterfaceOf(own), null, services.Names) { Domain = services.Domain }, addresses));
    }

    private static DhcpScope ScopeOf(NetworkServices services, ForwardMode? mode, Ipv4Interface own) => new(
        own, services.Ranges, [.. services.Reservations.Select(host => new DhcpReservation(host.Mac, host.Name, host.Address, null))],
        Routes: mode is not ForwardMode.Isolated, AnswersNames: true)
    {
        Domain = services.Domain,
        Pings = false, // as the kernel testbed has it: a scenario does not wait three seconds
    };

    private void AddUplink(UplinkSpec spec, Topology topology)
    {
        LowerDevice? lower = null;
        HostDevice device = _host.AddDevice(spec.Name.ToString(), spec.Mac, new Wire(frame => lower!.SendFromHost(frame)));
        Furnish(device, spec.Addresses, spec.Ipv6Addresses, topology, guest => guest.At is OnLan or OnDevice);
        if (spec.Gateway is { } gateway)
        {
            _host.AddRoute(new Ipv4Route(default, device, gateway));
        }

        if (spec.Ipv6Gateway is { } ipv6Gateway)
        {
            _host.AddRoute(new Ipv6Route(default, device, ipv6Gateway));
        }

        IFrameSink host = WatchersOf(spec.Name, topology) is { Length: > 0 } ears ? new OverheardDevice(device, ears, Arrived) : device;
        BridgePort? outside = null;
        lower = new(spec.Name.ToString(), spec.Mac, new Wire(frame => _lan.Receive(outside!, frame)), host);
        outside = _lan.AddPort(
            new(spec.Name.ToString(), UplinkPortMac(_uplinks.Count)) { Hairpin = topology.Lan.Reflective }, new Wire(lower.ReceiveFromWire));
        _uplinks.Add(spec.Name, lower);
        _ledgers.Add((spec.Name.ToString(), lower.Fates));
    }

    private static void Furnish(
        HostDevice device, IEnumerable<HostAddress> addresses, IEnumerable<HostIpv6Address> ipv6Addresses, Topology topology, Func<Guest, bool> here)
    {
        foreach (HostAddress address in addresses)
        {
            device.AddAddress(InterfaceOf(address));
        }

        foreach (HostIpv6Address address in ipv6Addresses)
        {
            device.AddAddress(InterfaceOf(address));
        }

        foreach (Guest guest in topology.Guests.Where(here))
        {
            foreach (Ipv4Address address in guest.Addresses.Where(address => guest.At is OnBridge || device.Addresses.Any(own => own.Subnet.Contains(address))))
            {
                device.SetNeighbour(address, guest.Mac);
            }

            foreach (Ipv6Address address in guest.Ipv6Addresses.Where(address => guest.At is OnBridge || device.Ipv6Addresses.Any(own => own.Subnet.Contains(address))))
            {
                device.SetNeighbour(address, guest.Mac);
            }
        }
    }

    private static GuestName[] WatchersOf(InterfaceName device, Topology topology) =>
        [.. topology.Guests.Where(guest => guest.At is OnHost at && at.Device == device).Select(guest => guest.Name)];

    private void PlugIn(Guest guest, PortFilter? filter)
    {
        var wire = new Wire(frame => Arrived(guest.Name, frame));
        switch (guest.At)
        {
            case OnHost at:
                _entries[guest.Name] = _bridges.TryGetValue(at.Device, out Bridge? own) ? own.SendFromHost : _uplinks[at.Device].SendFromHost;
                break;
            case OnLan:
                BridgePort station = _lan.AddPort(new(guest.Name.Text, PortMac(guest.Mac)), wire);
                _entries[guest.Name] = frame => _lan.Receive(station, frame);
                break;
            case OnDevice at:
                Macvtap tap = Attach(guest, at, wire, filter);
                _entries[guest.Name] = frame => _uplinks[at.Device].SendFromGuest(tap, frame);
                _bindings[guest.Name] = changed => LowerDevice.Bind(tap, changed);
                break;
            default:
                OnBridge plugged = guest.At as OnBridge ?? new(OnlyBridge.Name);
                Bridge bridge = _bridges[plugged.Bridge];
                Use(guest.Name, bridge, bridge.AddPort(PortOptionsFor(guest, plugged), wire, filter));
                break;
        }
    }

    private void Use(GuestName guest, Bridge bridge, BridgePort port)
    {
        _entries[guest] = frame => bridge.Receive(port, frame);
        _bindings[guest] = changed => Bridge.Bind(port, changed);
        _moves[guest] = () => Use(guest, bridge, bridge.Replug(port));
    }

    private static PortOptions PortOptionsFor(Guest guest, OnBridge at) => new(guest.Name.Text, PortMac(guest.Mac))
    {
        Isolated = at.Isolated,
        Hairpin = at.Hairpin,
        Learning = at.Learning,
        Flood = at.Flood,
        Mtu = at.Mtu,
    };

    private Macvtap Attach(Guest guest, OnDevice at, IFrameSink wire, PortFilter? filter)
    {
        LowerDevice lower = _uplinks[at.Device];
        MacvtapOptions options = new(guest.Name.Text, guest.Mac, ModeOf(at.Mode)) { AllMulticast = at.AllMulticast };
        return lower.Refuses(options) is { } refusal
            ? throw new TestbedException($"{guest.Name} on {at.Device}: {refusal}")
            : lower.Attach(options, wire, filter);
    }

    private static MacvtapMode ModeOf(DirectMode mode) => mode switch
    {
        DirectMode.Vepa => MacvtapMode.Vepa,
        DirectMode.Bridge => MacvtapMode.Bridge,
        DirectMode.Private => MacvtapMode.Private,
        _ => MacvtapMode.Passthrough,
    };

    private void Arrived(GuestName guest, ReadOnlySpan<byte> frame) => _arrived[guest].Add(new(guest, frame.ToArray()));

    // libvirt's way: the guest's address with the first octet fe (switching.md section 1.2).
    private static MacAddress PortMac(MacAddress guest) => MacAddress.FromBits((guest.Bits & 0x00FF_FFFF_FFFF) | 0xFE00_0000_0000);

    private static MacAddress UplinkPortMac(int index) => MacAddress.FromBits(0xFE00_0000_89B5 + (ulong)index);

    private sealed class Wire(FrameEntry take) : IFrameSink
    {
        public void Accept(ReadOnlySpan<byte> frame) => take(frame);
    }

    /// <summary>The LAN's switch has no stack of its own.</summary>
    private sealed class Nobody : IHostPort
    {
        public static readonly Nobody Instance = new();

        public void Receive(Bridge bridge, in PassingFrame frame)
        {
        }
    }

    private delegate void Arrival(GuestName guest, ReadOnlySpan<byte> frame);

    /// <summary>Notes what a bridge hands up before the stack has it.</summary>
    private sealed class Overheard(IHostPort stack, GuestName[] ears, Arrival arrived) : IHostPort
    {
        public void Receive(Bridge bridge, in PassingFrame frame)
        {
            foreach (GuestName ear in ears)
            {
                arrived(ear, WithoutTag(frame.Bytes));
            }

            stack.Receive(bridge, frame);
        }
    }

    private sealed class OverheardDevice(IFrameSink stack, GuestName[] ears, Arrival arrived) : IFrameSink
    {
        public void Accept(ReadOnlySpan<byte> frame)
        {
            foreach (GuestName ear in ears)
            {
                arrived(ear, WithoutTag(frame));
            }

            stack.Accept(frame);
        }
    }

    // The kernel keeps an outer tag apart from the bytes that a socket reads.
    private static ReadOnlySpan<byte> WithoutTag(ReadOnlySpan<byte> frame) =>
        EthernetView.TryRead(frame, out EthernetView ethernet) && ethernet.Type is EtherType.Vlan or EtherType.ServiceVlan
            ? (byte[])[.. frame[..12], .. frame[16..]] : frame;
}
