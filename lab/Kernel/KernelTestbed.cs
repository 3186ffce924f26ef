using System.Collections.Immutable;
using System.ComponentModel;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;
using Lab.Kernel.Hosts;
using Lab.Testbeds;

namespace Lab.Kernel;

/// <summary>Real taps on a real bridge under the rules that the engine would load on a live host.</summary>
/// <remarks>
/// Every topology has a namespace without a name, held by this process alone: nothing appears in the host's namespace,
/// and after any end, kill -9 included, the kernel takes everything away by itself.
/// </remarks>
/// <param name="backend">Which lowering rules the ports.</param>
/// <param name="compile">From a port's filter use to its program; called for guests that have a filter.</param>
internal sealed class KernelTestbed(IBackend backend, Func<Topology, Guest, FilterProgram> compile) : ITestbed
{
    /// <summary>Why 802.1Qbg and 802.1Qbh stations are the simulator's alone.</summary>
    public const string NoVdp =
        "Linux has no software switch that associates virtual stations (VDP of 802.1Qbg, port profiles of 802.1Qbh), so the kernel has nothing to show";

    /// <summary>Of scenarios that need VLAN-aware bridges.</summary>
    public const string VlanTag = "@needs-vlan-filtering";

    /// <summary>Of scenarios whose filters ask ipsets, which the kernel lends to iptables only.</summary>
    public const string IpSetTag = "@needs-ipsets";

    /// <summary>With a version behind it: of scenarios about what Linux does from then on.</summary>
    public const string SinceTag = "@since-linux-";

    private static readonly Lazy<string?> WhyNoVlans = new(() =>
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        try
        {
            space.Run(static () => NamespaceTool.Ip(["link add br0 type bridge vlan_filtering 1"]));
            return null;
        }
        catch (TestbedException)
        {
            return "this kernel is built without VLAN-aware bridges (CONFIG_BRIDGE_VLAN_FILTERING)";
        }
    });

    /// <remarks>
    /// A device drops before the bridge learns the sender, and knows neither whole datagrams nor which frames come from the
    /// host; layer 2 stands at the device where it stands on the bridge (switching.md sections 9.1 and 9.3).
    /// </remarks>
    private const string NoLayer3OnBridgePorts =
        "layer-3 rules of a bridge port act behind the bridge's learning, on reassembled packets and not on the host's own, which no device hook can do";

    private readonly IBackend _atDevice = backend as NetdevBackend ?? new NetdevBackend();

    public string Name => backend.Name == "nft" ? "kernel" : $"kernel-{backend.Name}";

    /// <summary>Whether topologies tell which rules each frame met, from nftrace; for backends that rule the bridge, and bridges without a host.</summary>
    /// <remarks>Frames then go one at a time.</remarks>
    public bool Tracing { get; init; }

    /// <summary>Why this testbed cannot run here, or null if it can.</summary>
    public static string? Unavailable()
    {
        try
        {
            using NetworkNamespace space = NetworkNamespace.Create();
            space.Run(static () =>
            {
                TapDevice.Create(Devices.Marker).Dispose();
                new Nftables().Dispose();
            });
            return null;
        }
        catch (Win32Exception refusal)
        {
            return $"{refusal.Message}: {new Win32Exception(refusal.NativeErrorCode).Message}";
        }
        catch (DllNotFoundException)
        {
            return "libnftables is not installed (Debian package nftables)";
        }
    }

    public string? Lacks(IEnumerable<string> tags) =>
        (tags.Contains(VlanTag) ? WhyNoVlans.Value : null)
        ?? (tags.Contains(IpSetTag) && backend is not EbiptablesBackend ? $"{backend.Name} cannot ask ipsets" : null)
        ?? tags.Select(WhyTooOld).FirstOrDefault(lack => lack is not null);

    /// <exception cref="TestbedException">An abstention, or the world refused.</exception>
    public ILiveTopology Build(Topology topology) => topology.Guests.Any(guest => guest.At is OnDevice { VirtualPort: not null })
        ? throw new TestbedException(NoVdp) { Abstention = NoVdp }
        : (topology.Host?.Bridges.Any(bridge => bridge.VlanFiltering) ?? false) && WhyNoVlans.Value is { } lack
        ? throw new TestbedException($"{lack}; the tag {VlanTag} leaves it out") { Abstention = lack }
        : Refusals.AsTestbed<ILiveTopology>(() => topology.Host is null
            ? KernelTopology.Create(topology, Policies, backend, Tracing) : HostTopology.Create(topology, Policies, backend));

    private static string? WhyTooOld(string tag) => tag.StartsWith(SinceTag, StringComparison.Ordinal) && Version.TryParse(tag[SinceTag.Length..], out Version? since)
        && Environment.OSVersion.Version < since ? $"Linux does this from {since} on" : null;

    public void Dispose()
    {
        // every topology disposes of its own namespace
    }

    private ImmutableArray<PortPolicy> Policies(Topology topology, Func<int, InterfaceName> device)
    {
        ImmutableArray<PortPolicy> policies =
        [
            .. topology.Guests.Select((guest, index) => (guest, index)).Where(port => port.guest.Filter is not null)
                .Select(port => new PortPolicy(device(port.index), compile(topology, port.guest)) { IsMacvtap = port.guest.At is OnDevice }),
        ];
        return backend == _atDevice && policies.Any(policy => !policy.IsMacvtap && TestbedLimits.HasIpRules(policy.Program))
            ? throw new TestbedException(NoLayer3OnBridgePorts) { Abstention = NoLayer3OnBridgePorts }
            : policies;
    }
}
