using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.State;

namespace Lab.Simulator.Networks;

/// <summary>How a virtual network is connected to the rest of the world (switching.md section 3.1).</summary>
public enum NetworkMode
{
    Isolated,
    Nat,
    Route,
    Open,
}

/// <summary>A virtual network as the host's firewall knows it.</summary>
/// <param name="Bridge">The bridge device's name.</param>
/// <param name="Device">Traffic is restricted to this uplink; null allows every one.</param>
public sealed record VirtualNetwork(string Bridge, NetworkMode Mode, ImmutableArray<Ipv4Interface> Addresses, string? Device = null)
{
    /// <summary>Of the translation, in nat mode.</summary>
    public (Ipv4Address First, Ipv4Address Last)? TranslationAddresses { get; init; }

    public (ushort First, ushort Last) TranslationPorts { get; init; } = (1024, 65535);

    /// <summary>The rules for all networks of one host.</summary>
    /// <param name="networks">In the order of their start; each start inserts at the head.</param>
    public static NetworkRules RulesFor(IEnumerable<VirtualNetwork> networks)
    {
        VirtualNetwork[] filtered = [.. networks.Where(network => network.Mode != NetworkMode.Open).Reverse()];
        return new(
            [
                .. filtered.Select(network => Rule(ForwardVerdict.Accept, into: network.Bridge, outOf: network.Bridge)),
                .. filtered.SelectMany(network => network.Inward()),
                .. filtered.SelectMany(network => network.Outward()),
            ],
            [.. filtered.Where(network => network.Mode == NetworkMode.Nat).SelectMany(network => network.Translations())]);
    }

    private IEnumerable<ForwardRule> Inward()
    {
        ConnectionStates states = Mode == NetworkMode.Nat ? ConnectionStates.Related | ConnectionStates.Established : ConnectionStates.None;
        return
        [
            .. Routed.Select(subnet => Rule(ForwardVerdict.Accept, into: Device, outOf: Bridge, destination: subnet, states: states)),
            Rule(ForwardVerdict.Reject, outOf: Bridge),
        ];
    }

    private IEnumerable<ForwardRule> Outward() =>
    [
        .. Routed.Select(subnet => Rule(ForwardVerdict.Accept, into: Bridge, outOf: Device, source: subnet)),
        Rule(ForwardVerdict.Reject, into: Bridge),
    ];

    private IEnumerable<SourceNatRule> Translations() => Addresses.SelectMany(address =>
    {
        Ipv4Prefix subnet = address.Subnet;
        var ported = new SourceTranslation(TranslationAddresses, TranslationPorts);
        return new SourceNatRule[]
        {
            new(subnet, LocalGroups, null, Device, null, null),
            new(subnet, AllOnes, null, null, null, null),
            new(subnet, null, subnet, Device, IpProtocol.Tcp, ported),
            new(subnet, null, subnet, Device, IpProtocol.Udp, ported),
            new(subnet, null, subnet, Device, null, ported with { Ports = null }),
        };
    });

    private static readonly Ipv4Prefix LocalGroups = Ipv4Prefix.Parse("224.0.0.0/24"), AllOnes = Ipv4Prefix.Parse("255.255.255.255/32");

    private IEnumerable<Ipv4Prefix> Routed =>
        Mode is NetworkMode.Nat or NetworkMode.Route ? Addresses.Select(address => address.Subnet) : [];

    private static ForwardRule Rule(
        ForwardVerdict verdict, string? into = null, string? outOf = null, Ipv4Prefix? source = null, Ipv4Prefix? destination = null,
        ConnectionStates states = ConnectionStates.None) => new(into, outOf, source, destination, states, verdict);
}
