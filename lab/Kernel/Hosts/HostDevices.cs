using Lab.Contract.Testbeds;
using Lab.Engine.Interop;
using Lab.Engine.Interop.Netlink;
using Lab.Engine.Packets;
using Lab.Testbeds;

namespace Lab.Kernel.Hosts;

/// <summary>The devices of a host and of the LAN that it is plugged into, and who sits at which of them.</summary>
/// <remarks>
/// <code>
///   guests ─ taps ─ bridges ─┐
///                            host (one namespace) ─ uplink ═ veth ═ switch (another namespace) ─ taps ─ stations
///   guests ─ macvtaps ───────┘
/// </code>
/// </remarks>
internal sealed class HostDevices : IDisposable
{
    private const int FirstBridge = 1000; // device index
    private const string LanBridge = "lan0";

    private readonly Topology _topology;
    private readonly HostSpec _host;
    private readonly Arrivals _arrivals;
    private readonly TimeSpan _patience;
    private readonly NetworkNamespace? _outside;
    private readonly HostCommands _commands;
    private readonly Carriers _carriers;
    private readonly List<Segment> _segments = []; // the LAN if there is one, then the bridges in their order
    private readonly Dictionary<GuestName, IFramePort> _portOf = [];
    private readonly Dictionary<GuestName, InterfaceName> _deviceOf = [];
    private readonly List<IFramePort> _opened = [];
    private readonly List<Crossing> _crossings = [];
    private int _named;

    /// <summary>Nothing but namespaces, until <see cref="Make"/>.</summary>
    public HostDevices(Topology topology, Arrivals arrivals, TimeSpan patience)
    {
        (_topology, _host, _arrivals, _patience, _carriers) = (topology, topology.Host!, arrivals, patience, new(patience));
        foreach (Guest guest in topology.Guests)
        {
            _deviceOf[guest.Name] = NextDevice();
        }

        _commands = new(_host, topology.Guests, _deviceOf);
        _outside = _host.Uplinks.IsEmpty ? null : NetworkNamespace.Create();
    }

    /// <summary>The host's own.</summary>
    public NetworkNamespace Space { get; } = NetworkNamespace.Create();

    public IReadOnlyList<Segment> Segments => _segments;

    /// <summary>Where frames go between segments with a delay.</summary>
    public IReadOnlyList<Crossing> Crossings => _crossings;

    public bool HasMacvtaps => Plugged<OnDevice>().Any();

    /// <summary>The administrator's drops, which name devices as they are now; null without any.</summary>
    public string? Drops => _host.Drops.IsEmpty ? null : _commands.Drops();

    public InterfaceName DeviceOf(GuestName guest) => _deviceOf[guest];

    public IFramePort PortOf(GuestName guest) => _portOf[guest];

    /// <summary>A device name that no guest has had yet.</summary>
    public InterfaceName NextDevice() => Devices.Port(_named++);

    /// <summary>Makes and furnishes all of them, and returns when they carry frames.</summary>
    /// <param name="bridgeNetfilter">Null leaves it as the kernel starts it.</param>
    public void Make(bool? bridgeNetfilter)
    {
        _outside?.Run(MakeLan);
        Space.Run(() => MakeHost(bridgeNetfilter));
        AwaitCarriers(_ => true, _ => true);
        foreach ((Guest guest, InterfaceName device, _) in Plugged<OnDevice>())
        {
            _carriers.Await(device, (_portOf[guest.Name], _segments[0].Marker));
        }

        _crossings.AddRange(_host.Uplinks.Select(uplink => new Crossing(uplink.Name, _segments[0].Marker, Open(MarkerEar(uplink.Name)), _patience)));
        Space.Run(() => Ipv6Addresses.Await(_commands.Ipv6Devices().SelectMany(owner => HostCommands.Ipv6AddressesOf(owner.Mac, owner.Addresses)), _patience));
    }

    /// <summary>Lets port devices have an IPv6 stack where they are to.</summary>
    public void WakePorts() => Space.Run(() =>
    {
        foreach ((_, InterfaceName device, _) in Plugged<OnBridge>().Where(port => port.At.OwnIpv6))
        {
            NamespaceSettings.WakeIpv6WithAddress(device);
        }
    });

