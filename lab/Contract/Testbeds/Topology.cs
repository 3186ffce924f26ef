using System.Collections.Immutable;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Contract.Testbeds;

/// <summary>The name of a guest, and of the switch port that it hangs on.</summary>
/// <remarks>A testbed may call the device otherwise; reports and steps never see that name.</remarks>
public readonly record struct GuestName(string Text) : IComparable<GuestName>
{
    public int CompareTo(GuestName other) => string.CompareOrdinal(Text, other.Text);

    public override string ToString() => Text;
}

/// <summary>A filter and the values for its variables, as one port uses it (nwfilter.md section 6.4).</summary>
/// <param name="Parameters">Without the automatic <c>MAC</c>.</param>
public sealed record FilterUse(string Filter, ParameterSet Parameters);

/// <param name="Filter">Null for a port without filter.</param>
public sealed record Guest(GuestName Name, MacAddress Mac, FilterUse? Filter)
{
    /// <summary>Null for a port of the one bridge of a topology without a host.</summary>
    public Attachment? At { get; init; }

    /// <summary>Where the host knows, once and for all, that this station is its neighbour.</summary>
    public ImmutableArray<Ipv4Address> Addresses { get; init; } = [];

    /// <inheritdoc cref="Addresses"/>
    public ImmutableArray<Ipv6Address> Ipv6Addresses { get; init; } = [];
}

/// <summary>Everything that a testbed needs in order to build a scenario's world; plain data, no handles.</summary>
/// <param name="Filters">The definitions that the uses can refer to, stock filters included.</param>
/// <param name="Guests">The ports of the one bridge, in the order of their creation.</param>
public sealed record Topology(ImmutableDictionary<string, FilterDefinition> Filters, ImmutableArray<Guest> Guests)
{
    /// <summary>Null: one bridge without addresses, and every guest on it.</summary>
    public HostSpec? Host { get; init; }

    public LanSpec Lan { get; init; } = new(Reflective: false);

    /// <summary>The host's, for filters that name them.</summary>
    public ImmutableArray<AddressSet> IpSets { get; init; } = [];

    /// <summary>How every filter is read.</summary>
    public Meaning Meaning { get; init; }
}
