using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;

namespace Lab.Kernel;

/// <summary>One bridge with its taps and rules, in a namespace of its own.</summary>
internal sealed class KernelTopology : ILiveTopology
{
    private readonly NetworkNamespace _space;
    private readonly KernelFirewall _kernel;
    private readonly TapBridge _bridge;
    private readonly Func<Topology, Func<int, InterfaceName>, ImmutableArray<PortPolicy>> _policies;
    private readonly IBackend _backend;
    private readonly bool _bridgeNetfilter;
    private ImmutableArray<PortPolicy> _inForce;
    private bool _flushed;

    private KernelTopology(
        NetworkNamespace space, KernelFirewall kernel, TapBridge bridge,
        Func<Topology, Func<int, InterfaceName>, ImmutableArray<PortPolicy>> policies, IBackend backend, ImmutableArray<PortPolicy> inForce)
    {
        (_space, _kernel, _bridge, _policies, _backend, _inForce) = (space, kernel, bridge, policies, backend, inForce);
        _bridgeNetfilter = NeedsBridgeNetfilter(inForce);
    }

    /// <param name="policies">From a topology, and the device of its guest at each place, to what the ports enforce; called here
    /// and at every change.</param>
    public static KernelTopology Create(
        Topology topology, Func<Topology, Func<int, InterfaceName>, ImmutableArray<PortPolicy>> policies, IBackend backend)
    {
        ImmutableArray<PortPolicy> wanted = policies(topology, Devices.Port);
        KernelChange rules = Accepted(backend.Restore(ImmutableHashSet<string>.Empty, wanted));
        NetworkNamespace space = NetworkNamespace.Create();
        TapBridge? bridge = null;
        try
        {
            bridge = space.Run(() => TapBridge.Create(topology, NeedsBridgeNetfilter(wanted)));
            KernelFirewall kernel = new(space);
            Run(kernel, rules, backend, wanted);
            return new KernelTopology(space, kernel, bridge, policies, backend, wanted);
        }
        catch
        {
            bridge?.Dispose();
            space.Dispose();
            throw;
        }
    }

    public void Change(Topology next) => _inForce = Refusals.AsTestbed(() =>
    {
        ImmutableArray<PortPolicy> wanted = _policies(next, _bridge.DeviceOf);
        if (TestbedLimits.WhyNotBound(_bridgeNetfilter, wanted.Select(policy => policy.Program)) is { } refusal)
        {
            throw new TestbedException(refusal);
        }

        Lowered<KernelChange> change = _flushed ? _backend.Restore(ImmutableHashSet<string>.Empty, wanted) : _backend.Change(_inForce, wanted);
        Run(_kernel, Accepted(change), _backend, wanted);
        _flushed = false;
        return wanted;
    });

    /// <remarks>As an administrator would; the iptables tools of today keep their rules there too.</remarks>
    public void Flush()
    {
        _kernel.Run(new(KernelTool.Nft, "flush ruleset", []));
        _flushed = true;
    }

    /// <remarks>The new device comes when its rules are there, as on a host that awaits a migration; flushed rules stay away.</remarks>
    public void Move(GuestName guest) => _inForce = Refusals.AsTestbed(() =>
    {
        (InterfaceName left, InterfaceName taken) = (_bridge.DeviceOf(guest), _bridge.NextDevice());
        ImmutableArray<PortPolicy> wanted =
            [.. _inForce.Select(policy => policy.Device == left ? policy with { Device = taken } : policy)];
        KernelChange? rules = _flushed ? null : Accepted(_backend.Change(_inForce, wanted));
        _space.Run(() => _bridge.Unplug(guest));
        if (rules is not null)
        {
            Run(_kernel, rules, _backend, wanted);
        }

        _space.Run(() => _bridge.PlugIn(guest, taken));
        return wanted;
    });

    public Observation Send(IReadOnlyList<Stimulus> stimuli) => _bridge.Send(stimuli);

    public string Describe() => _bridge.Describe() + _kernel.ListNft("list ruleset", counters: true);

    /// <summary>Closes descriptors only; the devices, which persist, go with their namespace behind our back.</summary>
    /// <remarks>Closing nft's socket waits until the kernel has freed what was deleted (nft_rcv_nl_event in
    /// net/netfilter/nf_tables_api.c: a grace period, some 10 ms), which no scenario has to wait for.</remarks>
    public void Dispose()
    {
        _bridge.Dispose();
        _ = Task.Run(() =>
        {
            _kernel.Dispose();
            _space.Dispose();
        });
    }

    internal static bool NeedsBridgeNetfilter(ImmutableArray<PortPolicy> policies) =>
        policies.Any(policy => TestbedLimits.HasIpRules(policy.Program));

    /// <exception cref="TestbedException">An abstention: the backend has no words for a filter.</exception>
    internal static KernelChange Accepted(Lowered<KernelChange> lowered) => lowered.Value
        ?? throw new TestbedException(string.Join('\n', lowered.Diagnostics))
        {
            Abstention = string.Join("; ", lowered.Diagnostics.Select(found => found.Message).Distinct()),
        };

    /// <summary>The commands, and behind them the one for markers; a backend that replaces its tables has lost that rule.</summary>
    /// <remarks>Without policies there are no chains that could stop a marker, and none that could hold its rule.</remarks>
    internal static ImmutableArray<KernelCommand> WithMarkersLetThrough(
        KernelChange rules, ImmutableArray<PortPolicy> policies, IBackend backend) =>
        policies.IsEmpty ? rules.Commands : rules.Commands.AddRange(MarkerFrame.LetThrough(backend.Name, policies));

    private static void Run(KernelFirewall kernel, KernelChange rules, IBackend backend, ImmutableArray<PortPolicy> inForce)
    {
        foreach (KernelCommand command in WithMarkersLetThrough(rules, inForce, backend))
        {
            kernel.Run(command);
        }
    }
}
