using Lab.Engine.Programs;

namespace Lab.Simulator.Networks;

/// <summary>The sysctls of a host's stack that a frame can notice; what is not here is silenced as in switching.md section 10.3.</summary>
public sealed record HostOptions
{
    /// <summary>net.ipv4.ip_forward; libvirt switches it on for nat, route and open networks.</summary>
    public bool Forwarding { get; init; }

    /// <summary>net.ipv6.conf.all.forwarding; libvirt switches it on for those of them that have an IPv6 address.</summary>
    public bool ForwardsIpv6 { get; init; }

    /// <summary>net.ipv4.conf.*.send_redirects.</summary>
    public bool SendRedirects { get; init; }

    /// <summary>net.ipv4.icmp_ratelimit at its default of a second, rather than 0 for no limit.</summary>
    public bool LimitsErrors { get; init; }

    /// <summary>net.ipv4.conf.*.rp_filter: 0 off, 1 strict, 2 loose.</summary>
    public int ReversePathFilter { get; init; }

    /// <summary>net.bridge.bridge-nf-call-*: bridged packets meet the IP hooks. On by default in every new namespace.</summary>
    public bool BridgeNetfilter { get; init; } = true;

    /// <summary>Some rule outside the networks' own needs connection tracking, which then runs for every IPv4 packet of the host.</summary>
    public bool TrackIpv4 { get; init; }

    /// <inheritdoc cref="TrackIpv4"/>
    public bool TrackIpv6 { get; init; }

    /// <summary>What the host's own FORWARD rules say of a packet that nothing else decided; an untouched host accepts.</summary>
    public bool AcceptsForwarded { get; init; } = true;

    /// <summary>The kernel's ipsets; null has none.</summary>
    public IIpSets? IpSets { get; init; }

    /// <summary>For what a real host chooses at random: mapped ports.</summary>
    public int Seed { get; init; }
}
