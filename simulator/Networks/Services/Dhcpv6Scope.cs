using System.Collections.Immutable;
using Lab.Engine.Packets;

namespace Lab.Simulator.Networks.Services;

/// <param name="LeaseTime">Null for the default; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
public sealed record Dhcpv6Pool(Ipv6Address First, Ipv6Address Last, TimeSpan? LeaseTime = null);

/// <param name="Id">The client's DUID; null: known by the name it sends.</param>
public sealed record Dhcpv6Reservation(ImmutableArray<byte>? Id, string? Name, Ipv6Address Address, TimeSpan? LeaseTime);

/// <summary>What a network gives away, and what it tells its guests.</summary>
/// <param name="Server">The bridge's address, in the subnet of all that is given away.</param>
/// <param name="ServerId">The server's own DUID.</param>
/// <param name="AnswersNames">It names itself as name server.</param>
/// <param name="IsAuthoritative">A client need not wait for other servers: so where the network gives away IPv4 addresses too.</param>
public sealed record Dhcpv6Scope(
    Ipv6Interface Server, ImmutableArray<byte> ServerId, ImmutableArray<Dhcpv6Pool> Ranges, ImmutableArray<Dhcpv6Reservation> Reservations,
    bool AnswersNames, bool IsAuthoritative)
{
    public string? Domain { get; init; }

    /// <summary>That the server remembers: libvirt lets it be as many as the ranges hold, reserved addresses included (dhcp-lease-max).</summary>
    public int MostLeases { get; init; } = 1000; // dnsmasq's default
}
