using System.Globalization;
using System.Text.RegularExpressions;

namespace Lab.Kernel.Tracing;

/// <summary>The rules of a table as the kernel numbers them, from a listing with handles.</summary>
internal static partial class ListedRules
{
    /// <summary>Every rule with its chain, its place there, its handle and its text.</summary>
    public static IEnumerable<(string Chain, int Position, ulong Handle, string Text)> Read(string listing)
    {
        string? chain = null;
        int position = 0;
        foreach (string line in listing.Split('\n'))
        {
            if (ChainLine().Match(line) is { Success: true } header)
            {
                (chain, position) = (header.Groups["name"].Value, 0);
            }
            else if (line == "\t}")
            {
                chain = null;
            }
            else if (chain is not null && RuleLine().Match(line) is { Success: true } rule)
            {
                yield return (chain, position++, ulong.Parse(rule.Groups["handle"].Value, CultureInfo.InvariantCulture), rule.Groups["text"].Value);
            }
        }
    }

    [GeneratedRegex(@"^\tchain (?<name>\S+) \{", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ChainLine();

    [GeneratedRegex(@"^\t\t(?<text>.*) # handle (?<handle>[0-9]+)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex RuleLine();
}
