using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;
using Lab.Testbeds;

namespace Lab.Kernel.Hosts;

/// <summary>A host with virtual networks, macvtaps and uplinks (<see cref="HostDevices"/> draws it), under rules and with frames.</summary>
/// <remarks>
/// Bridging, routing and macvtap are done when the sender's write returns; what crosses the veth may be later, so each
/// <see cref="Crossing"/> is cleared first, and markers go round twice: the second comes behind whatever the first found on
/// its way to another segment.
/// </remarks>
internal sealed class HostTopology : ILiveTopology
{
    private const int MaximumBatch = 200; // frames; a tap keeps 1000 unread ones, and each frame may be answered
    private const int Rounds = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Func<Topology, Func<int, InterfaceName>, ImmutableArray<PortPolicy>> _policies;
    private readonly bool _bridgeNetfilter;
    private readonly HostPolicies _enforced;
    private readonly Arrivals _arrivals;
    private readonly HostDevices _devices;
    private readonly KernelFirewall _kernel;
    private readonly List<NetworkServer> _servers = [];
    private Topology _topology;
    private PortStates? _portStates; // where a spanning tree is
    private long _markers;

    private HostTopology(
        Topology topology, Func<Topology, Func<int, InterfaceName>, ImmutableArray<PortPolicy>> policies, HostPolicies enforced, bool bridgeNetfilter)
    {
        (_topology, _policies, _enforced, _bridgeNetfilter) = (topology, policies, enforced, bridgeNetfilter);
        _arrivals = new(topology.Guests);
        _devices = new(topology, _arrivals, Patience);
        _kernel = new(_devices.Space);
    }