    /// <summary>Takes a guest's device away and says which it gets; a macvtap is there then, but down, as rules at the device need it.</summary>
    public void Unplug(Guest guest, InterfaceName taken)
    {
        _ = SegmentOf(guest.At!).Remove(guest.Name);
        _portOf[guest.Name].Dispose();
        Space.Run(() =>
        {
            Carry(new RouteBatch().Delete(_deviceOf[guest.Name]));
            _deviceOf[guest.Name] = taken;
            NamespaceTool.Ip(guest.At is OnDevice direct ? [_commands.MakingOf(guest, direct)] : []);
        });
    }

    /// <summary>Gives an unplugged guest its port: a tap is made here, a macvtap is there already and comes up.</summary>
    public void PlugIn(Guest guest) => Space.Run(() =>
    {
        (InterfaceName device, Segment segment) = (_deviceOf[guest.Name], SegmentOf(guest.At!));
        if (guest.At is OnBridge at)
        {
            Listen(guest.Name, TapDevice.Create(device), segment);
            Carry(new RouteBatch().Enslave(device, FirstBridge + PlaceOf(at), Devices.PortMac(guest.Mac)));
            NamespaceTool.Ip([.. HostCommands.SettingsOf(device, at)]);
            NamespaceTool.Bridge([.. _commands.EntriesOf(guest, at)]);
            segment.SetDeaf(guest.Name, _host.Bridges[PlaceOf(at)].SpanningTree);
        }
        else
        {
            OpenMacvtaps(Plugged<OnDevice>().Where(direct => direct.Guest.Name == guest.Name));
            AwaitLink([device], carrier: true); // its filter may hold markers back
        }
    });

    /// <summary>Takes a device down, or brings it up and returns when it carries frames; where it is down, markers come to nobody.</summary>
    /// <param name="name">A guest's, for that of its port; a bridge's or an uplink's own.</param>
    public void SetLink(string name, bool up)
    {
        Guest[] behind = [.. _topology.Guests.Where(guest => guest.Name.Text == name || IsBehind(guest.At!, name))];
        InterfaceName device = behind is [var only] && only.Name.Text == name ? _deviceOf[only.Name] : InterfaceName.Parse(name);
        Space.Run(() => NamespaceTool.Ip([$"link set {device} {(up ? "up" : "down")}"]));
        InterfaceName[] above = [.. Plugged<OnDevice>().Where(direct => direct.At.Device == device || (up && direct.Device == device)).Select(direct => direct.Device)];
        if (up)
        {
            AwaitCarriers(bridge => bridge == device, uplink => uplink == device);
        }
        else if (_host.Uplinks.Any(uplink => uplink.Name == device))
        {
            _outside!.Run(() => AwaitLink([HostCommands.OuterEnd(_host, device)], carrier: false));
        }

        Space.Run(() => AwaitLink(above, carrier: up));

        foreach (Crossing crossing in _crossings.Where(crossing => crossing.Uplink == device))
        {
            crossing.Up = up;
        }

        foreach (Guest guest in behind)
        {
            bool waits = guest.At is OnBridge at && _host.Bridges[PlaceOf(at)].SpanningTree;
            SegmentOf(guest.At!).SetDeaf(guest.Name, !up || waits);
        }
    }

    /// <summary>Waits until devices of the calling thread's namespace know that they have a carrier, or have none, which a worker tells them.</summary>
    private void AwaitLink(InterfaceName[] devices, bool carrier)
    {
        long deadline = Environment.TickCount64 + (long)_patience.TotalMilliseconds;
        while (Array.Exists(devices, device => NamespaceTool.HasCarrier(device) != carrier))
        {
            if (Environment.TickCount64 > deadline)
            {
                throw new TestbedException($"{devices[0]} {(carrier ? "has no" : "keeps its")} carrier after {_patience.TotalSeconds} s");
            }
        }
    }

