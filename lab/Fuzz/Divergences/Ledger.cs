using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;

namespace Lab.Fuzz.Divergences;

/// <summary>fixtures/divergences, built in: every disagreement that is known, with its cause.</summary>
internal sealed record Ledger(ImmutableSortedDictionary<string, Divergence> Entries)
{
    private const string Prefix = "divergences/";

    public static Ledger BuiltIn { get; } = new(Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal))
        .ToImmutableSortedDictionary(name => name[Prefix.Length..^".json".Length], Read, StringComparer.Ordinal));

    /// <summary>The name of the entry that explains a disagreement; null when none does.</summary>
    public string? NameOf(Disagreement found) => Entries.FirstOrDefault(entry => entry.Value.Explains(found)).Key;

    /// <summary>The feature that stands beside an entry.</summary>
    public static string FeatureOf(string name)
    {
        using StreamReader reader = new(Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Prefix}{name}.feature")!);
        return reader.ReadToEnd();
    }

    private static Divergence Read(string resource)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        return JsonSerializer.Deserialize(stream, DivergenceJson.Default.Divergence)!;
    }
}
