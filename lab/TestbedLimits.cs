using Lab.Contract.Testbeds;
using Lab.Engine.Programs;

namespace Lab;

/// <summary>What no testbed here can do, so that all of them say so alike.</summary>
internal static class TestbedLimits
{
    /// <summary>Why these programs cannot take the place of others while the topology stands; null if they can.</summary>
    /// <param name="bridgeNetfilter">Whether bridged packets meet IP rules; that is settled when the topology is built.</param>
    public static string? WhyNotBound(bool bridgeNetfilter, IEnumerable<FilterProgram> programs) =>
        !bridgeNetfilter && programs.Any(HasIpRules)
            ? "the first IP rules cannot come while the topology stands: bridge netfilter is off" : null;

    /// <summary>Refuses to move a guest where a host stands around the bridges, or the guest has no bridge port at all.</summary>
    /// <exception cref="TestbedException">The topology has a host.</exception>
    public static void RequireMovable(Topology topology, GuestName guest)
    {
        if (topology.Host is not null)
        {
            throw new TestbedException($"{guest} cannot move to another port: guests move on a bridge alone, not on a host with its "
                + "networks, uplinks and macvtaps");
        }
    }

    public static bool HasIpRules(FilterProgram program) => program is { Ipv4: not null } or { Ipv6: not null };
}
