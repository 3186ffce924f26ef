using System.Collections.Immutable;
using System.Diagnostics;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Interop;

namespace Lab.Store;

/// <summary>The filters that users defined, and the rules for changing them (nwfilter.md section 6.1).</summary>
public sealed class FilterStore
{
    private readonly StateFolder _state;
    private readonly DocumentFolder _files;

    internal FilterStore(StateFolder state) => (_state, _files) = (state, state.Documents("filters"));

    public FilterCatalog Load()
    {
        Findings findings = new();
        ImmutableDictionary<string, FilterDefinition>.Builder filters =
            ImmutableDictionary.CreateBuilder<string, FilterDefinition>(StringComparer.Ordinal);
        foreach ((string name, string file, string text) in _files.Read(findings))
        {
            ReadResult read = FilterReader.Read(file, text);
            if (read.Filter is null)
            {
                Diagnostic first = read.Diagnostics.First(d => d.Severity == Severity.Error);
                findings.Add(DiagnosticTable.UnreadableDefinition, first.Position, $"the definition is ignored: {first.Message}");
            }
            else if (read.Filter.Name != name)
            {
                findings.Add(DiagnosticTable.MisnamedDefinition, read.Filter.Position,
                    $"the definition of '{read.Filter.Name}' is ignored, because the file is called '{name}'");
            }
            else
            {
                filters[name] = read.Filter;
            }
        }

        return new(filters.ToImmutable(), findings.ToImmutable());
    }

    /// <summary>Where a filter's definition is, or would be.</summary>
    public string FileOf(string name) => _files.FileOf(name);

    /// <summary>Whether a bound port uses the filter, directly or through others: its rules then follow the definition.</summary>
    public bool IsBound(string name) => !BoundPorts(name, Load().All).IsEmpty;

    /// <summary>Adds a filter, or replaces the one of its name; a missing UUID is taken over, or drawn.</summary>
    public StoreAnswer Define(FilterDefinition filter, Expected expected = Expected.Either)
    {
        using FileLock held = _state.Lock();
        return Define(filter, expected, held);
    }

    /// <summary>As the other, for a caller who holds the state's lock.</summary>
    public StoreAnswer Define(FilterDefinition filter, Expected expected, FileLock held)
    {
        ArgumentNullException.ThrowIfNull(held);
        FilterCatalog catalog = Load();
        return Check(filter, expected, catalog) ?? Save(filter);
    }

    /// <summary>Why the store would refuse the definition; null when it would not.</summary>
    public Diagnostic? WhyNot(FilterDefinition filter, Expected expected = Expected.Either) => Check(filter, expected, Load())?.Refusal;

    /// <summary>Removes a stored filter that nobody uses; a built-in one of its name comes to light again.</summary>
    public StoreAnswer Undefine(string nameOrUuid)
    {
        using FileLock held = _state.Lock();
        FilterCatalog catalog = Load();
        SourcePosition nowhere = new(nameOrUuid, 0, 0);
        if (catalog.Find(nameOrUuid) is not { } filter)
        {
            return StoreAnswer.Refused(DiagnosticTable.NotFound, nowhere, $"Network filter not found: no nwfilter with matching name '{nameOrUuid}'");
        }

        if (!catalog.Stored.ContainsKey(filter.Name))
        {
            return StoreAnswer.Refused(DiagnosticTable.InUse, filter.Position, $"filter '{filter.Name}' is built in");
        }

        ImmutableArray<string> users = catalog.IsStock(filter.Name) ? BoundPorts(filter.Name, catalog.All) : UsersOf(filter.Name, catalog);
        if (!users.IsEmpty)
        {
            return StoreAnswer.Refused(DiagnosticTable.InUse, filter.Position, $"nwfilter is in use: '{filter.Name}' is used by {string.Join(", ", users)}");
        }

        _files.Delete(filter.Name);
        return StoreAnswer.Done(filter);
    }

