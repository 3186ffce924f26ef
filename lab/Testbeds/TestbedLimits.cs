using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;

namespace Lab.Testbeds;

/// <summary>What no testbed here can do, so that all of them say so alike.</summary>
internal static class TestbedLimits
{
    /// <summary>Refuses programs that cannot take the place of others while the topology stands.</summary>
    /// <param name="bridgeNetfilter">Whether bridged packets meet IP rules; that is settled when the topology is built.</param>
    /// <exception cref="TestbedException">They bring the first IP rules.</exception>
    public static void RequireBindable(bool bridgeNetfilter, IEnumerable<FilterProgram> bridged)
    {
        if (!bridgeNetfilter && bridged.Any(HasIpRules))
        {
            throw new TestbedException("the first IP rules cannot come while the topology stands: bridge netfilter is off");
        }
    }

    /// <summary>Refuses policies for macvtaps that no kernel could hold there: at the device itself nothing is tracked.</summary>
    /// <exception cref="TestbedException">An abstention, in the words in which the rules are refused on a live host.</exception>
    public static void RequireEnforceable(IReadOnlyCollection<PortPolicy> direct)
    {
        _ = Accepted(new NetdevBackend().Restore(ImmutableHashSet<string>.Empty, direct));
    }

    /// <exception cref="TestbedException">An abstention: the backend has no words for a filter.</exception>
    public static T Accepted<T>(Lowered<T> lowered) where T : class => lowered.Value ?? throw new TestbedException(string.Join('\n', lowered.Diagnostics))
    {
        Abstention = string.Join("; ", lowered.Diagnostics.Select(found => found.Message).Distinct()),
    };

    /// <summary>Refuses to move who has no port on this host.</summary>
    /// <exception cref="TestbedException">A station on the LAN, or the host itself.</exception>
    public static void RequireMovable(Topology topology, GuestName guest)
    {
        if (topology.Guests.First(candidate => candidate.Name == guest).At is OnLan or OnHost)
        {
            throw new TestbedException($"{guest} cannot move to another port: it is no guest of this host");
        }
    }

    /// <summary>Refuses to take a device down that is none of this host's, or that would come up without its routes.</summary>
    /// <exception cref="TestbedException">It is either.</exception>
    public static void RequireLink(Topology topology, string device)
    {
        HostSpec host = topology.Host ?? throw new TestbedException("devices go down on a host with bridges or uplinks of its own");
        BridgeSpec? bridge = host.Bridges.FirstOrDefault(candidate => candidate.Name.ToString() == device);
        UplinkSpec? uplink = host.Uplinks.FirstOrDefault(candidate => candidate.Name.ToString() == device);
        if (bridge is { Addresses.IsEmpty: false } or { Ipv6Addresses.IsEmpty: false } || uplink is { Addresses.IsEmpty: false } or { Ipv6Addresses.IsEmpty: false })
        {
            throw new TestbedException($"{device} has addresses, and the routes behind them would not come up again");
        }

        if (bridge is null && uplink is null && !topology.Guests.Any(guest => guest.Name.Text == device && guest.At is OnBridge or OnDevice))
        {
            throw new TestbedException($"this host has no guest, bridge or uplink {device}");
        }
    }

    /// <summary>Refuses to flush rules where more than the guests' filters would be lost.</summary>
    /// <exception cref="TestbedException">The host has rules of its own.</exception>
    public static void RequireFlushable(Topology topology)
    {
        if (topology.Host is { } host && (host.HasNetworks || !host.Drops.IsEmpty))
        {
            throw new TestbedException("rules are not flushed where the host has rules of its own, which would be lost with the guests'");
        }
    }

    public static bool HasIpRules(FilterProgram program) => program is { Ipv4: not null } or { Ipv6: not null };
}
