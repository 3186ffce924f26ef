namespace Lab.Engine.Apply;

/// <summary>What nft lists, as lines that do not depend on the order of a set's elements.</summary>
internal static class NftListing
{
    /// <summary>One line per rule, element and property, each behind the names of what it stands in; rules are numbered.</summary>
    public static IEnumerable<string> Lines(string listing)
    {
        List<string> path = [];
        int rule = 0;
        foreach (string line in listing.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("elements = {", StringComparison.Ordinal))
            {
                path.Add("element");
            }
            else if (line.EndsWith('{'))
            {
                path.Add(line[..^1].Trim());
                rule = 0;
            }

            bool element = path.LastOrDefault() == "element";
            foreach (string part in element ? Elements(line) : line is "}" || line.EndsWith('{') ? [] : [$"{++rule} {line}"])
            {
                yield return $"{string.Join(" / ", path)}: {part}";
            }

            if (line.EndsWith('}') && path.Count > 0)
            {
                path.RemoveAt(path.Count - 1);
            }
        }
    }

    private static string[] Elements(string line) =>
        line.Replace("elements = {", "", StringComparison.Ordinal).TrimEnd('}').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
