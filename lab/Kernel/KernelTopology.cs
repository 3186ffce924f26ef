using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Engine.Rulesets;

namespace Lab.Kernel;

/// <summary>One bridge with its taps and rules, in a namespace of its own.</summary>
internal sealed class KernelTopology : ILiveTopology
{
    private readonly NetworkNamespace _space;
    private readonly Engine.Apply.Kernel _kernel;
    private readonly TapBridge _bridge;

    private KernelTopology(NetworkNamespace space, Engine.Apply.Kernel kernel, TapBridge bridge) =>
        (_space, _kernel, _bridge) = (space, kernel, bridge);

    /// <param name="rules">What the backend made of the policies, for an empty kernel.</param>
    /// <param name="letMarkersThrough">To be run behind the rules.</param>
    public static KernelTopology Create(
        Topology topology, ImmutableArray<PortPolicy> policies, KernelChange rules, KernelCommand letMarkersThrough)
    {
        NetworkNamespace space = NetworkNamespace.Create();
        TapBridge? bridge = null;
        try
        {
            bridge = space.Run(() => TapBridge.Create(topology, NeedsBridgeNetfilter(policies)));
            Engine.Apply.Kernel kernel = new(space);
            foreach (KernelCommand command in rules.Commands.Add(letMarkersThrough))
            {
                kernel.Run(command);
            }

            return new KernelTopology(space, kernel, bridge);
        }
        catch
        {
            bridge?.Dispose();
            space.Dispose();
            throw;
        }
    }

    public Observation Send(IReadOnlyList<Stimulus> stimuli) => _bridge.Send(stimuli);

    public string Describe() => _bridge.Describe() + _kernel.ListNft("list ruleset");

    /// <summary>Closes descriptors only; the devices, which persist, go with their namespace behind our back.</summary>
    public void Dispose()
    {
        _bridge.Dispose();
        _kernel.Dispose();
        _space.Dispose();
    }

    internal static bool NeedsBridgeNetfilter(ImmutableArray<PortPolicy> policies) =>
        policies.Any(policy => policy.Program.Ipv4 is not null || policy.Program.Ipv6 is not null);
}
