using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Packets;

namespace Lab.Engine.Networks;

/// <summary>A virtual network document as understood (switching.md section 3.2): typed, checked, positioned, immutable.</summary>
/// <param name="Uuid">Null when the document gave none; libvirt makes one up.</param>
/// <param name="AllowIpv6">IPv6 rules are made although the network has no IPv6 address.</param>
/// <param name="Bridge">Null for networks without a bridge: macvtap and devices given away.</param>
/// <param name="Mtu">In bytes; null leaves the kernel's.</param>
/// <param name="Isolated">Ports of this network do not hear each other.</param>
public sealed record NetworkDefinition(
    string Name,
    Guid? Uuid,
    bool AllowIpv6,
    NetworkForward Forward,
    NetworkBridge? Bridge,
    MacAddress? Mac,
    int? Mtu,
    string? Domain,
    bool DomainIsLocal,
    NetworkDns Dns,
    ImmutableArray<NetworkIp> Addresses,
    ImmutableArray<NetworkRoute> Routes,
    ImmutableArray<PortGroup> PortGroups,
    VirtualPort? VirtualPort,
    bool Isolated,
    SourcePosition Position)
{
    /// <summary>Of guests for which neither they nor their port group say it; null for none.</summary>
    public VlanTags? Vlan { get; init; }
}

/// <param name="Devices">The interfaces of the pool; with a bridge, the only uplink that traffic may use. May be empty.</param>
/// <param name="TranslationAddresses">In nat mode; null hides behind the uplink's own address.</param>
public sealed record NetworkForward(
    ForwardMode Mode,
    ImmutableArray<InterfaceName> Devices,
    (Ipv4Address First, Ipv4Address Last)? TranslationAddresses,
    (ushort First, ushort Last) TranslationPorts,
    bool TranslatesIpv6)
{
    public static NetworkForward Isolated { get; } = new(ForwardMode.Isolated, [], null, (1024, 65535), false);
}

/// <param name="Name">Null when libvirt is to choose: virbrN.</param>
/// <param name="Delay">Of the spanning tree.</param>
/// <param name="LibvirtKnowsStations">Ports neither learn nor flood: libvirt enters each guest's address (macTableManager).</param>
public sealed record NetworkBridge(InterfaceName? Name, bool SpanningTree, TimeSpan Delay, bool LibvirtKnowsStations = false);

/// <param name="ForwardPlainNames">Names without a dot are asked upstream too.</param>
public sealed record NetworkDns(
    bool Enabled, bool ForwardPlainNames, ImmutableArray<DnsHost> Hosts, ImmutableArray<DnsForwarder> Forwarders, ImmutableArray<DnsText> Texts,
    ImmutableArray<DnsService> Services)
{
    public static NetworkDns Default { get; } = new(true, true, [], [], [], []);
}

public sealed record DnsHost(IpNumber Address, ImmutableArray<string> Names);

/// <summary>At least one of both is there.</summary>
public sealed record DnsForwarder(IpNumber? Address, string? Domain);

public sealed record DnsText(string Name, string Value);

/// <summary>Where a service is to be found (RFC 2782).</summary>
/// <param name="Target">Null: the service is not available.</param>
/// <param name="Port">1 when a target is given without it, 0 without target.</param>
public sealed record DnsService(
    string Service, string Protocol, string? Domain, string? Target, ushort Port, ushort Priority, ushort Weight)
{
    /// <summary>What guests ask for: <c>_ldap._tcp.example.org</c>.</summary>
    public string FullName => $"_{Service}._{Protocol}{(Domain is null ? "" : "." + Domain)}";
}

/// <summary>An address of the bridge, with the subnet that it makes.</summary>
/// <param name="Dhcp">Null when the network gives no addresses away here.</param>
public sealed record NetworkIp(IpNumber Address, int PrefixLength, NetworkDhcp? Dhcp, SourcePosition Position)
{
    /// <summary>The network's name server does not ask others who has an address of the subnet.</summary>
    public bool ReverseIsLocal { get; init; }

    /// <summary>Whether an address lies in the subnet.</summary>
    public bool Holds(IpNumber other) => other.Version6 == Address.Version6 && (other.Bits & Mask) == (Address.Bits & Mask);

    public IpNumber First => Address with { Bits = Address.Bits & Mask };

    public IpNumber Last => Address with { Bits = (Address.Bits & Mask) | (AllOnes & ~Mask) };

    private int Width => Address.Version6 ? 128 : 32;

    private UInt128 AllOnes => UInt128.MaxValue >> (128 - Width);

    private UInt128 Mask => PrefixLength == 0 ? 0 : AllOnes & ~((UInt128.One << (Width - PrefixLength)) - 1);
}

public sealed record NetworkDhcp(ImmutableArray<DhcpRange> Ranges, ImmutableArray<DhcpHost> Hosts);

/// <param name="LeaseTime">Null for the server's default; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
public sealed record DhcpRange(IpNumber First, IpNumber Last, TimeSpan? LeaseTime);

/// <param name="Mac">Null when the host is known by its name or, for IPv6, by its id only.</param>
public sealed record DhcpHost(MacAddress? Mac, string? Name, string? Id, IpNumber Address, TimeSpan? LeaseTime);

/// <param name="Metric">1 when not given.</param>
public sealed record NetworkRoute(IpNumber Address, int PrefixLength, IpNumber Gateway, uint Metric);

/// <param name="IsDefault">Used by interfaces that name no group.</param>
public sealed record PortGroup(string Name, bool IsDefault, VirtualPort? VirtualPort)
{
    public VlanTags? Vlan { get; init; }
}

/// <param name="Network">Null when the document holds an error.</param>
public sealed record NetworkReadResult(NetworkDefinition? Network, ImmutableArray<Diagnostic> Diagnostics);