    /// <summary>The filter as reading its file will give it: with a UUID, and with positions in that file.</summary>
    public FilterDefinition AsStored(FilterDefinition filter)
    {
        FilterDefinition named = filter with { Uuid = filter.Uuid ?? Load().All.GetValueOrDefault(filter.Name)?.Uuid ?? Guid.NewGuid() };
        return FilterReader.Read(FileOf(filter.Name), Document(named)).Filter ?? throw new UnreachableException($"{filter.Name} cannot be read back");
    }

    private StoreAnswer Save(FilterDefinition filter)
    {
        FilterDefinition stored = AsStored(filter);
        _files.Save(filter.Name, Document(stored));
        return StoreAnswer.Done(stored);
    }

    private static string Document(FilterDefinition filter) =>
        $"<!-- Written by nwlab. To change it: nwlab filter edit {CommentSafe(filter.Name)} -->\n{FilterWriter.Write(filter)}";

    /// <summary>Two hyphens end a comment; the second pass is for runs of three and more.</summary>
    private static string CommentSafe(string name) =>
        name.Replace("--", "- -", StringComparison.Ordinal).Replace("--", "- -", StringComparison.Ordinal);

    /// <summary>Identity, loops, and what bound ports need; null when nothing speaks against the definition.</summary>
    private StoreAnswer? Check(FilterDefinition filter, Expected expected, FilterCatalog catalog)
    {
        if (expected == Expected.New && catalog.Stored.ContainsKey(filter.Name))
        {
            return StoreAnswer.Refused(DiagnosticTable.IdentityClash, filter.Position, $"filter '{filter.Name}' already exists",
                "use 'nwlab filter update' to replace it");
        }

        if (expected == Expected.Existing && !catalog.All.ContainsKey(filter.Name))
        {
            return StoreAnswer.Refused(DiagnosticTable.NotFound, filter.Position, $"there is no filter '{filter.Name}' to update",
                "use 'nwlab filter create' to add it");
        }

        FilterDefinition? same = catalog.Stored.GetValueOrDefault(filter.Name);
        if (same is not null && filter.Uuid is { } uuid && uuid != same.Uuid)
        {
            return StoreAnswer.Refused(DiagnosticTable.IdentityClash, filter.Position,
                $"filter '{filter.Name}' already exists with uuid {same.Uuid}", "write that uuid, or none");
        }

        if (catalog.All.Values.FirstOrDefault(f => f.Uuid is not null && f.Uuid == filter.Uuid && f.Name != filter.Name) is { } other)
        {
            return StoreAnswer.Refused(DiagnosticTable.IdentityClash, filter.Position,
                $"filter with same UUID but different name ('{other.Name}') already exists", "write another uuid, or none");
        }

        ImmutableDictionary<string, FilterDefinition> after = catalog.All.SetItem(filter.Name, filter);
        FilterGraph graph = new(after);
        if (graph.FindLoop(filter.Name) is { IsEmpty: false } loop)
        {
            return StoreAnswer.Refused(DiagnosticTable.Loop, filter.Position, $"filter would introduce a loop: {string.Join(" -> ", loop)}");
        }

        string? missing = graph.Reach(filter.Name).Order(StringComparer.Ordinal).FirstOrDefault(name => !after.ContainsKey(name));
        return missing is not null && BoundPorts(filter.Name, after) is { IsEmpty: false } ports
            ? StoreAnswer.Refused(DiagnosticTable.MissingReference, filter.Position, $"referenced filter '{missing}' is missing, and {string.Join(", ", ports)} would need it")
            : null;
    }

    private ImmutableArray<string> UsersOf(string name, FilterCatalog catalog) =>
        [.. new FilterGraph(catalog.All).UsersOf(name).Select(user => $"filter '{user}'"), .. BoundPorts(name, catalog.All)];

    private ImmutableArray<string> BoundPorts(string name, ImmutableDictionary<string, FilterDefinition> filters)
    {
        FilterGraph graph = new(filters);
        return [.. _state.Bindings.Load().Bindings.Where(b => graph.Reach(b.Filter.Filter).Contains(name)).Select(b => $"port '{b.Port}'")];
    }
}
