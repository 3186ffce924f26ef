using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.State;
using Lab.Simulator.Networks.Firewall;

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
    public ImmutableArray<Ipv6Interface> Ipv6Addresses { get; init; } = [];

    /// <summary>IPv6 rules are made although the network has no IPv6 address.</summary>
    public bool AllowsIpv6 { get; init; }

    /// <summary>In nat mode IPv6 is translated too; else it is routed.</summary>
    public bool TranslatesIpv6 { get; init; }

    /// <summary>Of the translation, in nat mode and for IPv4.</summary>
    public (Ipv4Address First, Ipv4Address Last)? TranslationAddresses { get; init; }

    public (ushort First, ushort Last) TranslationPorts { get; init; } = (1024, 65535);

    /// <summary>The rules for all networks of one host.</summary>
    /// <param name="networks">In the order of their start; each start inserts at the head.</param>
    public static NetworkRules RulesFor(IEnumerable<VirtualNetwork> networks)
    {
        VirtualNetwork[] filtered = [.. networks.Where(network => network.Mode != NetworkMode.Open).Reverse()];
        return new(
            RulesOf([.. filtered.Select(network => network.Ipv4)]),
            RulesOf([.. filtered.Where(network => network.AllowsIpv6 || !network.Ipv6Addresses.IsEmpty).Select(network => network.Ipv6)]));
    }

    private static FamilyRules RulesOf(FamilySide[] networks) => new(
        [
            .. networks.Select(network => Rule(ForwardVerdict.Accept, into: network.Bridge, outOf: network.Bridge)),
            .. networks.SelectMany(network => network.Inward()),
            .. networks.SelectMany(network => network.Outward()),
        ],
        [.. networks.Where(network => network.Mode == NetworkMode.Nat).SelectMany(network => network.Translations())]);

    private FamilySide Ipv4 => new(
        Bridge, Mode, Device, [.. Addresses.Select(address => AddressBlock.Of(address.Subnet))],
        [(AddressBlock.Of(Ipv4Prefix.Parse("224.0.0.0/24")), Device), (AddressBlock.Of(Ipv4Prefix.Parse("255.255.255.255/32")), null)],
        TranslationAddresses is { } range ? new(range.First.Bits, range.Last.Bits) : null, TranslationPorts);

    private FamilySide Ipv6 => new(
        Bridge, Mode == NetworkMode.Nat && !TranslatesIpv6 ? NetworkMode.Route : Mode, Device,
        [.. Ipv6Addresses.Select(address => AddressBlock.Of(address.Subnet))],
        [(AddressBlock.Of(Ipv6Prefix.Of(Ipv6Address.Parse("ff02::"), 16)), Device)], null, TranslationPorts);

    /// <summary>A network as the rules for one version of IP see it.</summary>
    /// <param name="Untranslated">Destinations that keep the sender's address, and the uplink towards which they do.</param>
    private sealed record FamilySide(
        string Bridge, NetworkMode Mode, string? Device, ImmutableArray<AddressBlock> Subnets,
        ImmutableArray<(AddressBlock Destination, string? Device)> Untranslated, AddressBlock? TranslationAddresses, (ushort First, ushort Last) Ports)
    {
        public IEnumerable<ForwardRule> Inward()
        {
            ConnectionStates states = Mode == NetworkMode.Nat ? ConnectionStates.Related | ConnectionStates.Established : ConnectionStates.None;
            return
            [
                .. Routed.Select(subnet => Rule(ForwardVerdict.Accept, into: Device, outOf: Bridge, destination: subnet, states: states)),
                Rule(ForwardVerdict.Reject, outOf: Bridge),
            ];
        }

        public IEnumerable<ForwardRule> Outward() =>
        [
            .. Routed.Select(subnet => Rule(ForwardVerdict.Accept, into: Bridge, outOf: Device, source: subnet)),
            Rule(ForwardVerdict.Reject, into: Bridge),
        ];

        public IEnumerable<SourceNatRule> Translations() => Subnets.SelectMany(subnet =>
        {
            var ported = new SourceTranslation(TranslationAddresses, Ports);
            return (SourceNatRule[])
            [
                .. Untranslated.Select(exempt => new SourceNatRule(subnet, exempt.Destination, null, exempt.Device, null, null)),
                new(subnet, null, subnet, Device, IpProtocol.Tcp, ported),
                new(subnet, null, subnet, Device, IpProtocol.Udp, ported),
                new(subnet, null, subnet, Device, null, ported with { Ports = null }),
            ];
        });

        private IEnumerable<AddressBlock> Routed => Mode is NetworkMode.Nat or NetworkMode.Route ? Subnets : [];
    }

    private static ForwardRule Rule(
        ForwardVerdict verdict, string? into = null, string? outOf = null, AddressBlock? source = null, AddressBlock? destination = null,
        ConnectionStates states = ConnectionStates.None) => new(into, outOf, source, destination, states, verdict);
}
