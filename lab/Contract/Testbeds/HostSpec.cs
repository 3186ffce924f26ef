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

/// <summary>A bridge of the host, and the virtual network whose bridge it is.</summary>
/// <param name="Mode">Null for a bridge that belongs to no network: libvirt makes no rules for it.</param>
public sealed record BridgeSpec(InterfaceName Name, MacAddress Mac, ForwardMode? Mode, ImmutableArray<HostAddress> Addresses)
{
    /// <summary>The uplink that forwarding is restricted to; null allows every one.</summary>
    public InterfaceName? Device { get; init; }

    public ushort GroupForwardMask { get; init; }

    public bool MulticastSnooping { get; init; }

    /// <summary>Every port of this network is isolated (<c>port/@isolated</c>).</summary>
    public bool IsolatedPorts { get; init; }

    /// <summary>Null: no server runs on this bridge.</summary>
    public NetworkServices? Services { get; init; }

    /// <summary>Of the translation in nat mode.</summary>
    public (ushort First, ushort Last) TranslationPorts { get; init; } = (1024, 65535);
}

/// <summary>A device of the host that is plugged into the LAN's switch.</summary>
/// <param name="Gateway">The next hop of the default route; null for none.</param>
public sealed record UplinkSpec(InterfaceName Name, MacAddress Mac, ImmutableArray<HostAddress> Addresses, Ipv4Address? Gateway);

/// <summary>The machine on which the guests live, where it is more than one bridge without addresses.</summary>
/// <param name="Bridges">In the order in which their networks were started.</param>
public sealed record HostSpec(ImmutableArray<BridgeSpec> Bridges, ImmutableArray<UplinkSpec> Uplinks)
{
    public static HostSpec Empty { get; } = new([], []);

    /// <summary>IPv4 forwarding; null is what libvirt sets: on as soon as a nat, route or open network exists.</summary>
    public bool? Forwarding { get; init; }

    /// <summary>Bridged IP meets the host's IP hooks; null: on as soon as a rule asks for it, a network's or a filter's.</summary>
    public bool? BridgeNetfilter { get; init; }

    public bool Forwards => Forwarding ?? Bridges.Any(bridge => bridge.Mode is ForwardMode.Nat or ForwardMode.Route or ForwardMode.Open);

    public bool HasNetworks => Bridges.Any(bridge => bridge.Mode is not null);
}

/// <summary>The switch outside.</summary>
/// <param name="Reflective">It sends frames back out of the port that they came from (802.1Qbg reflective relay).</param>
public sealed record LanSpec(bool Reflective);
