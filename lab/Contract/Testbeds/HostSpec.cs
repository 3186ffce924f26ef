using System.Collections.Immutable;
using Lab.Engine.Networks;
using Lab.Engine.Packets;

namespace Lab.Contract.Testbeds;

/// <param name="PrefixLength">Of the subnet that the address makes reachable.</param>
public readonly record struct HostAddress(Ipv4Address Address, int PrefixLength)
{
    public Ipv4Prefix Subnet => Ipv4Prefix.Of(Address, PrefixLength);

    public override string ToString() => $"{Address}/{PrefixLength}";
}

/// <inheritdoc cref="HostAddress"/>
public readonly record struct HostIpv6Address(Ipv6Address Address, int PrefixLength)
{
    public Ipv6Prefix Subnet => Ipv6Prefix.Of(Address, PrefixLength);

    public override string ToString() => $"{Address}/{PrefixLength}";
}

/// <summary>A bridge of the host, and the virtual network whose bridge it is.</summary>
/// <param name="Mode">Null for a bridge that belongs to no network: libvirt makes no rules for it.</param>
public sealed record BridgeSpec(InterfaceName Name, MacAddress Mac, ForwardMode? Mode, ImmutableArray<HostAddress> Addresses)
{
    /// <summary>Without any, IPv6 is off on the bridge device; with one, the link-local address that follows from the MAC is there too.</summary>
    public ImmutableArray<HostIpv6Address> Ipv6Addresses { get; init; } = [];

    /// <summary>The network has IPv6 rules though it has no IPv6 address (<c>network/@ipv6</c>).</summary>
    public bool AllowsIpv6 { get; init; }

    /// <summary>In nat mode IPv6 is translated too; else it is routed (<c>nat/@ipv6</c>).</summary>
    public bool TranslatesIpv6 { get; init; }

    /// <summary>The uplink that forwarding is restricted to; null allows every one.</summary>
    public InterfaceName? Device { get; init; }

    public ushort GroupForwardMask { get; init; }

    public bool MulticastSnooping { get; init; }

    /// <summary>Frames stay in the VLAN in which they came.</summary>
    public bool VlanFiltering { get; init; }

    /// <summary>Ports that are there when the topology is built have long been forwarding; new ones wait twice the delay.</summary>
    public bool SpanningTree { get; init; }

    /// <summary>Of the spanning tree; the kernel takes less than two seconds for two.</summary>
    public TimeSpan ForwardDelay { get; init; }

    /// <summary>In bytes, of the bridge and of every port of its network; null leaves 1500.</summary>
    public int? Mtu { get; init; }

    /// <summary>Subnets that the host reaches through a guest.</summary>
    public ImmutableArray<RouteSpec> Routes { get; init; } = [];

    /// <summary>Null: no server runs on this bridge, nor does one without any address.</summary>
    public NetworkServices? Services { get; init; }

    /// <summary>The address at which the server is asked by the host itself; null: none is.</summary>
    public IpNumber? ServerAddress => Services is null ? null
        : Addresses is [var four, ..] ? IpNumber.Of(four.Address) : Ipv6Addresses is [var six, ..] ? IpNumber.Of(six.Address) : null;

    /// <summary>What IPv4 hides behind in nat mode; null for the address of the device that it leaves by.</summary>
    public (Ipv4Address First, Ipv4Address Last)? TranslationAddresses { get; init; }

    /// <summary>Of the translation in nat mode.</summary>
    public (ushort First, ushort Last) TranslationPorts { get; init; } = (1024, 65535);
}

/// <param name="Gateway">A guest; of the same version of IP as the destination.</param>
public sealed record RouteSpec(IpNumber Destination, int PrefixLength, IpNumber Gateway, uint Metric);

/// <summary>A device of the host that is plugged into the LAN's switch.</summary>
/// <param name="Gateway">The next hop of the default route; null for none.</param>
public sealed record UplinkSpec(InterfaceName Name, MacAddress Mac, ImmutableArray<HostAddress> Addresses, Ipv4Address? Gateway)
{
    public ImmutableArray<HostIpv6Address> Ipv6Addresses { get; init; } = [];

    public Ipv6Address? Ipv6Gateway { get; init; }
}

/// <summary>The machine on which the guests live, where it is more than one bridge without addresses.</summary>
/// <param name="Bridges">In the order in which their networks were started.</param>
public sealed record HostSpec(ImmutableArray<BridgeSpec> Bridges, ImmutableArray<UplinkSpec> Uplinks)
{
    public static HostSpec Empty { get; } = new([], []);

    /// <summary>Forwarding; null is what libvirt sets, for each version of IP: on as soon as a nat, route or open network has an address of it.</summary>
    public bool? Forwarding { get; init; }

    /// <summary>Bridged IP meets the host's IP hooks; null: on as soon as a rule asks for it, a network's or a filter's.</summary>
    public bool? BridgeNetfilter { get; init; }

    /// <summary>Bridge netfilter, ICMP redirects and the limits on ICMP errors are as a new namespace has them; else they
    /// are what makes frames predictable (switching.md section 10.3).</summary>
    public bool Untouched { get; init; }

    /// <summary>Whom the host asks for names that it does not know, and its networks' name servers with it, but for those of isolated
    /// networks. Null: nobody; a name that is not known is refused in every mode.</summary>
    public IpNumber? Resolver { get; init; }

    /// <summary>What the host's administrator drops at devices.</summary>
    public ImmutableArray<DeviceDrop> Drops { get; init; } = [];

    public bool Forwards => Forwarding ?? Bridges.Any(IsForwarding);

    public bool ForwardsIpv6 => Forwarding ?? Bridges.Any(bridge => IsForwarding(bridge) && !bridge.Ipv6Addresses.IsEmpty);

    public bool UsesIpv6 => Bridges.Any(bridge => !bridge.Ipv6Addresses.IsEmpty) || Uplinks.Any(uplink => !uplink.Ipv6Addresses.IsEmpty);

    /// <summary>The name server of some network asks others.</summary>
    public bool AsksForNames => Bridges.Any(bridge => bridge.Services is { AnswersNames: true } services && (Resolver is not null || !services.Forwarders.IsEmpty));

    public bool HasNetworks => Bridges.Any(bridge => bridge.Mode is not null);

    private static bool IsForwarding(BridgeSpec bridge) => bridge.Mode is ForwardMode.Nat or ForwardMode.Route or ForwardMode.Open;
}

/// <summary>A rule at a device itself, in netfilter's netdev family: frames of one type go no further.</summary>
/// <param name="At">An uplink, or the device of a guest's port.</param>
/// <param name="OnEgress">Where the host sends through the device, rather than where it receives.</param>
public sealed record DeviceDrop(string At, bool OnEgress, EtherType Type);

/// <summary>The switch outside.</summary>
/// <param name="Reflective">It sends frames back out of the port that they came from (802.1Qbg reflective relay).</param>
public sealed record LanSpec(bool Reflective)
{
    /// <summary>The types of virtual station that it lets in (802.1Qbg).</summary>
    public ImmutableArray<(byte Manager, uint Type, byte Version)> StationTypes { get; init; } = [];

    /// <summary>The port profiles by which it lets stations in (802.1Qbh), each into a VLAN; 0 leaves their frames without a tag.</summary>
    public ImmutableArray<(string Name, ushort Vlan)> PortProfiles { get; init; } = [];
}
