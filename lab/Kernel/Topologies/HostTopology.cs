using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Packets;

namespace Lab.Kernel.Topologies;

/// <summary>A host with virtual networks, macvtaps and uplinks, and the LAN that it is plugged into.</summary>
/// <remarks>
/// <code>
///   guests ─ taps ─ bridges ─┐
///                            host (one namespace) ─ uplink ═ veth ═ switch (another namespace) ─ taps ─ stations
///   guests ─ macvtaps ───────┘
/// </code>
/// Bridging, routing and macvtap are done when the sender's write returns; what crosses the veth may be a moment later,
/// so markers go round twice: the second comes behind whatever the first found on its way to another segment.
/// </remarks>
internal sealed class HostTopology : ILiveTopology
{
    private const int MaximumBatch = 200; // frames; a tap keeps 1000 unread ones, and each frame may be answered
    private const int LongestFrame = 65_536; // bytes
    private const int FirstBridge = 1000; // device index
    private const int Rounds = 2;
    private const string LanBridge = "lan0";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Topology _topology;
    private readonly HostSpec _host;
    private readonly NetworkNamespace _space = NetworkNamespace.Create();
    private readonly NetworkNamespace? _outside;
    private readonly KernelFirewall _kernel;
    private readonly List<Segment> _segments = [];
    private readonly Dictionary<GuestName, IFramePort> _portOf = [];
    private readonly Dictionary<GuestName, List<Delivery>> _arrived = [];
    private readonly List<IFramePort> _opened = [];
    private readonly List<NetworkServer> _servers = [];
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(LongestFrame);
    private long _markers;

    private HostTopology(Topology topology)
    {
        (_topology, _host, _kernel) = (topology, topology.Host!, new(_space));
        _outside = _host.Uplinks.IsEmpty ? null : NetworkNamespace.Create();
    }

    /// <param name="rules">For the guests' filters, and to let markers through; ports are named by their place among the guests.</param>
    /// <param name="bridgeNetfilter">A filter asks that bridged IP be shown to the IP hooks.</param>
    public static HostTopology Create(Topology topology, ImmutableArray<KernelCommand> rules, bool bridgeNetfilter)
    {
        HostTopology live = new(topology);
        try
        {
            live._outside?.Run(live.FurnishLan);
            live._space.Run(() => live.FurnishHost(topology.Host!.BridgeNetfilter ?? (bridgeNetfilter || topology.Host.HasNetworks)));
            live.OpenMacvtaps();
            live.AwaitCarriers();
            live._space.Run(() => Ipv6Addresses.Await(live.Ipv6Devices().SelectMany(owner => Ipv6AddressesOf(owner.Mac, owner.Addresses)), Patience));
            KernelCommand networks = new(KernelTool.Nft, NetworkRulesText.Of(topology.Host!.Bridges), []);
            foreach (KernelCommand command in rules.Insert(0, networks))
            {
                live._kernel.Run(command);
            }

            live._space.Run(live.StartServers);

            return live;
        }
        catch
        {
            live.Dispose();
            throw;
        }
    }

    public Observation Send(IReadOnlyList<Stimulus> stimuli)
    {
        // What arrives on a device with macvtaps waits for a worker, and direct frames overtake it: one stimulus at a time.
        // And a server takes one message in each turn of its loop.
        int size = Plugged<OnDevice>().Any() || _servers.Count > 0 ? 1 : MaximumBatch;
        foreach (Stimulus[] batch in stimuli.Chunk(size))
        {
            foreach (Stimulus stimulus in batch)
            {
                // A frame that the device does not take, for instance one that is too long, is a frame lost on the wire.
                _ = _portOf[stimulus.From].TryWrite(stimulus.Frame.Span);
            }

            _servers.ForEach(server => server.Settle());
            for (int round = 0; round < Rounds; round++)
            {
                foreach (Segment segment in _segments)
                {
                    segment.Collect(++_markers, _buffer, Patience);
                }
            }
        }

        ImmutableArray<Delivery> deliveries = [.. _topology.Guests.SelectMany(guest => _arrived[guest.Name])];
        foreach (List<Delivery> arrived in _arrived.Values)
        {
            arrived.Clear();
        }

        return new(deliveries, []);
    }

