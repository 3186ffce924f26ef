namespace Lab.Scenarios.Matching;

/// <summary>Finds the steps that someone probably had in mind.</summary>
internal static class NearestSteps
{
    private const int Shown = 3;

    /// <summary>Share of the letters that may differ before a suggestion is only noise.</summary>
    private const double TooFar = 0.6;

    /// <summary>Patterns with their examples, the nearest first.</summary>
    public static string[] To(string text, IEnumerable<StepDefinition> definitions) =>
        [.. definitions.Select(definition => (definition.Words, distance: Distance(text, definition.Words)))
            .Where(found => found.distance < TooFar)
            .OrderBy(found => found.distance).ThenBy(found => found.Words.Pattern, StringComparer.Ordinal)
            .Take(Shown)
            .Select(found => FirstLine(found.Words) is var first && (first.Length == 0 || first == found.Words.Pattern) ? found.Words.Pattern
                : $"{found.Words.Pattern}   as in: {first}")];

    private static double Distance(string text, Contract.Bindings.StepAttribute words) =>
        Math.Min(Relative(text, FirstLine(words)), Relative(text, words.Pattern));

    private static string FirstLine(Contract.Bindings.StepAttribute words) => words.Example.Split('\n')[0];

    private static double Relative(string a, string b) => (double)Edits(a, b) / Math.Max(1, Math.Max(a.Length, b.Length));

    /// <summary>Levenshtein's distance, on letters whatever their case.</summary>
    private static int Edits(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