    private static bool IsBehind(Attachment at, string device) => at switch
    {
        OnBridge bridged => bridged.Bridge.ToString() == device,
        OnDevice direct => direct.Device.ToString() == device,
        OnHost watched => watched.Device.ToString() == device,
        _ => false,
    };

    public void Dispose()
    {
        _opened.ForEach(port => port.Dispose());
        Space.Dispose();
        _outside?.Dispose();
    }

    private void MakeLan()
    {
        NamespaceSettings.SilenceStack();
        NamespaceSettings.Forward(ipv4: false, ipv6: false);
        NamespaceSettings.SayAllErrorsNoRedirects();
        NamespaceSettings.ShowBridged(false);
        RouteBatch devices = new RouteBatch().AddBridge(InterfaceName.Parse(LanBridge), FirstBridge, Devices.BridgeMac);
        AddTaps<OnLan>(devices, FirstBridge, _ => true, InterfaceName.Parse("markerl"));
    }

    private void MakeHost(bool? bridgeNetfilter)
    {
        Settle(bridgeNetfilter);
        for (int i = 0; i < _host.Bridges.Length; i++)
        {
            MakeBridge(_host.Bridges[i], i);
        }

        NamespaceTool.Ip(
        [
            .. _commands.Uplinks(_outside?.Run(NetworkNamespace.PathOfCurrent)), .. _commands.BridgeSettings(),
            .. Plugged<OnBridge>().SelectMany(port => HostCommands.SettingsOf(port.Device, port.At)),
        ]);
        if (_host.Bridges.Any(bridge => bridge.MulticastSnooping))
        {
            // Until the timer of its own first query has run, a bridge heeds no IPv6 querier (br_ip6_multicast_select_querier).
            TimerWheel.Turn();
        }

        foreach ((InterfaceName device, _, _) in _commands.Ipv6Devices())
        {
            NamespaceSettings.WakeIpv6(device);
        }

        NamespaceTool.Ip([.. _commands.Addresses(), .. Plugged<OnDevice>().Select(direct => _commands.MakingOf(direct.Guest, direct.At))]);
        NamespaceTool.Bridge([.. _commands.MarkerVlans(), .. Plugged<OnBridge>().SelectMany(port => _commands.EntriesOf(port.Guest, port.At))]);
        _outside?.Run(() => NamespaceTool.Ip([.. _commands.OuterEnds(LanBridge, _topology.Lan.Reflective)]));
        NamespaceTool.Ip([.. _commands.Neighbours()]);
        foreach ((Guest guest, _, OnHost at) in Plugged<OnHost>().Where(watched => _host.Uplinks.Any(uplink => uplink.Name == watched.At.Device)))
        {
            // Behind a device with macvtaps, a socket for all types would see their frames too.
            Listen(guest.Name, StackEar.Open(at.Device), _segments[0]);
        }

        OpenMacvtaps(Plugged<OnDevice>());
        IpSets.Make(_topology.IpSets);
    }

    private void Settle(bool? bridgeNetfilter)
    {
        NamespaceSettings.SilenceStack();
        NamespaceSettings.Forward(_host.Forwards, _host.ForwardsIpv6);
        if (!_host.Untouched)
        {
            NamespaceSettings.SayAllErrorsNoRedirects();
        }

        if (bridgeNetfilter is { } shown)
        {
            NamespaceSettings.ShowBridged(shown);
        }

        if (_host.UsesIpv6)
        {
            Ipv6Silence.Load();
        }
    }

    private void MakeBridge(BridgeSpec bridge, int place)
    {
        RouteBatch devices = new RouteBatch().AddBridge(bridge.Name, FirstBridge + place, bridge.Mac);
        InterfaceName marker = HostCommands.MarkerPort(place);
        AddTaps<OnBridge>(devices, FirstBridge + place, at => at.Bridge == bridge.Name, marker);
        Carry(new RouteBatch().SpareFloods(marker)); // a packet is rejected once for every port that it would leave by
        foreach ((Guest watcher, _, _) in Plugged<OnHost>().Where(watched => watched.At.Device == bridge.Name))
        {
            Listen(watcher.Name, PacketSocket.Open(bridge.Name, PacketSocket.AllTypes), _segments[^1]);
        }
    }

