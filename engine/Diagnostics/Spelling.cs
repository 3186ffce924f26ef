namespace Lab.Engine.Diagnostics;

/// <summary>Guesses which known word a misspelt one was meant to be.</summary>
public static class Spelling
{
    private const int LongestWord = 64; // no known word is longer; a bound for hostile input

    /// <summary>"did you mean 'x'?" for the nearest word, or null when none is near.</summary>
    public static string? Suggest(string word, IEnumerable<string> known)
    {
        if (word.Length > LongestWord)
        {
            return null;
        }

        (string Word, int Distance)? best = known
            .Select(candidate => ((string, int Distance)?)(candidate, Distance(word, candidate)))
            .MinBy(pair => pair!.Value.Distance);
        return best is { } b && b.Distance <= Math.Max(1, word.Length / 3) ? $"did you mean '{b.Word}'?" : null;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that turn one word into the other; case is free.</summary>
    private static int Distance(string from, string to)
    {
        int[,] cost = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                cost[i, j] = i == 0 || j == 0 ? i + j : Cheapest(i, j);
            }
        }

        return cost[from.Length, to.Length];

        bool Same(int i, int j) => char.ToLowerInvariant(from[i]) == char.ToLowerInvariant(to[j]);

        int Cheapest(int i, int j)
        {
            int cheapest = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (Same(i - 1, j - 1) ? 0 : 1));
            return i > 1 && j > 1 && Same(i - 1, j - 2) && Same(i - 2, j - 1) ? Math.Min(cheapest, cost[i - 2, j - 2] + 1) : cheapest;
        }
    }
}
