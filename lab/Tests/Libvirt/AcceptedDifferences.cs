using System.Text.RegularExpressions;

namespace Lab.Tests.Libvirt;

/// <summary>Where our rules are written otherwise than libvirt's and mean the same; each with the reason.</summary>
internal static partial class AcceptedDifferences
{
    /// <summary>Rewrites a rule, as a -save tool prints it, to the one spelling of its meaning.</summary>
    public static string Apply(string rule) => OneAddress(rule);

    /// <summary>
    /// <c>srcipfrom</c> without <c>srcipto</c> is the range from an address to itself for libvirt and the address for us:
    /// the program has one form for one meaning, which sets and maps can hold.
    /// </summary>
    private static string OneAddress(string rule)
    {
        string[] addresses = [.. OneAddressRange().Matches(rule)
            .OrderByDescending(match => match.Groups["side"].Value, StringComparer.Ordinal) // -s is printed before -d
            .Select(match => $"{(match.Groups["not"].Success ? "! " : "")}-{match.Groups["side"].Value[0]} {match.Groups["address"].Value}"
                + (match.Groups["address"].Value.Contains(':', StringComparison.Ordinal) ? "/128" : "/32"))];
        if (addresses.Length == 0)
        {
            return rule;
        }

        Match head = Head().Match(rule);
        return $"{head.Value}{string.Join(' ', addresses)} {OneAddressRange().Replace(rule[head.Length..], "")}";
    }

    /// <summary>Tool, chain, and the source address if there is one.</summary>
    [GeneratedRegex(@"^\S+ -A \S+ ((! )?-s \S+ )?", RegexOptions.CultureInvariant)]
    private static partial Regex Head();

    [GeneratedRegex(@"-m iprange (?<not>! )?--(?<side>src|dst)-range (?<address>\S+)-\k<address> ", RegexOptions.CultureInvariant)]
    private static partial Regex OneAddressRange();
}