    /// <summary>A segment: taps on a bridge, one of them for the marker.</summary>
    private void AddTaps<T>(RouteBatch devices, int bridge, Func<T, bool> here, InterfaceName marker) where T : Attachment
    {
        Segment segment = new(Open(TapDevice.Create(marker)), _arrivals, _patience);
        devices.Enslave(marker, bridge, MacAddress.FromBits(Devices.MarkerPortMac.Bits + (uint)_segments.Count));
        _segments.Add(segment);
        foreach ((Guest guest, InterfaceName device, _) in Plugged<T>().Where(plugged => here(plugged.At)))
        {
            Listen(guest.Name, TapDevice.Create(device), segment);
            devices.Enslave(device, bridge, Devices.PortMac(guest.Mac));
        }

        Carry(devices);
    }

    /// <summary>Brings macvtaps up and opens them, in the namespace of the calling thread.</summary>
    private void OpenMacvtaps(IEnumerable<(Guest Guest, InterfaceName Device, OnDevice At)> direct)
    {
        (Guest Guest, InterfaceName Device, OnDevice At)[] opened = [.. direct];
        if (opened.Length == 0)
        {
            return;
        }

        NamespaceTool.Ip([.. opened.Select(port => $"link set {port.Device} {(port.At.AllMulticast ? "allmulticast on " : "")}up")]);
        string[] numbers = NamespaceTool.MacvtapNumbers(opened.Select(port => port.Device.ToString()));
        foreach (((Guest guest, InterfaceName device, _), string number) in opened.Zip(numbers))
        {
            Listen(guest.Name, MacvtapNode.Open(device, number), _segments[0]);
        }
    }

    private void AwaitCarriers(Func<InterfaceName, bool> ofBridge, Func<InterfaceName, bool> ofUplink)
    {
        foreach ((BridgeSpec bridge, Segment segment) in _host.Bridges.Zip(_segments.Skip(FirstOfBridges)).Where(at => ofBridge(at.First.Name)))
        {
            using PacketSocket end = MarkerEar(bridge.Name);
            _carriers.Await(bridge.Name, (end, segment.Marker));
        }

        foreach (UplinkSpec uplink in _host.Uplinks.Where(uplink => ofUplink(uplink.Name)))
        {
            using PacketSocket end = MarkerEar(uplink.Name);
            _carriers.Await(uplink.Name, (_segments[0].Marker, end), (end, _segments[0].Marker));
        }
    }

    private PacketSocket MarkerEar(InterfaceName device) => Space.Run(() => PacketSocket.Open(device, (ushort)EtherType.Experimental1));

    private IEnumerable<(Guest Guest, InterfaceName Device, T At)> Plugged<T>() where T : Attachment => _topology.Guests
        .Select(guest => (Guest: guest, Device: _deviceOf[guest.Name]))
        .Where(plugged => plugged.Guest.At is T)
        .Select(plugged => (plugged.Guest, plugged.Device, (T)plugged.Guest.At!));

    private int FirstOfBridges => _host.Uplinks.IsEmpty ? 0 : 1;

    private int PlaceOf(OnBridge at) => _host.Bridges.Select(bridge => bridge.Name).ToList().IndexOf(at.Bridge);

    private Segment SegmentOf(Attachment at) => at switch
    {
        OnBridge bridged => _segments[FirstOfBridges + PlaceOf(bridged)],
        OnHost watched when _host.Bridges.Any(bridge => bridge.Name == watched.Device) => SegmentOf(new OnBridge(watched.Device)),
        _ => _segments[0],
    };

    private void Listen(GuestName guest, IFramePort port, Segment segment)
    {
        _portOf[guest] = Open(port);
        segment.Add(guest, port);
    }

    private T Open<T>(T port) where T : IFramePort
    {
        _opened.Add(port);
        return port;
    }

    private static void Carry(RouteBatch changes)
    {
        using RouteSocket route = new();
        route.Execute(changes);
    }
}
