using System.Collections.Immutable;
using Lab.Agreement;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Engine.Interop.Netlink;
using Lab.Engine.Packets;
using Lab.Kernel;
using Lab.Kernel.Hosts;
using Lab.Testbeds;

namespace Lab.Fuzz.Mutants;

/// <summary>One bridge on which rulesets take turns, each before the same frames and with nothing left of its predecessor.</summary>
/// <remarks>
/// The host takes part: it owns every address that a frame from the bridge asks it for, and answers the guests. So what
/// rules do to packets for the host shows, and whether a packet was dropped or rejected.
/// </remarks>
internal sealed class MutantBench : IDisposable
{
    private readonly NetworkNamespace _space = NetworkNamespace.Create();
    private readonly TapBridge _bridge;
    private readonly KernelFirewall _kernel;
    private IEmission? _loaded;

    public MutantBench(Topology topology, bool bridgeNetfilter)
    {
        _bridge = _space.Run(() => TapBridge.Create(topology, bridgeNetfilter));
        _kernel = new(_space);
        _space.Run(() => Populate(topology));
    }

    /// <summary>What comes out under these rules: of every port in order, the frame as far as a kernel owes it to us.</summary>
    /// <exception cref="KernelRefusedException">The kernel does not take the rules; the bench is good for nothing more.</exception>
    public ImmutableArray<(GuestName At, string Frame)> Show(IEmission emission, IReadOnlyList<Stimulus> stimuli)
    {
        _space.Run(Forget);
        foreach (KernelCommand command in emission.After(_loaded))
        {
            _kernel.Run(command);
        }

        _loaded = emission;
        return
        [
            .. _bridge.Send(stimuli).Deliveries.Where(delivery => !IsOfTheHostItself(delivery.Frame.Span))
                .Select(delivery => (delivery.At, Convert.ToHexString(Differences.Canonical(delivery.Frame).Span))),
        ];
    }

    public void Dispose()
    {
        _bridge.Dispose();
        _kernel.Dispose();
        _space.Dispose();
    }

    private static void Forget()
    {
        ConnectionTable.Forget();
        using RouteSocket route = new();
        route.Execute(new RouteBatch().ForgetStations(Devices.Bridge));
    }

    /// <summary>Multicast listener reports come when they like.</summary>
    private static bool IsOfTheHostItself(ReadOnlySpan<byte> frame) => EthernetView.TryRead(frame, out EthernetView ethernet)
        && ethernet.Source == Devices.BridgeMac && ethernet.Type == EtherType.Ipv6 && ethernet.Payload is [_, _, _, _, _, _, (byte)IpProtocol.HopByHop, ..];

    private static void Populate(Topology topology)
    {
        string bridge = Devices.Bridge.ToString();
        foreach ((string path, string value) in new[]
        {
            ("ipv4/conf/all/rp_filter", "0"), ($"ipv4/conf/{bridge}/rp_filter", "0"), ($"ipv6/conf/{bridge}/accept_ra", "0"), ($"ipv6/conf/{bridge}/addr_gen_mode", "1"), ($"ipv6/conf/{bridge}/dad_transmits", "0"),
            ("ipv6/conf/lo/disable_ipv6", "0"), ($"ipv6/conf/{bridge}/disable_ipv6", "0"), ("ipv4/icmp_ratemask", "0"), ("ipv6/icmp/ratelimit", "0"),
            ("ipv4/icmp_msgs_per_sec", "100000000"), ("ipv4/icmp_msgs_burst", "100000000"), // of both versions
        })
        {
            File.WriteAllText($"/proc/sys/net/{path}", value);
        }

        // What the bridge hands up is for the host, whatever its address; what the host sends goes to the guests, and what is for
        // nobody to the first of them. Replies of IPv4 must come from an address that the local table knows (__ip_dev_find).
        NamespaceTool.Ip(
        [
            "link set lo up", "route add local default dev lo table local", .. Rules("local"), "rule add lookup main pref 2",
            "rule add lookup local pref 3", "rule del pref 0", .. Stations("10.0.0.", "254", ""),
        ]);
        NamespaceTool.Ip(["route add local default dev lo table 100", .. Rules("100"), .. Stations("2001:db8::", "fe", " nodad")], "-6");

        string[] Rules(string table) => [$"rule add iif {bridge} lookup {table} pref 1"];

        string[] Stations(string prefix, string own, string flags) =>
        [
            $"addr add {prefix}{own} dev {bridge}{flags}",
            .. topology.Guests.SelectMany((guest, i) => new[]
            {
                $"route add {prefix}{i + 1} dev {bridge}", $"neigh replace {prefix}{i + 1} lladdr {guest.Mac} dev {bridge} nud permanent",
            }),
            $"route add default via {prefix}1 dev {bridge}",
        ];
    }
}
