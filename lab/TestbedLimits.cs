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

    public static bool HasIpRules(FilterProgram program) => program is { Ipv4: not null } or { Ipv6: not null };
}
