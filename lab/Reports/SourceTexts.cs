using System.Collections.Immutable;
using Lab.Engine.Filters;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;

namespace Lab.Reports;

/// <summary>The texts behind the positions that a run can mention, so that a report can show them anywhere.</summary>
internal static class SourceTexts
{
    /// <returns>By the name that positions use; a file that is not there any more is missing.</returns>
    public static ImmutableSortedDictionary<string, string> Of(SuiteResult suite)
    {
        ImmutableSortedDictionary<string, string>.Builder texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (FeatureResult feature in suite.Features)
        {
            texts[feature.Feature.File] = feature.Feature.Text;
            string folder = Path.GetDirectoryName(Path.GetFullPath(feature.Feature.File))!;
            foreach (string file in feature.Scenarios.SelectMany(FilterFiles).Distinct().Where(file => !texts.ContainsKey(file)))
            {
                if ((FilterLibrary.FindText(file) ?? ReadIfThere(Path.Combine(folder, file))) is { } text)
                {
                    texts[file] = text;
                }
            }
        }

        return texts.ToImmutable();
    }

    /// <summary>Of the filters that were there, and of those that were refused.</summary>
    private static IEnumerable<string> FilterFiles(ScenarioResult scenario) => scenario.Runs.SelectMany(run =>
        run.Steps.SelectMany(step => step.Diagnostics).Select(found => found.Position.File)
            .Concat((run.Topology?.Filters.Values ?? []).Select(filter => filter.Position.File)));

    private static string? ReadIfThere(string path) => File.Exists(path) ? File.ReadAllText(path) : null;
}
