using System.Collections.Immutable;
using Lab.Engine.Packets;

namespace Lab.Simulator.Networks.Services;

/// <summary>What a network's name server knows, and whom it asks.</summary>
/// <param name="Upstream">The resolver for names that are not known here; null refuses them, as libvirt has it in isolated networks.</param>
/// <param name="Hosts">Names of the network's own.</param>
public sealed record NameZone(IpNumber? Upstream, ImmutableArray<(string Name, IpNumber Address)> Hosts)
{
    public string? Domain { get; init; }

    /// <summary>Names in and below these are never asked upstream.</summary>
    public ImmutableArray<string> LocalZones { get; init; } = [];

    /// <summary>Names in and below these are asked of others than the rest.</summary>
    public ImmutableArray<(string Zone, IpNumber? Upstream)> Forwards { get; init; } = [];

    /// <summary>Addresses of names without a dot are asked upstream too; their other records are in any case (dnsmasq's domain-needed).</summary>
    public bool ForwardPlainNames { get; init; } = true;

    /// <summary>Whatever else is known.</summary>
    public ImmutableArray<NameRecord> Records { get; init; } = [];

    /// <summary>Whom to ask for a name; the closest zone decides.</summary>
    internal IpNumber? UpstreamFor(string name)
    {
        (string? zone, IpNumber? upstream) = Forwards.Where(forward => IsWithin(name, forward.Zone)).OrderByDescending(forward => forward.Zone.Length).FirstOrDefault();
        return zone is null ? Upstream : upstream;
    }

    internal bool IsLocal(string name, ushort type) => LocalZones.Any(zone => IsWithin(name, zone))
        || (!ForwardPlainNames && type is NameRecord.TypeA or NameRecord.TypeAaaa && !name.Contains('.', StringComparison.Ordinal));

    internal static bool IsWithin(string name, string zone) =>
        name.Equals(zone, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + zone, StringComparison.OrdinalIgnoreCase);
}
