using System.Text;
using Lab.Contract.Testbeds;
using Lab.Engine.Interop;
using Lab.Engine.Interop.Netlink;
using Lab.Engine.Packets;
using Lab.Testbeds;

namespace Lab.Kernel;

/// <summary>The devices of a topology in a namespace: one bridge, a tap per guest, and the port that markers come from.</summary>
/// <remarks>It knows no rules; who loads rules must let the marker through (<see cref="MarkerFrame"/>).</remarks>
internal sealed class TapBridge : IDisposable
{
    /// <summary>A tap keeps 1000 unread frames and loses more; with every frame flooded and the marker this stays below.</summary>
    private const int MaximumBatch = 500; // frames

    private const int LongestFrame = 65_536; // bytes; more than any device here carries

    /// <summary>Frames are through when the write returns; the wait is for a kernel under overload (switching.md section 10.1).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Topology _topology;
    private readonly List<TapDevice> _ports = [];
    private readonly Dictionary<GuestName, TapDevice> _portOf = [];
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(LongestFrame);
    private TapDevice? _markerPort;
    private long _markers;
    private int _devices;

    private TapBridge(Topology topology) => _topology = topology;

    /// <summary>Makes the devices in the namespace of the calling thread.</summary>
    /// <param name="bridgeNetfilter">Whether IP packets on the bridge are shown to ip and ip6 tables.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The kernel refused a device.</exception>
    public static TapBridge Create(Topology topology, bool bridgeNetfilter)
    {
        NamespaceSettings.SilenceIpv6();
        NamespaceSettings.ShowBridged(bridgeNetfilter);
        IpSets.Make(topology.IpSets);
        if (bridgeNetfilter)
        {
            KeepTracking();
        }

        TapBridge bridge = new(topology);
        try
        {
            bridge.AddDevices();
            return bridge;
        }
        catch
        {
            bridge.Dispose();
            throw;
        }
    }

    /// <param name="decide">Asked for each stimulus once it has gone through, before the next; null leaves decisions out, and
    /// stimuli go in batches.</param>
    public Observation Send(IReadOnlyList<Stimulus> stimuli, Func<Stimulus, Decision>? decide = null)
    {
        List<Delivery>[] deliveries = [.. _ports.Select(_ => new List<Delivery>())];
        List<Decision> decisions = [];
        foreach (Stimulus[] batch in stimuli.Chunk(decide is null ? MaximumBatch : 1))
        {
            foreach (Stimulus stimulus in batch)
            {
                // A frame that the device does not take, for instance one that is too long, is a frame lost on the wire.
                _ = _portOf[stimulus.From].TryWrite(stimulus.Frame.Span);
            }

            Collect(deliveries);
            decisions.AddRange(decide is null ? [] : batch.Select(decide));
        }

        return new([.. deliveries.SelectMany(port => port)], [.. decisions]);
    }

    /// <summary>Every guest with its device.</summary>
    public IEnumerable<(InterfaceName Device, GuestName Guest)> Guests => _portOf.Select(port => (port.Value.Name, port.Key));

    /// <summary>The device of the guest at a place in the topology.</summary>
    public InterfaceName DeviceOf(int place) => _ports[place].Name;

    public InterfaceName DeviceOf(GuestName guest) => _portOf[guest].Name;

    /// <summary>A device name that no guest has had yet.</summary>
    public InterfaceName NextDevice() => Devices.Port(_devices++);

    /// <summary>Takes the guest's device away, in the namespace of the calling thread; the guest needs another before it sends.</summary>
    public void Unplug(GuestName guest)
    {
        _portOf[guest].Dispose();
        using RouteSocket route = new();
        route.Execute(new RouteBatch().Delete(_portOf[guest].Name));
    }

