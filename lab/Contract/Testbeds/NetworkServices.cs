using System.Collections.Immutable;
using Lab.Engine.Networks;
using Lab.Engine.Packets;

namespace Lab.Contract.Testbeds;

/// <summary>What a network's DHCP and DNS server gives away and knows (switching.md section 7).</summary>
/// <remarks>The host has no resolver of its own: a name that is not known here is refused in every mode, and nothing leaves.</remarks>
/// <param name="Ranges">May be empty: then only reservations are given away.</param>
/// <param name="Names">Of <c>dns/host</c>.</param>
public sealed record NetworkServices(
    ImmutableArray<AddressPool> Ranges, ImmutableArray<ReservedAddress> Reservations, ImmutableArray<(string Name, Ipv4Address Address)> Names)
{
    public string? Domain { get; init; }

    /// <summary>Names below the domain that are not known here do not exist (<c>domain/@localOnly</c>).</summary>
    public bool DomainIsLocal { get; init; }

    /// <summary>Names without a dot that are not known here may be asked elsewhere (<c>dns/@forwardPlainNames</c>).</summary>
    public bool ForwardsPlainNames { get; init; } = true;

    /// <summary>Addresses of the subnet without a name here have none (<c>ip/@localPtr</c>).</summary>
    public bool ReverseIsLocal { get; init; }

    /// <summary>There is a name server at all (<c>dns/@enable</c>).</summary>
    public bool AnswersNames { get; init; } = true;

    public ImmutableArray<DnsText> Texts { get; init; } = [];

    public ImmutableArray<DnsService> Services { get; init; } = [];

    public bool GivesAddresses => !Ranges.IsEmpty || !Reservations.IsEmpty;
}

/// <param name="LeaseTime">Null for the server's hour; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
public sealed record AddressPool(Ipv4Address First, Ipv4Address Last, TimeSpan? LeaseTime = null)
{
    public bool Holds(Ipv4Address address) => First.Bits <= address.Bits && address.Bits <= Last.Bits;
}

/// <param name="Mac">Null: known by the name it sends.</param>
/// <param name="Name">What the server tells the guest that it is called; null for nothing.</param>
/// <param name="LeaseTime">As of a pool; null for that of the pool.</param>
public sealed record ReservedAddress(MacAddress? Mac, string? Name, Ipv4Address Address, TimeSpan? LeaseTime = null);