    public void Move(GuestName guest) => TestbedLimits.RequireMovable(_topology, guest);

    public string Describe()
    {
        StringBuilder text = new();
        foreach ((Guest guest, int index) in _topology.Guests.Select((guest, index) => (guest, index)))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {Devices.Port(index)}: {guest.Name} {guest.Mac} at {guest.At}");
        }

        return text.Append(_kernel.ListNft("list ruleset")).ToString();
    }

    public void Dispose()
    {
        _servers.ForEach(server => server.Dispose());
        foreach (IFramePort port in _opened)
        {
            port.Dispose();
        }

        _kernel.Dispose();
        _space.Dispose();
        _outside?.Dispose();
    }

    private IEnumerable<(Guest Guest, InterfaceName Device, T At)> Plugged<T>() where T : Attachment => _topology.Guests
        .Select((guest, index) => (Guest: guest, Device: Devices.Port(index)))
        .Where(plugged => plugged.Guest.At is T)
        .Select(plugged => (plugged.Guest, plugged.Device, (T)plugged.Guest.At!));

    private void FurnishLan()
    {
        Silence(bridgeNetfilter: false, forwarding: false, forwardsIpv6: false);
        InterfaceName bridge = InterfaceName.Parse(LanBridge);
        RouteBatch devices = new RouteBatch().AddBridge(bridge, FirstBridge, Devices.BridgeMac);
        AddTaps<OnLan>(devices, FirstBridge, _ => true, InterfaceName.Parse("markerl"), []);
    }

    private void FurnishHost(bool bridgeNetfilter)
    {
        Silence(bridgeNetfilter, _host.Forwards, _host.ForwardsIpv6);
        if (_host.UsesIpv6)
        {
            Ipv6Silence.Load();
        }

        for (int i = 0; i < _host.Bridges.Length; i++)
        {
            BridgeSpec bridge = _host.Bridges[i];
            RouteBatch devices = new RouteBatch().AddBridge(bridge.Name, FirstBridge + i, bridge.Mac);
            InterfaceName marker = InterfaceName.Parse(string.Create(CultureInfo.InvariantCulture, $"marker{i}"));
            AddTaps<OnBridge>(devices, FirstBridge + i, at => at.Bridge == bridge.Name, marker,
                Plugged<OnHost>().Where(watched => watched.At.Device == bridge.Name).Select(watched => watched.Guest.Name));
        }

        NamespaceTool.Ip([.. Uplinks(), .. BridgeSettings(), .. PortSettings()]);
        foreach ((InterfaceName device, _, _) in Ipv6Devices())
        {
            File.WriteAllText($"/proc/sys/net/ipv6/conf/{device}/disable_ipv6", "0");
        }

        NamespaceTool.Ip([.. Addresses(), .. Macvtaps()]);
        _outside?.Run(() => NamespaceTool.Ip([.. _host.Uplinks.SelectMany((_, i) => new[]
        {
            $"link set up{i} master {LanBridge} address {UplinkPortMac(i)} up",
            $"link set up{i} type bridge_slave hairpin {OnOff(_topology.Lan.Reflective)}",
        })]));
        NamespaceTool.Ip([.. Neighbours()]);
        foreach ((Guest guest, _, OnHost at) in Plugged<OnHost>().Where(watched => _host.Uplinks.Any(uplink => uplink.Name == watched.At.Device)))
        {
            Watch(guest.Name, at.Device, _segments[0]);
        }

    }

    private void StartServers()
    {
        BridgeSpec[] served = [.. _host.Bridges.Where(bridge => bridge is { Services: not null, Addresses.IsEmpty: false })];
        NamespaceTool.Ip(served.Length > 0 ? ["link set lo up"] : []);
        foreach (BridgeSpec bridge in served)
        {
            // A neighbour that a server entered would be asked again after five seconds; no simulated one is.
            File.WriteAllText($"/proc/sys/net/ipv4/neigh/{bridge.Name}/delay_first_probe_time", "3600");
            _servers.Add(NetworkServer.Start(bridge, Patience));
        }
    }

    private static MacAddress UplinkPortMac(int index) => MacAddress.FromBits(Devices.MarkerPortMac.Bits + 0x100 + (uint)index);

    /// <summary>Taps on a bridge, one of them for the marker, and the host's own ear if somebody listens there.</summary>
    private void AddTaps<T>(
        RouteBatch devices, int bridge, Func<T, bool> here, InterfaceName marker, IEnumerable<GuestName> watchers) where T : Attachment
    {
        Segment segment = new(Open(TapDevice.Create(marker)));
        devices.Enslave(marker, bridge, MacAddress.FromBits(Devices.MarkerPortMac.Bits + (uint)_segments.Count));
        _segments.Add(segment);
        foreach ((Guest guest, InterfaceName device, _) in Plugged<T>().Where(plugged => here(plugged.At)))
        {
            Listen(guest.Name, TapDevice.Create(device), segment);
            devices.Enslave(device, bridge, Devices.PortMac(guest.Mac));
        }

        using RouteSocket route = new();
        route.Execute(devices);
        foreach (GuestName watcher in watchers)
        {
            Watch(watcher, ((OnHost)_topology.Guests.First(guest => guest.Name == watcher).At!).Device, segment, PacketSocket.AllTypes);
        }
    }

    /// <summary>Behind a device with macvtaps, a socket for all types would see their frames too.</summary>
    private void Watch(GuestName guest, InterfaceName device, Segment segment, ushort? type = null) =>
        Listen(guest, type is { } all ? PacketSocket.Open(device, all) : StackEar.Open(device), segment);

    private void Listen(GuestName guest, IFramePort port, Segment segment)
    {
        _ = Open(port);
        _portOf[guest] = port;
        segment.Add(guest, port, _arrived[guest] = []);
    }

    private T Open<T>(T port) where T : IFramePort
    {
        _opened.Add(port);
        return port;
    }

    private IEnumerable<string> Uplinks()
    {
        string? outside = _outside?.Run(NetworkNamespace.PathOfCurrent);
        return _host.Uplinks.SelectMany((uplink, i) => new[]
        {
            $"link add {uplink.Name} address {uplink.Mac} type veth peer name up{i} netns {outside}",
            $"link set {uplink.Name} up",
        });
    }

    private IEnumerable<string> BridgeSettings() => _host.Bridges
        .Where(bridge => bridge.GroupForwardMask != 0 || bridge.MulticastSnooping)
        .Select(bridge => $"link set {bridge.Name} type bridge group_fwd_mask {bridge.GroupForwardMask} mcast_snooping {(bridge.MulticastSnooping ? 1 : 0)}");

    private IEnumerable<string> PortSettings() => Plugged<OnBridge>()
        .Where(plugged => plugged.At != new OnBridge(plugged.At.Bridge))
        .SelectMany(plugged => new[]
        {
            $"link set {plugged.Device} mtu {plugged.At.Mtu}",
            $"link set {plugged.Device} type bridge_slave isolated {OnOff(plugged.At.Isolated)} hairpin {OnOff(plugged.At.Hairpin)} "
                + $"learning {OnOff(plugged.At.Learning)} flood {OnOff(plugged.At.Flood)}",
        });

    private static string OnOff(bool on) => on ? "on" : "off";

    private IEnumerable<string> Addresses() =>
    [
        .. _host.Bridges.SelectMany(bridge => bridge.Addresses.Select(address => $"addr add {address} broadcast + dev {bridge.Name}")),
        .. _host.Uplinks.SelectMany(uplink => uplink.Addresses.Select(address => $"addr add {address} broadcast + dev {uplink.Name}")),
        .. Ipv6Devices().SelectMany(owner => Ipv6AddressesOf(owner.Mac, owner.Addresses).Select(address => $"addr add {address} dev {owner.Device} nodad")),
    ];

    private static IEnumerable<HostIpv6Address> Ipv6AddressesOf(MacAddress mac, ImmutableArray<HostIpv6Address> addresses) =>
        addresses.Prepend(new(mac.LinkLocal(), 64));

    private IEnumerable<(InterfaceName Device, MacAddress Mac, ImmutableArray<HostIpv6Address> Addresses)> Ipv6Devices() => _host.Bridges
        .Select(bridge => (bridge.Name, bridge.Mac, bridge.Ipv6Addresses))
        .Concat(_host.Uplinks.Select(uplink => (uplink.Name, uplink.Mac, uplink.Ipv6Addresses)))
        .Where(device => !device.Ipv6Addresses.IsEmpty);

    /// <summary>Behind the uplinks' other ends: a default route needs a carrier to be there.</summary>
    private IEnumerable<string> Neighbours() =>
    [
        .. _host.Uplinks.Where(uplink => uplink.Gateway is not null).Select(uplink => $"route add default via {uplink.Gateway} dev {uplink.Name}"),
        .. _host.Uplinks.Where(uplink => uplink.Ipv6Gateway is not null).Select(uplink => $"route add default via {uplink.Ipv6Gateway} dev {uplink.Name}"),
        .. _topology.Guests.SelectMany(guest => guest.Addresses.Select(address => Neighbour(guest, address,
            bridge => !bridge.Addresses.IsEmpty, uplink => uplink.Addresses.Any(own => own.Subnet.Contains(address))))).OfType<string>(),
        .. _topology.Guests.SelectMany(guest => guest.Ipv6Addresses.Select(address => Neighbour(guest, address,
            bridge => !bridge.Ipv6Addresses.IsEmpty, uplink => uplink.Ipv6Addresses.Any(own => own.Subnet.Contains(address))))).OfType<string>(),
    ];

    /// <summary>Null where the host has no address from which it could speak to the guest's.</summary>
    private string? Neighbour<T>(Guest guest, T address, Func<BridgeSpec, bool> speaks, Func<UplinkSpec, bool> holds) where T : struct
    {
        InterfaceName? device = guest.At switch
        {
            OnBridge at => _host.Bridges.Any(bridge => bridge.Name == at.Bridge && speaks(bridge)) ? at.Bridge : null,
            OnLan or OnDevice => _host.Uplinks.FirstOrDefault(holds)?.Name,
            _ => null,
        };
        return device is null ? null : $"neigh replace {address} lladdr {guest.Mac} dev {device} nud permanent";
    }

    private IEnumerable<string> Macvtaps() => Plugged<OnDevice>().SelectMany(plugged => new[]
    {
        $"link add link {plugged.At.Device} name {plugged.Device} address {plugged.Guest.Mac} type macvtap mode {ModeOf(plugged.At.Mode)}",
        $"link set {plugged.Device} {(plugged.At.AllMulticast ? "allmulticast on " : "")}up",
    });

    private static string ModeOf(DirectMode mode) => mode switch
    {
        DirectMode.Vepa => "vepa",
        DirectMode.Bridge => "bridge",
        DirectMode.Private => "private",
        _ => "passthru",
    };

    private void OpenMacvtaps()
    {
        (Guest Guest, InterfaceName Device, OnDevice At)[] direct = [.. Plugged<OnDevice>()];
        if (direct.Length == 0)
        {
            return;
        }

        _space.Run(() =>
        {
            string[] numbers = NamespaceTool.MacvtapNumbers(direct.Select(plugged => plugged.Device.ToString()));
            foreach (((Guest guest, InterfaceName device, _), string number) in direct.Zip(numbers))
            {
                Listen(guest.Name, MacvtapNode.Open(device, number), _segments[0]);
            }
        });
    }

    /// <summary>Bridges, veths and macvtaps learn of their carrier from a worker (net/core/link_watch.c), and lose what is sent
    /// before; a marker that crosses says that it has happened.</summary>
    private void AwaitCarriers()
    {
        foreach ((BridgeSpec bridge, Segment segment) in _host.Bridges.Zip(_segments.Skip(_host.Uplinks.IsEmpty ? 0 : 1)))
        {
            using PacketSocket end = _space.Run(() => PacketSocket.Open(bridge.Name, (ushort)EtherType.Experimental1));
            AwaitCarrier(bridge.Name, () => Crosses(end, segment.Marker));
        }

        foreach (UplinkSpec uplink in _host.Uplinks)
        {
            using PacketSocket end = _space.Run(() => PacketSocket.Open(uplink.Name, (ushort)EtherType.Experimental1));
            AwaitCarrier(uplink.Name, () => Crosses(_segments[0].Marker, end) && Crosses(end, _segments[0].Marker));
        }

        foreach ((Guest guest, InterfaceName device, _) in Plugged<OnDevice>())
        {
            AwaitCarrier(device, () => Crosses(_portOf[guest.Name], _segments[0].Marker));
        }
    }

    private static void AwaitCarrier(InterfaceName device, Func<bool> crosses)
    {
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!crosses())
        {
            if (Environment.TickCount64 > deadline)
            {
                throw new TestbedException($"{device} has no carrier after {Patience.TotalSeconds} s");
            }
        }
    }

    /// <summary>Sends one marker; those on the way from earlier tries count as well.</summary>
    private bool Crosses(IFramePort from, IFramePort to)
    {
        Span<byte> marker = stackalloc byte[MarkerFrame.Length];
        MarkerFrame.Write(marker, ++_markers);
        _ = from.TryWrite(marker);
        if (!Readiness.Wait(to, TimeSpan.FromMilliseconds(1)))
        {
            return false;
        }

        while (to.Read(_buffer) >= 0)
        {
            // other tries
        }

        return true;
    }

    /// <summary>Keeps a namespace from speaking by itself, and from being silent by itself (switching.md section 10.3).</summary>
    private static void Silence(bool bridgeNetfilter, bool forwarding, bool forwardsIpv6)
    {
        foreach ((string path, string value) in new[]
        {
            ("ipv6/conf/all/disable_ipv6", "1"), ("ipv6/conf/default/disable_ipv6", "1"),
            ("ipv4/conf/all/send_redirects", "0"), ("ipv4/conf/default/send_redirects", "0"),
            ("ipv4/conf/all/rp_filter", "0"), ("ipv4/conf/default/rp_filter", "0"),
            ("ipv4/igmp_link_local_mcast_reports", "0"), // a bridge that snoops joins 224.0.0.106, and would say so
            ("ipv4/icmp_ratelimit", "0"), ("ipv4/ip_forward", forwarding ? "1" : "0"),
            ("ipv6/icmp/ratelimit", "0"), ("ipv6/auto_flowlabels", "0"), ("ipv6/conf/all/forwarding", forwardsIpv6 ? "1" : "0"),
            ("ipv6/conf/default/forwarding", forwardsIpv6 ? "1" : "0"), ("ipv6/conf/default/accept_ra", "0"),
            ("ipv6/conf/default/addr_gen_mode", "1"), // no address by itself; the testbed adds the link-local one, without a probe for it
        })
        {
            File.WriteAllText($"/proc/sys/net/{path}", value);
        }

        if (Directory.Exists("/proc/sys/net/bridge"))
        {
            foreach (string family in new[] { "iptables", "ip6tables", "arptables" })
            {
                File.WriteAllText($"/proc/sys/net/bridge/bridge-nf-call-{family}", bridgeNetfilter ? "1" : "0");
            }
        }
    }
}
