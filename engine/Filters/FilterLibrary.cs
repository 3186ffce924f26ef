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
        using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
        string name = resource[Prefix.Length..^Suffix.Length];
        ReadResult result = FilterReader.Read($"fixtures/filters/{name}/filter.xml", reader.ReadToEnd(), strict: true);
        return result.Filter ?? throw new UnreachableException(string.Join('\n', result.Diagnostics));
    }
}
