using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;
using Lab.Kernel.Tracing;
using Lab.Testbeds;

namespace Lab.Kernel;

/// <summary>One bridge with its taps and rules, in a namespace of its own.</summary>
internal sealed class KernelTopology : ILiveTopology
{
    private readonly NetworkNamespace _space;
    private readonly KernelFirewall _kernel;
    private readonly TapBridge _bridge;
    private readonly Func<Topology, Func<int, InterfaceName>, ImmutableArray<PortPolicy>> _policies;
    private readonly EnforcedPolicies _enforced;
    private readonly bool _bridgeNetfilter;
    private readonly KernelTrace? _trace;

    private KernelTopology(
        NetworkNamespace space, TapBridge bridge, Func<Topology, Func<int, InterfaceName>, ImmutableArray<PortPolicy>> policies,
        EnforcedPolicies enforced, bool bridgeNetfilter, IBackend? traced)
    {
        (_space, _kernel, _bridge, _policies, _enforced, _bridgeNetfilter) = (space, new(space), bridge, policies, enforced, bridgeNetfilter);
        _trace = traced switch
        {
            NftBackend nft => new NftTrace(_kernel, nft, TraceSwitch.AllButMarkers),
            EbiptablesBackend => new TablesTrace(_kernel, TraceSwitch.AllButMarkers),
            _ => null,
        };
    }

    /// <param name="policies">From a topology, and the device of its guest at each place, to what the ports enforce; called here
    /// and at every change.</param>
    /// <param name="tracing">Whether to tell which rules each frame met, where the backend has them on the bridge.</param>
    public static KernelTopology Create(
        Topology topology, Func<Topology, Func<int, InterfaceName>, ImmutableArray<PortPolicy>> policies, IBackend backend, bool tracing)
    {
        ImmutableArray<PortPolicy> wanted = policies(topology, Devices.Port);
        EnforcedPolicies enforced = new(backend);
        Action<KernelFirewall> rules = enforced.Prepare(wanted);
        bool bridgeNetfilter = NeedsBridgeNetfilter(wanted);
        NetworkNamespace space = NetworkNamespace.Create();
        TapBridge? bridge = null;
        try
        {
            bridge = space.Run(() => TapBridge.Create(topology, bridgeNetfilter));
            KernelTopology live = new(space, bridge, policies, enforced, bridgeNetfilter, tracing ? backend : null);
            rules(live._kernel);
            return live;
        }
        catch
        {
            bridge?.Dispose();
            space.Dispose();
            throw;
        }
    }

    public void Change(Topology next) => Refusals.AsTestbed(() =>
    {
        ImmutableArray<PortPolicy> wanted = _policies(next, _bridge.DeviceOf);
        TestbedLimits.RequireBindable(_bridgeNetfilter, wanted.Select(policy => policy.Program));
        _enforced.Prepare(wanted)(_kernel);
    });

    /// <remarks>As an administrator would; the iptables tools of today keep their rules there too.</remarks>
    public void Flush()
    {
        _kernel.Run(new(KernelTool.Nft, "flush ruleset", []));
        _enforced.Lose();
    }

    /// <remarks>The new device comes when its rules are there, as on a host that awaits a migration.</remarks>
    public void Move(GuestName guest) => Refusals.AsTestbed(() =>
    {
        InterfaceName taken = _bridge.NextDevice();
        Action<KernelFirewall> rules = _enforced.PrepareMove(_bridge.DeviceOf(guest), taken);
        _space.Run(() => _bridge.Unplug(guest));
        rules(_kernel);
        _space.Run(() => _bridge.PlugIn(guest, taken));
    });

    public Observation Send(IReadOnlyList<Stimulus> stimuli)
    {
        _trace?.Follow(_enforced.Held, _bridge.Guests);
        return _bridge.Send(stimuli, _trace is null ? null : _trace.Decide);
    }

    public string Describe() => _bridge.Describe() + _kernel.ListNft("list ruleset", counters: true);

    /// <summary>Closes descriptors only; the devices, which persist, go with their namespace behind our back.</summary>
    /// <remarks>Closing nft's socket waits until the kernel has freed what was deleted (nft_rcv_nl_event in
    /// net/netfilter/nf_tables_api.c: a grace period, some 10 ms), which no scenario has to wait for.</remarks>
    public void Dispose()
    {
        _bridge.Dispose();
        _trace?.Dispose();
        _ = Task.Run(() =>
        {
            _kernel.Dispose();
            _space.Dispose();
        });
    }

    internal static bool NeedsBridgeNetfilter(IEnumerable<PortPolicy> policies) =>
        policies.Any(policy => TestbedLimits.HasIpRules(policy.Program));
}
