using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Lab.Engine.Rulesets.Ebiptables;

/// <summary>What of ours the table of one tool holds: enough to take it away again.</summary>
/// <param name="Chains">By name.</param>
/// <param name="Hooks">Rules that lead into them from chains that are not ours or are shared, as <c>-D</c> takes them;
/// one that is there twice is listed twice.</param>
public sealed partial record HeldTables(ImmutableHashSet<string> Chains, ImmutableArray<string> Hooks)
{
    /// <summary>What loading these ports leaves behind.</summary>
    public static HeldTables Of(TablesTool tool, IReadOnlyCollection<PortTables> ports)
    {
        string[] chains = [.. ports.SelectMany(port => port.Chains).Where(chain => chain.Tool == tool).Select(chain => chain.Name)];
        bool shared = tool != TablesTool.Ebtables && chains.Length > 0;
        return new(
            [.. chains, .. shared ? SharedChains.Jumps.Select(jump => jump.Name) : []],
            [
                .. shared ? SharedChains.Jumps.Select(SharedChains.Hook) : [],
                .. ports.SelectMany(port => port.Hooks).Where(hook => hook.Tool == tool).Select(hook => hook.Text),
            ]);
    }

    /// <summary>Reads it out of what the tool's <c>-save</c> prints.</summary>
    public static HeldTables Read(TablesTool tool, IEnumerable<string> saved)
    {
        ImmutableHashSet<string>.Builder chains = ImmutableHashSet.CreateBuilder<string>();
        ImmutableArray<string>.Builder hooks = ImmutableArray.CreateBuilder<string>();
        foreach (string line in OfOurs(tool, saved))
        {
            if (line.StartsWith(':'))
            {
                chains.Add(line[1..line.LastIndexOf(' ')]);
            }
            else if (Hook().IsMatch(line))
            {
                hooks.Add(line["-A ".Length..]);
            }
        }

        return new(chains.ToImmutable(), hooks.ToImmutable());
    }

    /// <summary>The lines that are about our chains, counters left out.</summary>
    public static IEnumerable<string> OfOurs(TablesTool tool, IEnumerable<string> saved)
    {
        bool ours = false; // iptables-save prints every table, ebtables-save too
        foreach (string line in saved)
        {
            if (line.StartsWith('*'))
            {
                ours = line == TableLine(tool);
            }
            else if (ours && (tool == TablesTool.Ebtables ? EbtablesLine() : IptablesLine()).IsMatch(line))
            {
                yield return Counters().Replace(line, "");
            }
        }
    }

    internal static string TableLine(TablesTool tool) => tool == TablesTool.Ebtables ? "*nat" : "*filter";

    [GeneratedRegex("^(:|-A )\"?(libvirt-[IO]-|[IO]-)|^-A (PRE|POST)ROUTING .*-j \"?libvirt-[IO]-", RegexOptions.CultureInvariant)]
    private static partial Regex EbtablesLine();

    [GeneratedRegex("^(:|-A )\"?(libvirt-(in|out|in-post|host-in) |F[IO]-|HI-)|^-A (FORWARD|INPUT) -j libvirt-", RegexOptions.CultureInvariant)]
    private static partial Regex IptablesLine();

    [GeneratedRegex("^-A (PREROUTING|POSTROUTING|FORWARD|INPUT|libvirt-(in|out|in-post|host-in)) ", RegexOptions.CultureInvariant)]
    private static partial Regex Hook();

    [GeneratedRegex(@" \[\d+:\d+\]$", RegexOptions.CultureInvariant)]
    private static partial Regex Counters();
}
