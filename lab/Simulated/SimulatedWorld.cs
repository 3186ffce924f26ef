using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;
using Lab.Simulator.Networks;
using Lab.Simulator.Networks.Ipv4;
using Lab.Simulator.Networks.Ipv6;
using Lab.Simulator.Networks.Services;
using Lab.Simulator.Switching;
using Lab.Simulator.Time;
using Lab.Testbeds;
using static Lab.Simulated.SimulatorTerms;

namespace Lab.Simulated;

/// <summary>Puts a topology together out of the simulator's parts; names and addresses are those of the kernel testbed.</summary>
internal sealed class SimulatedWorld
{
    private static readonly BridgeSpec OnlyBridge = new(Devices.Bridge, Devices.BridgeMac, null, []);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10), Tick = TimeSpan.FromMilliseconds(1);

    private readonly Arrivals _arrivals;
    private readonly Dictionary<GuestName, FrameEntry> _entries = [];
    private readonly Dictionary<GuestName, Action<PortFilter?>> _bindings = [];
    private readonly Dictionary<GuestName, Action> _moves = [];
    private readonly Dictionary<GuestName, Func<PortState>> _states = [];
    private readonly Dictionary<string, Action<bool>> _links = [];
    private readonly Dictionary<InterfaceName, Bridge> _bridges = [];
    private readonly Dictionary<InterfaceName, LowerDevice> _uplinks = [];
    private readonly List<(string At, FateLedger Fates)> _ledgers = [];
    private readonly VirtualClock _clock = new();
    private readonly ImmutableArray<(GuestName Guest, InterfaceName Device)> _direct; // macvtaps, by the names of the kernel testbed
    private readonly HostSpec _spec;
    private readonly HostOptions _options;
    private readonly Host _host;
    private readonly Bridge _lan;
    private readonly StationProfiles _profiles;

    public SimulatedWorld(Topology topology, Func<Guest, FilterProgram> compile)
    {
        _spec = topology.Host ?? new([OnlyBridge], []);
        Dictionary<GuestName, FilterProgram> programs = topology.Guests.Where(guest => guest.Filter is not null)
            .ToDictionary(guest => guest.Name, compile);
        _arrivals = new(topology.Guests);
        _direct = [.. topology.Guests.Select((guest, i) => (guest, i)).Where(at => at.guest.At is OnDevice).Select(at => (at.guest.Name, Devices.Port(at.i)))];
        RequireEnforceable(programs);
        _options = OptionsOf(_spec, [.. Bridged(programs)]) with { IpSets = new AddressSets(topology.IpSets) };
        _host = new(_options, _clock, VirtualNetwork.RulesFor(NetworksOf(_spec)));
        _lan = new(new(Devices.BridgeMac) { Name = "LAN" }, _clock, Nobody.Instance);
        _profiles = ProfilesOf(topology.Lan);
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
            PlugIn(guest, programs.TryGetValue(guest.Name, out FilterProgram? program) ? new PortFilter(program) : null);
        }

        foreach (Bridge bridge in _bridges.Values)
        {
            bridge.Settle();
        }
    }

    public IEnumerable<(string At, FateLedger Fates)> Ledgers => _ledgers;

    public void Send(Stimulus stimulus) => _entries[stimulus.From](stimulus.Frame.Span);

    /// <summary>Exchanges the filters of ports that can have one; addresses, tables and connections stay.</summary>
    public void Change(IReadOnlyDictionary<GuestName, FilterProgram> programs)
    {
        TestbedLimits.RequireBindable(_options.BridgeNetfilter, Bridged(programs));
        RequireEnforceable(programs);
        foreach ((GuestName guest, Action<PortFilter?> bind) in _bindings)
        {
            bind(programs.TryGetValue(guest, out FilterProgram? program) ? new PortFilter(program) : null);
        }
    }

    /// <summary>To a new port of the guest's bridge, or a new device on its uplink.</summary>
    public void Move(GuestName guest)
    {
        _arrivals.Forget(guest);
        _moves[guest]();
    }

    public void SetLink(string device, bool up) => _links[device](up);

    public void Wait(TimeSpan time) => _clock.Advance(time);

    /// <summary>Lets time pass until it has happened, and tells what was said, if a frame said it.</summary>
    public Delivery? Await(Happening happening)
    {
        for (TimeSpan waited = default; waited < Patience; waited += Tick)
        {
            (bool happened, Delivery? told) = LookFor(happening);
            if (happened)
            {
                return told;
            }

            _clock.Advance(Tick);
        }

        throw new TestbedException($"this does not happen within {Patience.TotalMinutes} minutes: {happening}");
    }

    private (bool Happened, Delivery? Told) LookFor(Happening happening)
    {
        switch (happening)
        {
            case PortLearns learns:
                return (_states[learns.Guest]() == PortState.Learning, null);
            case PortForwards forwards:
                return (_states[forwards.Guest]() == PortState.Forwarding, null);
            case QuerierHeeded querier:
                return (_bridges[querier.Bridge].HeedsQuerier(querier.Version6), null);
            case GuestHears hears:
                Delivery? heard = _arrivals.Heard(hears);
                return (heard is not null, heard);
            default:
                throw new System.Diagnostics.UnreachableException($"what happens is one of a closed family, not {happening}");
        }
    }

    public void Watch(ISwitchWitness? witness) => _ledgers.ForEach(ledger => ledger.Fates.Witness = witness);

    public ImmutableArray<Delivery> TakeArrived() => _arrivals.Take();

    private void RequireEnforceable(IReadOnlyDictionary<GuestName, FilterProgram> programs) => TestbedLimits.RequireEnforceable(
        [.. _direct.Where(at => programs.ContainsKey(at.Guest)).Select(at => new PortPolicy(at.Device, programs[at.Guest]) { IsMacvtap = true })]);

    private IEnumerable<FilterProgram> Bridged(IReadOnlyDictionary<GuestName, FilterProgram> programs) =>
        programs.Where(bound => !_direct.Any(at => at.Guest == bound.Key)).Select(bound => bound.Value);

    private void AddBridge(BridgeSpec spec, Topology topology)
    {
        Bridge? bridge = null;
        HostDevice device = _host.AddDevice(spec.Name.ToString(), spec.Mac, new Wire(frame => bridge!.SendFromHost(frame)), spec.Mtu ?? LeastMtu(spec, topology));
        Furnish(device, spec.Addresses, spec.Ipv6Addresses, topology, guest => guest.At is OnBridge at && at.Bridge == spec.Name);
        IHostPort host = WatchersOf(spec.Name, topology) is { Length: > 0 } ears ? new Overheard(device, ears, Arrived) : device;
        bridge = new(OptionsOf(spec), _clock, host, _host.BridgeHooks);
        _bridges.Add(spec.Name, bridge);
        _links[spec.Name.ToString()] = bridge.SetUp;
        foreach (RouteSpec route in spec.Routes)
        {
            AddRoute(route, device);
        }

        Serve(spec, device);
        _ledgers.Add((spec.Name.ToString(), bridge.Fates));
    }

    /// <summary>A bridge that was given no MTU takes the least of its ports' (br_mtu_auto_adjust, net/bridge/br_if.c); 1500 is that of the
    /// port which a kernel testbed adds for its markers.</summary>
    private static int LeastMtu(BridgeSpec spec, Topology topology) => topology.Guests.Select(guest => guest.At).OfType<OnBridge>()
        .Where(at => at.Bridge == spec.Name).Select(at => at.Mtu).Append(1500).Min();

    private void AddRoute(RouteSpec route, HostDevice device)
    {
        if (route.Destination.Version6)
        {
            _host.AddRoute(new Ipv6Route(Ipv6Prefix.Of(new(route.Destination.Bits), route.PrefixLength), device, new(route.Gateway.Bits)));
        }
        else
        {
            _host.AddRoute(new Ipv4Route(Ipv4Prefix.Of(route.Destination.ToIpv4(), route.PrefixLength), device, route.Gateway.ToIpv4()));
        }
    }

    private void Serve(BridgeSpec spec, HostDevice device)
    {
        if (spec is not { Services: { } services, ServerAddress: not null })
        {
            return;
        }

        List<INamedLeases> leases = [];
        if (services.Gives(version6: false))
        {
            DhcpServer addresses = new(_host, device, ScopeOf(services, spec, InterfaceOf(spec.Addresses[0])), _clock);
            _host.Services.Listen(DhcpServer.ServerPort, addresses);
            leases.Add(addresses);
        }

        if (services.ManagedSubnet is { } subnet)
        {
            Dhcpv6Server addresses = new(_host, device, ScopeOf(services, spec, InterfaceOf(subnet)), _clock);
            _host.Services.Listen(Dhcpv6Server.ServerPort, addresses);
            leases.Add(addresses);
        }

        if (!spec.Ipv6Addresses.IsEmpty)
        {
            device.Advertiser = new(_host, device, RoutersOf(services, spec));
        }

        if (services.AnswersNames)
        {
            _host.Services.Listen(NameServer.Port, new NameServer(_host, device, ZoneOf(services, spec.Mode, _spec.Resolver), leases));
        }
    }

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
        lower = new(spec.Name.ToString(), spec.Mac, new Wire(frame => _lan.Receive(outside!, frame)), host)
        {
            Hooks = HooksAt(_spec, spec.Name.ToString()),
            Defragmenter = topology.Guests.Any(guest => guest.At is OnDevice at && at.Device == spec.Name) ? _host.GroupFragments : null,
        };
        outside = _lan.AddPort(
            new(spec.Name.ToString(), UplinkPortMac(_uplinks.Count)) { Hairpin = topology.Lan.Reflective }, new Wire(lower.ReceiveFromWire));
        _uplinks.Add(spec.Name, lower);
        _links[spec.Name.ToString()] = up =>
        {
            (lower.Up, lower.Carrier) = (up, up); // as a veth (veth_close in drivers/net/veth.c)
            _lan.SetLink(outside, up: true, carrier: up);
        };
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
                BridgePort station = _lan.AddPort(new(guest.Name.Text, Devices.PortMac(guest.Mac)), wire);
                _entries[guest.Name] = frame => _lan.Receive(station, frame);
                break;
            case OnDevice at:
                Use(guest.Name, _uplinks[at.Device], Attach(guest, at, wire, filter));
                break;
            default:
                OnBridge plugged = guest.At as OnBridge ?? new(OnlyBridge.Name);
                Bridge bridge = _bridges[plugged.Bridge];
                Use(guest, bridge, bridge.AddPort(OptionsOf(_spec, guest, plugged), wire, filter), plugged.Known);
                break;
        }
    }

    /// <param name="known">The bridge is told who is behind the port.</param>
    private void Use(Guest guest, Bridge bridge, BridgePort port, bool known)
    {
        _entries[guest.Name] = frame => bridge.Receive(port, frame);
        _bindings[guest.Name] = changed => Bridge.Bind(port, changed);
        _moves[guest.Name] = () => Use(guest, bridge, bridge.Replug(port), known);
        _states[guest.Name] = () => bridge.StateOf(port);
        _links[guest.Name.Text] = up => bridge.SetLink(port, up, carrier: true);
        if (known)
        {
            bridge.AddStatic(guest.Mac, port);
        }
    }

    private void Use(GuestName guest, LowerDevice lower, Macvtap tap)
    {
        _entries[guest] = frame => lower.SendFromGuest(tap, frame);
        _bindings[guest] = changed => LowerDevice.Bind(tap, changed);
        _moves[guest] = () => Use(guest, lower, lower.Replug(tap));
        _links[guest.Text] = up => lower.SetUp(tap, up);
    }

    private Macvtap Attach(Guest guest, OnDevice at, IFrameSink wire, PortFilter? filter)
    {
        LowerDevice lower = _uplinks[at.Device];
        MacvtapOptions options = new(guest.Name.Text, guest.Mac, ModeOf(at.Mode))
        {
            AllMulticast = at.AllMulticast,
            Hooks = HooksAt(_spec, guest.Name.Text),
        };
        return lower.Refuses(options) is { } refusal
            ? throw new TestbedException($"{guest.Name} on {at.Device}: {refusal}")
            : lower.Attach(options, wire, filter, at.VirtualPort is { } port ? Associated(guest, at.Device, port) : null);
    }

    /// <summary>The guest's station, let in by the LAN's switch or not.</summary>
    private VirtualStation Associated(Guest guest, InterfaceName device, VirtualPort port)
    {
        VirtualStation station = new();
        StationRequest? request = port switch
        {
            Qbg type => new StationType(type.ManagerId, type.TypeId, type.TypeIdVersion, VlanOf(device), type.InstanceId ?? Guid.Empty),
            Qbh profile => new StationProfile(profile.ProfileId),
            _ => null,
        };
        if (request is not null)
        {
            _profiles.Associate(station, request, guest.Mac);
        }

        return station;
    }

    private void Arrived(GuestName guest, ReadOnlySpan<byte> frame) => _arrivals.Add(guest, frame);
}
