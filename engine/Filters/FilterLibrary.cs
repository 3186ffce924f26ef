using System.Collections.Immutable;
using System.Diagnostics;
using System.Reflection;
using Lab.Engine.Filters.Model;

namespace Lab.Engine.Filters;

/// <summary>The filters that are always there (nwfilter.md section 8), and corrected variants of those with a defect.</summary>
/// <remarks>They are the files of fixtures/filters, built in; positions name those files.</remarks>
public static class FilterLibrary
{
    private const string Prefix = "filters/";
    private const string Suffix = ".xml";

    private static readonly Lazy<ImmutableDictionary<string, FilterDefinition>> Loaded = new(Load);

    public static ImmutableDictionary<string, FilterDefinition> Stock => Loaded.Value;

    /// <summary>The XML of the stock filter whose positions name this file; null when none does.</summary>
    public static string? FindText(string file)
    {
        Assembly assembly = typeof(FilterLibrary).Assembly;
        string? found = assembly.GetManifestResourceNames().FirstOrDefault(resource => FileOf(resource) == file);
        return found is null ? null : ReadText(assembly, found);
    }

    private static ImmutableDictionary<string, FilterDefinition> Load()
    {
        Assembly assembly = typeof(FilterLibrary).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(resource => Read(assembly, resource))
            .ToImmutableDictionary(filter => filter.Name, StringComparer.Ordinal);
    }

    private static FilterDefinition Read(Assembly assembly, string resource)
    {
        ReadResult result = FilterReader.Read(FileOf(resource)!, ReadText(assembly, resource), strict: true);
        return result.Filter ?? throw new UnreachableException(string.Join('\n', result.Diagnostics));
    }

    private static string ReadText(Assembly assembly, string resource)
    {
        using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    /// <summary>Null for a resource that is no filter.</summary>
    private static string? FileOf(string resource) =>
        resource.StartsWith(Prefix, StringComparison.Ordinal) ? $"fixtures/filters/{resource[Prefix.Length..^Suffix.Length]}/filter.xml" : null;
}
