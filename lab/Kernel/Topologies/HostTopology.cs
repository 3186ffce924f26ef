using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;

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

    private readonly HostSpec _host;
    private readonly Func<Topology, Func<int, InterfaceName>, ImmutableArray<PortPolicy>> _policies;
    private readonly bool _bridgeNetfilter;
    private readonly EnforcedPolicies _bridged, _direct; // one and the same where the backend rules devices
    private readonly NetworkNamespace _space = NetworkNamespace.Create();
    private readonly NetworkNamespace? _outside;
    private readonly KernelFirewall _kernel;
    private readonly Arrivals _arrivals;
    private readonly List<Segment> _segments = [];
    private readonly Dictionary<GuestName, IFramePort> _portOf = [];
    private readonly Dictionary<GuestName, InterfaceName> _deviceOf = [];
    private readonly HostCommands _commands;
    private readonly List<IFramePort> _opened = [];
    private readonly List<NetworkServer> _servers = [];
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(LongestFrame);
    private Topology _topology;
    private PortStates? _portStates; // where a spanning tree is
    private int _moves;
    private long _markers;

    private HostTopology(
        Topology topology, Func<Topology, Func<int, InterfaceName>, ImmutableArray<PortPolicy>> policies, IBackend backend, bool bridgeNetfilter)
    {
        (_topology, _host, _kernel, _arrivals) = (topology, topology.Host!, new(_space), new(topology.Guests));
        (_policies, _bridged, _bridgeNetfilter) = (policies, new(backend), bridgeNetfilter);
        _direct = backend is NetdevBackend ? _bridged : new(new NetdevBackend());
        foreach (Guest guest in topology.Guests)
        {
            _deviceOf[guest.Name] = Devices.Port(_deviceOf.Count);
        }

        _commands = new(_host, topology.Guests, _deviceOf);
        _outside = _host.Uplinks.IsEmpty ? null : NetworkNamespace.Create();
    }

    /// <param name="policies">From a topology, and the device of its guest at each place, to what the ports enforce; called here
    /// and at every change.</param>
    /// <param name="backend">For guests on bridges; macvtaps are ruled where alone they can be, at the device.</param>
    public static HostTopology Create(
        Topology topology, Func<Topology, Func<int, InterfaceName>, ImmutableArray<PortPolicy>> policies, IBackend backend)
    {
        ImmutableArray<PortPolicy> wanted = policies(topology, Devices.Port);
        HostSpec host = topology.Host!;
        bool bridgeNetfilter = host.BridgeNetfilter
            ?? (host.Untouched || host.HasNetworks || KernelTopology.NeedsBridgeNetfilter(wanted.Where(policy => !policy.IsMacvtap)));
        HostTopology live = new(topology, policies, backend, bridgeNetfilter);
        try
        {
            Action<KernelFirewall> rules = live.Prepare(wanted);
            live._outside?.Run(live.FurnishLan);
            if (KernelTopology.NeedsBridgeNetfilter(wanted.Where(policy => !policy.IsMacvtap)))
            {
                live._space.Run(TapBridge.KeepTracking);
            }

            live._space.Run(live.FurnishHost);
            live.AwaitCarriers();
            live._space.Run(() => Ipv6Addresses.Await(live._commands.Ipv6Devices().SelectMany(owner => HostCommands.Ipv6AddressesOf(owner.Mac, owner.Addresses)), Patience));
            live._kernel.Run(new(KernelTool.Nft, NetworkRulesText.Of(host.Bridges), []));
            rules(live._kernel);
            live.LoadDrops();
            live._space.Run(live.StartServers);
            live._space.Run(live.WakePorts);
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
        foreach (Stimulus[] batch in Batches(stimuli))
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
                    segment.Collect(++_markers);
                }
            }
        }

        return new(_arrivals.Take(), []);
    }

    public void Change(Topology next) => Refusals.AsTestbed(() =>
    {
        ImmutableArray<PortPolicy> wanted = _policies(next, place => _deviceOf[next.Guests[place].Name]);
        TestbedLimits.RequireBindable(_bridgeNetfilter, wanted.Where(policy => !policy.IsMacvtap).Select(policy => policy.Program));
        Prepare(wanted)(_kernel);
        _topology = next;
    });

    public void Flush()
    {
        TestbedLimits.RequireFlushable(_topology);
        _kernel.Run(new(KernelTool.Nft, "flush ruleset", []));
        _bridged.Lose();
        _direct.Lose();
    }

    /// <remarks>A tap's rules are there before it; rules at a macvtap itself need it, and it carries nothing before they are there.</remarks>
    public void Move(GuestName name) => Refusals.AsTestbed(() =>
    {
        TestbedLimits.RequireMovable(_topology, name);
        Guest guest = _topology.Guests.First(candidate => candidate.Name == name);
        (InterfaceName left, InterfaceName taken) = (_deviceOf[name], Devices.Port(_topology.Guests.Length + _moves++));
        Action<KernelFirewall> rules = (guest.At is OnDevice ? _direct : _bridged).PrepareMove(left, taken);
        Segment segment = _segments.Find(candidate => candidate.Remove(name))!;
        _arrivals.Forget(name);
        _portOf[name].Dispose();
        _deviceOf[name] = taken;
        _space.Run(() =>
        {
            Carry(new RouteBatch().Delete(left));
            NamespaceTool.Ip(guest.At is OnDevice direct ? [_commands.MakingOf(guest, direct)] : []);
        });
        rules(_kernel);
        _space.Run(() => PlugIn(guest, segment));
        LoadDrops();
        _space.Run(WakePorts);
    });

    public Observation Await(Happening happening) => Refusals.AsTestbed<Observation>(() =>
    {
        switch (happening)
        {
            case GuestHears hears:
                return new([_segments.Find(segment => segment.Has(hears.Guest))!.AwaitSpeech(hears)], []);
            case QuerierHeeded querier:
                _space.Run(() => QuerierWatch.Await(querier, Patience));
                break;
            default:
                AwaitPort(happening);
                break;
        }

        return Send([]);
    });

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
        _portStates?.Dispose();
        _servers.ForEach(server => server.Dispose());
        foreach (IFramePort port in _opened)
        {
            port.Dispose();
        }

        _kernel.Dispose();
        _space.Dispose();
        _outside?.Dispose();
    }

    private void AwaitPort(Happening happening)
    {
        PortStates states = _portStates ?? throw new TestbedException($"there is no spanning tree: {happening}");
        states.Await(happening, guest => _deviceOf[guest], Patience);
        if (happening is PortForwards { Guest: var heard })
        {
            _segments.ForEach(segment => segment.SetDeaf(heard, deaf: false));
        }
    }

    private IEnumerable<(Guest Guest, InterfaceName Device, T At)> Plugged<T>() where T : Attachment => _topology.Guests
        .Select(guest => (Guest: guest, Device: _deviceOf[guest.Name]))
        .Where(plugged => plugged.Guest.At is T)
        .Select(plugged => (plugged.Guest, plugged.Device, (T)plugged.Guest.At!));

    private void FurnishLan()
    {
        Silence(forwarding: false, forwardsIpv6: false, untouched: false, bridgeNetfilter: false);
        InterfaceName bridge = InterfaceName.Parse(LanBridge);
        RouteBatch devices = new RouteBatch().AddBridge(bridge, FirstBridge, Devices.BridgeMac);
        AddTaps<OnLan>(devices, FirstBridge, _ => true, InterfaceName.Parse("markerl"), []);
    }

    private void FurnishHost()
    {
        Silence(_host.Forwards, _host.ForwardsIpv6, _host.Untouched, _host.Untouched ? _host.BridgeNetfilter : _bridgeNetfilter);
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

        NamespaceTool.Ip([.. _commands.Uplinks(_outside?.Run(NetworkNamespace.PathOfCurrent)), .. _commands.BridgeSettings(), .. Plugged<OnBridge>().SelectMany(port => HostCommands.SettingsOf(port.Device, port.At))]);
        foreach ((InterfaceName device, _, _) in _commands.Ipv6Devices())
        {
            File.WriteAllText($"/proc/sys/net/ipv6/conf/{device}/disable_ipv6", "0");
        }

        NamespaceTool.Ip([.. _commands.Addresses(), .. Plugged<OnDevice>().Select(direct => _commands.MakingOf(direct.Guest, direct.At))]);
        NamespaceTool.Bridge([.. _commands.MarkerVlans(), .. Plugged<OnBridge>().SelectMany(port => _commands.EntriesOf(port.Guest, port.At))]);
        _outside?.Run(() => NamespaceTool.Ip([.. _commands.OuterEnds(LanBridge, _topology.Lan.Reflective)]));
        NamespaceTool.Ip([.. _commands.Neighbours()]);
        foreach ((Guest guest, _, OnHost at) in Plugged<OnHost>().Where(watched => _host.Uplinks.Any(uplink => uplink.Name == watched.At.Device)))
        {
            Watch(guest.Name, at.Device, _segments[0]);
        }

        OpenMacvtaps(Plugged<OnDevice>());
        _portStates = _host.Bridges.Any(bridge => bridge.SpanningTree) ? new() : null;
    }

    /// <summary>What was prepared for both kinds of port, in this order.</summary>
    private Action<KernelFirewall> Prepare(ImmutableArray<PortPolicy> wanted)
    {
        ILookup<EnforcedPolicies, PortPolicy> policies = wanted.ToLookup(policy => policy.IsMacvtap ? _direct : _bridged);
        Action<KernelFirewall> rules = _bridged.Prepare([.. policies[_bridged]]);
        return _direct == _bridged ? rules : rules + _direct.Prepare([.. policies[_direct]]);
    }

    /// <summary>What is sent between two rounds of markers.</summary>
    /// <remarks>A server takes one message in each turn of its loop. What comes to a group on a device with macvtaps waits for
    /// a worker, and a frame for one station overtakes it, which <see cref="Differences"/> allows; but direct frames of a
    /// sibling overtake groups of another sender too, so there every sender gets a round of its own.</remarks>
    private IEnumerable<Stimulus[]> Batches(IReadOnlyList<Stimulus> stimuli)
    {
        int size = _servers.Count > 0 ? 1 : MaximumBatch;
        bool apart = Plugged<OnDevice>().Any();
        for (int start = 0, end; start < stimuli.Count; start = end)
        {
            for (end = start + 1; end < stimuli.Count && end - start < size && (!apart || stimuli[end].From == stimuli[start].From); end++)
            {
                // the batch grows
            }

            yield return [.. stimuli.Skip(start).Take(end - start)];
        }

        if (stimuli.Count == 0)
        {
            yield return []; // markers alone: what came by itself is taken
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

    /// <summary>Taps on a bridge, one of them for the marker, and the host's own ear if somebody listens there.</summary>
    private void AddTaps<T>(
        RouteBatch devices, int bridge, Func<T, bool> here, InterfaceName marker, IEnumerable<GuestName> watchers) where T : Attachment
    {
        // The oldest port: the kernel floods copies, and gives the last and oldest one what it copied from (br_flood).
        Segment segment = new(Open(TapDevice.Create(marker)), _arrivals, Patience);
        devices.Enslave(marker, bridge, MacAddress.FromBits(Devices.MarkerPortMac.Bits + (uint)_segments.Count));
        _segments.Add(segment);
        foreach ((Guest guest, InterfaceName device, _) in Plugged<T>().Where(plugged => here(plugged.At)))
        {
            Listen(guest.Name, TapDevice.Create(device), segment);
            devices.Enslave(device, bridge, Devices.PortMac(guest.Mac));
        }

        Carry(devices);
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
        segment.Add(guest, port);
    }

    private static void Carry(RouteBatch changes)
    {
        using RouteSocket route = new();
        route.Execute(changes);
    }

    /// <summary>Gives a guest a port while all stands: a tap is made here, a macvtap is there already and comes up.</summary>
    private void PlugIn(Guest guest, Segment segment)
    {
        InterfaceName device = _deviceOf[guest.Name];
        if (guest.At is OnBridge at)
        {
            Listen(guest.Name, TapDevice.Create(device), segment);
            int bridge = FirstBridge + _host.Bridges.Select(candidate => candidate.Name).ToList().IndexOf(at.Bridge);
            Carry(new RouteBatch().Enslave(device, bridge, Devices.PortMac(guest.Mac)));
            NamespaceTool.Ip([.. HostCommands.SettingsOf(device, at)]);
            NamespaceTool.Bridge([.. _commands.EntriesOf(guest, at)]);
            segment.SetDeaf(guest.Name, _host.Bridges.Any(candidate => candidate.Name == at.Bridge && candidate.SpanningTree));
        }
        else
        {
            OpenMacvtaps(Plugged<OnDevice>().Where(direct => direct.Guest.Name == guest.Name));
            AwaitCarrier(device, () => Crosses(_portOf[guest.Name], segment.Marker));
        }
    }

    private T Open<T>(T port) where T : IFramePort
    {
        _opened.Add(port);
        return port;
    }

    private void LoadDrops()
    {
        if (!_host.Drops.IsEmpty)
        {
            _kernel.Run(new(KernelTool.Nft, _commands.Drops(), []));
        }
    }

    /// <summary>Lets port devices have an IPv6 stack where they are to; without the nonce of RFC 7527, a new number each time.</summary>
    private void WakePorts()
    {
        foreach ((_, InterfaceName device, _) in Plugged<OnBridge>().Where(port => port.At.OwnIpv6))
        {
            foreach (string which in new[] { "all", device.ToString() }) // either is enough for the kernel
            {
                File.WriteAllText($"/proc/sys/net/ipv6/conf/{which}/enhanced_dad", "0");
            }

            File.WriteAllText($"/proc/sys/net/ipv6/conf/{device}/addr_gen_mode", "0"); // a link-local address from the MAC, as by default
            File.WriteAllText($"/proc/sys/net/ipv6/conf/{device}/disable_ipv6", "0");
        }
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
    /// <param name="bridgeNetfilter">Null leaves it as the kernel starts it.</param>
    private static void Silence(bool forwarding, bool forwardsIpv6, bool untouched, bool? bridgeNetfilter)
    {
        foreach ((string path, string value) in new[]
        {
            ("ipv6/conf/all/disable_ipv6", "1"), ("ipv6/conf/default/disable_ipv6", "1"),
            ("ipv4/conf/all/rp_filter", "0"), ("ipv4/conf/default/rp_filter", "0"),
            ("ipv4/igmp_link_local_mcast_reports", "0"), // a bridge that snoops joins 224.0.0.106, and would say so
            ("ipv4/ip_forward", forwarding ? "1" : "0"),
            ("ipv6/icmp/ratelimit", "0"), ("ipv6/auto_flowlabels", "0"), ("ipv6/conf/all/forwarding", forwardsIpv6 ? "1" : "0"),
            ("ipv6/conf/default/forwarding", forwardsIpv6 ? "1" : "0"), ("ipv6/conf/default/accept_ra", "0"),
            ("ipv6/conf/default/addr_gen_mode", "1"), // no address by itself; the testbed adds the link-local one, without a probe for it
        })
        {
            File.WriteAllText($"/proc/sys/net/{path}", value);
        }

        if (!untouched)
        {
            File.WriteAllText("/proc/sys/net/ipv4/conf/all/send_redirects", "0");
            File.WriteAllText("/proc/sys/net/ipv4/conf/default/send_redirects", "0");
            File.WriteAllText("/proc/sys/net/ipv4/icmp_ratelimit", "0");
        }

        if (bridgeNetfilter is { } shown && Directory.Exists("/proc/sys/net/bridge"))
        {
            foreach (string family in new[] { "iptables", "ip6tables", "arptables" })
            {
                File.WriteAllText($"/proc/sys/net/bridge/bridge-nf-call-{family}", shown ? "1" : "0");
            }
        }
    }
}
