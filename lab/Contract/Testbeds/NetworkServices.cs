using System.Collections.Immutable;
using Lab.Engine.Networks;
using Lab.Engine.Packets;

namespace Lab.Contract.Testbeds;

/// <summary>What a network's DHCP and DNS server gives away and knows (switching.md section 7), over either version of IP. Where one
/// runs, it also answers those who look for an IPv6 router.</summary>
/// <param name="Ranges">May be empty: then only reservations are given away.</param>
/// <param name="Names">Of <c>dns/host</c>.</param>
public sealed record NetworkServices(
    ImmutableArray<AddressPool> Ranges, ImmutableArray<ReservedAddress> Reservations, ImmutableArray<(string Name, IpNumber Address)> Names)
{
    public string? Domain { get; init; }

    /// <summary>Names in and below these that are not known here do not exist: the domain if it is local (<c>domain/@localOnly</c>), and
    /// the addresses of subnets (<c>ip/@localPtr</c>).</summary>
    public ImmutableArray<string> LocalZones { get; init; } = [];

    /// <summary>Names without a dot that are not known here may be asked elsewhere (<c>dns/@forwardPlainNames</c>).</summary>
    public bool ForwardsPlainNames { get; init; } = true;

    /// <summary>Who is asked in the place of the host's resolver (<c>dns/forwarder</c>).</summary>
    public ImmutableArray<DnsForwarder> Forwarders { get; init; } = [];

    /// <summary>There is a name server at all (<c>dns/@enable</c>).</summary>
    public bool AnswersNames { get; init; } = true;

    public ImmutableArray<DnsText> Texts { get; init; } = [];

    public ImmutableArray<DnsService> Services { get; init; } = [];

    /// <summary>The bridge's address in whose subnet DHCPv6 gives addresses away; null: guests make theirs up, in every subnet.</summary>
    public HostIpv6Address? ManagedSubnet { get; init; }

    /// <summary>By DHCP, of one version of IP.</summary>
    public bool Gives(bool version6) => RangesOf(version6).Any() || ReservationsOf(version6).Any();

    /// <summary>Of both versions of IP together, as libvirt limits them; null: the server's own limit.</summary>
    public int? MostLeases => Ranges.IsEmpty ? null : (int)Math.Min(int.MaxValue, Ranges.Sum(range => (double)(range.Last.Bits - range.First.Bits) + 1));

    public IEnumerable<AddressPool> RangesOf(bool version6) => Ranges.Where(range => range.First.Version6 == version6);

    public IEnumerable<ReservedAddress> ReservationsOf(bool version6) => Reservations.Where(host => host.Address.Version6 == version6);

    /// <summary>By what the DHCPv6 server of a bridge is known (RFC 8415 section 11.3): enterprise 0, and the bridge's MAC.</summary>
    /// <remarks>libvirt's dnsmasq makes up a DUID of the time at which it started, which no two testbeds share.</remarks>
    public static ImmutableArray<byte> ServerIdOf(MacAddress bridge)
    {
        byte[] id = [0, 2, 0, 0, 0, 0, .. new byte[MacAddress.Length]];
        bridge.Write(id.AsSpan(6));
        return [.. id];
    }
}

/// <param name="LeaseTime">Null for the server's hour, or day for IPv6; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
public sealed record AddressPool(IpNumber First, IpNumber Last, TimeSpan? LeaseTime = null)
{
    public bool Holds(IpNumber address) => address.Version6 == First.Version6 && First.Bits <= address.Bits && address.Bits <= Last.Bits;
}

/// <param name="Mac">Null for IPv6, and where the guest is known by the name it sends.</param>
/// <param name="Name">What the server tells the guest that it is called; null for nothing.</param>
/// <param name="LeaseTime">As of a pool; null for that of the pool.</param>
public sealed record ReservedAddress(MacAddress? Mac, string? Name, IpNumber Address, TimeSpan? LeaseTime = null)
{
    /// <summary>By what a client of DHCPv6 is known, in hexadecimal bytes with colons.</summary>
    public string? Id { get; init; }
}
