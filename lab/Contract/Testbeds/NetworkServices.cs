using System.Collections.Immutable;
using Lab.Engine.Packets;

namespace Lab.Contract.Testbeds;

/// <summary>What a network's DHCP and DNS server gives away and knows (switching.md section 7).</summary>
/// <remarks>The host has no resolver of its own: a name that is not known here is refused in every mode, and nothing leaves.</remarks>
/// <param name="Ranges">May be empty: then only reservations are given away.</param>
/// <param name="Names">Of <c>dns/host</c>.</param>
public sealed record NetworkServices(
    ImmutableArray<(Ipv4Address First, Ipv4Address Last)> Ranges, ImmutableArray<ReservedAddress> Reservations,
    ImmutableArray<(string Name, Ipv4Address Address)> Names)
{
    public string? Domain { get; init; }

    public bool GivesAddresses => !Ranges.IsEmpty || !Reservations.IsEmpty;
}

/// <param name="Name">What the server tells the guest that it is called; null for nothing.</param>
public sealed record ReservedAddress(MacAddress Mac, string? Name, Ipv4Address Address);