    /// <summary>Gives an unplugged guest a new device, in the namespace of the calling thread.</summary>
    public void PlugIn(GuestName guest, InterfaceName device)
    {
        TapDevice port = TapDevice.Create(device);
        _ports[_ports.IndexOf(_portOf[guest])] = port;
        _portOf[guest] = port;
        using RouteSocket route = new();
        route.Execute(new RouteBatch().Enslave(device, Devices.BridgeIndex, Devices.PortMac(_topology.Guests.First(other => other.Name == guest).Mac)));
    }

    /// <summary>One line for the bridge and one per port.</summary>
    public string Describe()
    {
        StringBuilder text = new();
        text.AppendLine($"bridge {Devices.Bridge} {Devices.BridgeMac}");
        for (int i = 0; i < _ports.Count; i++)
        {
            Guest guest = _topology.Guests[i];
            text.AppendLine($"  port {_ports[i].Name} {Devices.PortMac(guest.Mac)}: guest {guest.Name} {guest.Mac}, "
                + (guest.Filter is { } use ? $"filter {use.Filter}" : "no filter"));
        }

        return text.ToString();
    }

    /// <summary>Closes descriptors only; the devices persist until their namespace goes or someone deletes them.</summary>
    public void Dispose()
    {
        foreach (TapDevice port in _ports)
        {
            port.Dispose();
        }

        _markerPort?.Dispose();
    }

    private void AddDevices()
    {
        RouteBatch devices = new RouteBatch().AddBridge(Devices.Bridge, Devices.BridgeIndex, Devices.BridgeMac);
        for (int i = 0; i < _topology.Guests.Length; i++)
        {
            Guest guest = _topology.Guests[i];
            TapDevice port = TapDevice.Create(NextDevice());
            _ports.Add(port);
            _portOf[guest.Name] = port;
            devices.Enslave(port.Name, Devices.BridgeIndex, Devices.PortMac(guest.Mac));
        }

        _markerPort = TapDevice.Create(Devices.Marker);
        devices.Enslave(Devices.Marker, Devices.BridgeIndex, Devices.MarkerPortMac).SpareFloods(Devices.Marker);
        using RouteSocket route = new();
        route.Execute(devices);
    }

    /// <summary>
    /// Tracks the connections of both IP versions, as on a host with a NAT network. The kernel does so only for versions
    /// that some rule asks about (nf_ct_netns_get), and with it holds fragments back: without this, what becomes of a
    /// fragment would depend on rules that it never meets.
    /// </summary>
    public static void KeepTracking() =>
        Track("table inet lab-tracking { chain forward { type filter hook forward priority 1000; ct state new counter; }; }\n");

    /// <summary>Takes back what an earlier bridge of this namespace asked of connection tracking.</summary>
    public static void ForgetTracking() => Track("table inet lab-tracking\ndelete table inet lab-tracking\n");

    private static void Track(string rules)
    {
        using Nftables nft = new();
        (bool done, string answer) = nft.TryRun(rules);
        if (!done)
        {
            throw new TestbedException($"connection tracking: {answer}");
        }
    }

    /// <summary>Sends a marker and takes what waits at each port up to it.</summary>
    private void Collect(List<Delivery>[] deliveries)
    {
        Span<byte> marker = stackalloc byte[MarkerFrame.Length];
        MarkerFrame.Write(marker, ++_markers);
        if (!_markerPort!.TryWrite(marker))
        {
            throw new TestbedException("the marker port does not take frames");
        }

        for (int i = 0; i < _ports.Count; i++)
        {
            ReadOnlySpan<byte> frame;
            while (!(frame = Next(_ports[i])).SequenceEqual(marker))
            {
                deliveries[i].Add(new(_topology.Guests[i].Name, frame.ToArray()));
            }
        }
    }

    /// <summary>The next frame at the port; valid until the next call.</summary>
    private ReadOnlySpan<byte> Next(TapDevice port)
    {
        int length;
        while ((length = port.Read(_buffer)) < 0)
        {
            if (!Readiness.Wait(port, Patience))
            {
                throw new TestbedException($"the marker did not come out of {port.Name} within {Patience.TotalSeconds} s");
            }
        }

        return _buffer.AsSpan(0, length);
    }
}