    /// <param name="policies">From a topology, and the device of its guest at each place, to what the ports enforce; called here
    /// and at every change.</param>
    /// <param name="backend">For guests on bridges; macvtaps are ruled where alone they can be, at the device.</param>
    public static HostTopology Create(
        Topology topology, Func<Topology, Func<int, InterfaceName>, ImmutableArray<PortPolicy>> policies, IBackend backend)
    {
        ImmutableArray<PortPolicy> wanted = policies(topology, Devices.Port);
        HostPolicies enforced = new(backend);
        Action<KernelFirewall> rules = enforced.Prepare(wanted);
        HostSpec host = topology.Host!;
        bool hasIpRules = KernelTopology.NeedsBridgeNetfilter(wanted.Where(policy => !policy.IsMacvtap));
        bool bridgeNetfilter = host.BridgeNetfilter ?? (host.Untouched || host.HasNetworks || hasIpRules);
        HostTopology live = new(topology, policies, enforced, bridgeNetfilter);
        try
        {
            live.Furnish(host, hasIpRules, rules);
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
        using Processor _ = Processor.Stay();
        foreach (Stimulus[] batch in Batches(stimuli))
        {
            foreach (Stimulus stimulus in batch)
            {
                // A frame that the device does not take, for instance one that is too long, is a frame lost on the wire.
                _devices.PortOf(stimulus.From).TryWrite(stimulus.Frame.Span);
            }

            for (int round = 0; round < Rounds; round++)
            {
                _servers.ForEach(server => server.Settle());
                foreach (Crossing crossing in _devices.Crossings)
                {
                    crossing.Clear(_markers += 2);
                }

                foreach (Segment segment in _devices.Segments)
                {
                    segment.Collect(++_markers);
                }
            }
        }

        return new(_arrivals.Take(), []);
    }

    public void Change(Topology next) => Refusals.AsTestbed(() =>
    {
        ImmutableArray<PortPolicy> wanted = _policies(next, place => _devices.DeviceOf(next.Guests[place].Name));
        TestbedLimits.RequireBindable(_bridgeNetfilter, wanted.Where(policy => !policy.IsMacvtap).Select(policy => policy.Program));
        _enforced.Prepare(wanted)(_kernel);
        _topology = next;
    });

    public void Flush()
    {
        TestbedLimits.RequireFlushable(_topology);
        _kernel.Run(new(KernelTool.Nft, "flush ruleset", []));
        _enforced.Lose();
    }

    /// <remarks>A tap's rules are there before it; rules at a macvtap itself need it, and it carries nothing before they are there.</remarks>
    public void Move(GuestName name) => Refusals.AsTestbed(() =>
    {
        TestbedLimits.RequireMovable(_topology, name);
        Guest guest = _topology.Guests.First(candidate => candidate.Name == name);
        InterfaceName taken = _devices.NextDevice();
        Action<KernelFirewall> rules = _enforced.PrepareMove(_devices.DeviceOf(name), taken, isMacvtap: guest.At is OnDevice);
        _arrivals.Forget(name);
        _devices.Unplug(guest, taken);
        rules(_kernel);
        _devices.PlugIn(guest);
        LoadDrops();
        _devices.WakePorts();
    });

    public void SetLink(string device, bool up) => Refusals.AsTestbed(() =>
    {
        TestbedLimits.RequireLink(_topology, device);
        _devices.SetLink(device, up);
    });

    public Observation Await(Happening happening) => Refusals.AsTestbed<Observation>(() =>
    {
        switch (happening)
        {
            case GuestHears hears:
                return new([_devices.Segments.First(segment => segment.Has(hears.Guest)).AwaitSpeech(hears)], []);
            case QuerierHeeded querier:
                _devices.Space.Run(() => QuerierWatch.Await(querier, Patience));
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
        foreach (Guest guest in _topology.Guests)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {_devices.DeviceOf(guest.Name)}: {guest.Name} {guest.Mac} at {guest.At}");
        }

        return text.Append(_kernel.ListNft("list ruleset")).ToString();
    }

    public void Dispose()
    {
        _portStates?.Dispose();
        _servers.ForEach(server => server.Dispose());
        _kernel.Dispose();
        _devices.Dispose();
    }

    /// <param name="rules">Those of the ports.</param>
    private void Furnish(HostSpec host, bool hasIpRules, Action<KernelFirewall> rules)
    {
        if (hasIpRules)
        {
            _devices.Space.Run(TapBridge.KeepTracking);
        }

        _devices.Make(host.Untouched ? host.BridgeNetfilter : _bridgeNetfilter);
        _portStates = host.Bridges.Any(bridge => bridge.SpanningTree) ? _devices.Space.Run(() => new PortStates()) : null;
        _kernel.Run(new(KernelTool.Nft, NetworkRulesText.Of(host.Bridges), []));
        rules(_kernel);
        LoadDrops();
        _devices.Space.Run(() => StartServers(host));
        _devices.WakePorts();
    }

    private void StartServers(HostSpec host)
    {
        BridgeSpec[] served = [.. host.Bridges.Where(bridge => bridge.ServerAddress is not null)];
        NamespaceTool.Ip(served.Length > 0 ? ["link set lo up"] : []);
        if (Array.Exists(served, bridge => bridge.ServerAddress!.Value.Version6))
        {
            NamespaceSettings.WakeIpv6(InterfaceName.Parse("lo")); // by which the testbed asks the server
        }

        foreach (BridgeSpec bridge in served)
        {
            NamespaceSettings.TrustNeighbours(bridge.Name);
            _servers.Add(NetworkServer.Start(bridge, host.Resolver, Patience));
        }
    }

    private void LoadDrops()
    {
        if (_devices.Drops is { } drops)
        {
            _kernel.Run(new(KernelTool.Nft, drops, []));
        }
    }

    private void AwaitPort(Happening happening)
    {
        PortStates states = _portStates ?? throw new TestbedException($"there is no spanning tree: {happening}");
        states.Await(happening, _devices.DeviceOf, Patience);
        if (happening is PortForwards { Guest: var heard })
        {
            foreach (Segment segment in _devices.Segments)
            {
                segment.SetDeaf(heard, deaf: false);
            }
        }
    }

    /// <summary>What is sent between two rounds of markers.</summary>
    /// <remarks>A server takes one message in each turn of its loop. What comes to a group on a device with macvtaps waits for
    /// a worker, and a frame for one station overtakes it, which lab/Agreement allows; but direct frames of a
    /// sibling overtake groups of another sender too, so there every sender gets a round of its own.</remarks>
    private IEnumerable<Stimulus[]> Batches(IReadOnlyList<Stimulus> stimuli)
    {
        int size = _servers.Count > 0 ? 1 : MaximumBatch;
        bool apart = _devices.HasMacvtaps;
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
}
