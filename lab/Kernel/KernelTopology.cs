using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lab.Contract.Testbeds;
using Lab.Engine.Interop;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Kernel;

/// <summary>One bridge with its taps and rules, in a namespace of its own.</summary>
internal sealed class KernelTopology : ILiveTopology
{
    /// <summary>A tap keeps 1000 unread frames and loses more; with every frame flooded and the marker this stays below.</summary>
    private const int MaximumBatch = 500; // frames

    private const int LongestFrame = 65_536; // bytes; more than any device here carries

    /// <summary>Frames are through when the write returns; the wait is for a kernel under overload (switching.md section 10.1).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Topology _topology;
    private readonly NetworkNamespace _space;
    private readonly List<TapDevice> _ports = [];
    private readonly Dictionary<GuestName, TapDevice> _portOf = [];
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(LongestFrame);
    private TapDevice? _markerPort;
    private long _markers;

    private KernelTopology(Topology topology, NetworkNamespace space) => (_topology, _space) = (topology, space);

    public static KernelTopology Create(Topology topology, ImmutableArray<PortPolicy> policies, NftRuleset ruleset)
    {
        KernelTopology live = new(topology, NetworkNamespace.Create());
        try
        {
            live._space.Run(() => live.Furnish(policies, ruleset));
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
        List<Delivery>[] deliveries = [.. _ports.Select(_ => new List<Delivery>())];
        foreach (Stimulus[] batch in stimuli.Chunk(MaximumBatch))
        {
            foreach (Stimulus stimulus in batch)
            {
                // A frame that the device does not take, for instance one that is too long, is a frame lost on the wire.
                _ = _portOf[stimulus.From].TryWrite(stimulus.Frame.Span);
            }

            Collect(deliveries);
        }

        return new([.. deliveries.SelectMany(port => port)], []);
    }

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

        text.Append(_space.Run(static () =>
        {
            using Nftables nft = new();
            return nft.TryRun("list ruleset").Text;
        }));
        return text.ToString();
    }

    /// <summary>Closes descriptors only; the devices, which persist, go with their namespace behind our back.</summary>
    public void Dispose()
    {
        foreach (TapDevice port in _ports)
        {
            port.Dispose();
        }

        _markerPort?.Dispose();
        _space.Dispose();
    }

    private void Furnish(ImmutableArray<PortPolicy> policies, NftRuleset ruleset)
    {
        Silence(bridgeNetfilter: policies.Any(policy => policy.Program.Ipv4 is not null || policy.Program.Ipv6 is not null));
        RouteBatch devices = new RouteBatch().AddBridge(Devices.Bridge, Devices.BridgeIndex, Devices.BridgeMac);
        for (int i = 0; i < _topology.Guests.Length; i++)
        {
            Guest guest = _topology.Guests[i];
            TapDevice port = TapDevice.Create(Devices.Port(i));
            _ports.Add(port);
            _portOf[guest.Name] = port;
            devices.Enslave(port.Name, Devices.BridgeIndex, Devices.PortMac(guest.Mac));
        }

        _markerPort = TapDevice.Create(Devices.Marker);
        devices.Enslave(Devices.Marker, Devices.BridgeIndex, Devices.MarkerPortMac);
        using RouteSocket route = new();
        route.Execute(devices);
        Load(MarkerFrame.LetThrough(ruleset));
    }

    /// <summary>Keeps the namespace from speaking by itself (switching.md section 10.3); before any device is there.</summary>
    private static void Silence(bool bridgeNetfilter)
    {
        File.WriteAllText("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
        File.WriteAllText("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
        if (Directory.Exists("/proc/sys/net/bridge"))
        {
            string value = bridgeNetfilter ? "1" : "0";
            File.WriteAllText("/proc/sys/net/bridge/bridge-nf-call-iptables", value);
            File.WriteAllText("/proc/sys/net/bridge/bridge-nf-call-ip6tables", value);
            File.WriteAllText("/proc/sys/net/bridge/bridge-nf-call-arptables", value);
        }
    }

    private static void Load(NftRuleset ruleset)
    {
        NftText text = NftText.Of(ruleset);
        using Nftables nft = new();
        (bool done, string answer) = nft.TryRun(text.Text);
        if (!done)
        {
            throw new TestbedException($"the kernel refused the ruleset:\n{answer}\n{Numbered(text.Text)}");
        }
    }

    private static string Numbered(string text) =>
        string.Join('\n', text.Split('\n').Select((line, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1,4} {line}")));

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
