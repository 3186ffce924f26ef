using System.Collections.Immutable;
using System.Globalization;
using Lab.Contract.Testbeds;
using Lab.Engine.Interop;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Kernel;

/// <summary>One bridge with its taps and rules, in a namespace of its own.</summary>
internal sealed class KernelTopology : ILiveTopology
{
    private readonly NetworkNamespace _space;
    private readonly TapBridge _bridge;

    private KernelTopology(NetworkNamespace space, TapBridge bridge) => (_space, _bridge) = (space, bridge);

    public static KernelTopology Create(Topology topology, ImmutableArray<PortPolicy> policies, NftRuleset ruleset)
    {
        NetworkNamespace space = NetworkNamespace.Create();
        try
        {
            return space.Run(() =>
            {
                TapBridge bridge = TapBridge.Create(topology, NeedsBridgeNetfilter(policies));
                Load(MarkerFrame.LetThrough(ruleset));
                return new KernelTopology(space, bridge);
            });
        }
        catch
        {
            space.Dispose();
            throw;
        }
    }

    public Observation Send(IReadOnlyList<Stimulus> stimuli) => _bridge.Send(stimuli);

    public string Describe() => _bridge.Describe() + _space.Run(static () =>
    {
        using Nftables nft = new();
        return nft.TryRun("list ruleset").Text;
    });

    /// <summary>Closes descriptors only; the devices, which persist, go with their namespace behind our back.</summary>
    public void Dispose()
    {
        _bridge.Dispose();
        _space.Dispose();
    }

    private static bool NeedsBridgeNetfilter(ImmutableArray<PortPolicy> policies) =>
        policies.Any(policy => policy.Program.Ipv4 is not null || policy.Program.Ipv6 is not null);

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
}
