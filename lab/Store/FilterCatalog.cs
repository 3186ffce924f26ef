using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;

namespace Lab.Store;

/// <summary>All filters that can be used: the built-in ones, and over them those that users defined.</summary>
/// <param name="Stored">Only what users defined.</param>
/// <param name="Findings">Files of the store that could not be taken.</param>
public sealed record FilterCatalog(
    ImmutableDictionary<string, FilterDefinition> Stored, ImmutableArray<Diagnostic> Findings)
{
    private static readonly ImmutableDictionary<string, FilterDefinition> Stock =
        FilterLibrary.Stock.ToImmutableDictionary(f => f.Key, f => f.Value with { Uuid = UuidOf(f.Key) });

    public ImmutableDictionary<string, FilterDefinition> All { get; } = Stock.SetItems(Stored);

    /// <summary>The filter of that name, or else of that UUID.</summary>
    public FilterDefinition? Find(string nameOrUuid) =>
        All.TryGetValue(nameOrUuid, out FilterDefinition? filter) ? filter
        : UuidSyntax.TryParse(nameOrUuid, out Guid uuid) ? All.Values.FirstOrDefault(f => f.Uuid == uuid)
        : null;

    public bool IsStock(string name) => Stock.ContainsKey(name);

    /// <summary>A built-in filter has the same UUID everywhere: version 8 of RFC 9562 section 5.8, from its name.</summary>
    private static Guid UuidOf(string name)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"nwlab:filter:{name}"))[..16];
        hash[6] = (byte)(hash[6] & 0x0F | 0x80);
        hash[8] = (byte)(hash[8] & 0x3F | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
