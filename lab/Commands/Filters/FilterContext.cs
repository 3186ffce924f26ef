using System.CommandLine;
using Lab.Engine.Apply;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Interop;
using Lab.Live;
using Lab.Store;

namespace Lab.Commands.Filters;

/// <summary>What every command about filters works with: the store, the common options, two streams.</summary>
internal sealed class FilterContext(ParseResult line)
{
    public StateFolder State { get; } = CommonOptions.StateOf(line);

    public bool Json { get; } = line.GetValue(CommonOptions.Json);

    public bool Quiet { get; } = line.GetValue(CommonOptions.Quiet);

    public bool Strict { get; } = line.GetValue(CommonOptions.Strict);

    public TextWriter Output { get; } = line.InvocationConfiguration.Output;

    public TextWriter Error { get; } = line.InvocationConfiguration.Error;

    /// <summary>The catalog, after saying which files of the store could not be taken.</summary>
    public FilterCatalog Catalog()
    {
        FilterCatalog catalog = State.Filters.Load();
        Report(catalog.Findings);
        return catalog;
    }

    /// <summary>The filter of that name or UUID; null after saying in virsh's words that there is none.</summary>
    public FilterDefinition? Find(string nameOrUuid)
    {
        FilterDefinition? filter = Catalog().Find(nameOrUuid);
        if (filter is null)
        {
            Fail($"failed to get nwfilter '{nameOrUuid}'", $"Network filter not found: no nwfilter with matching name '{nameOrUuid}'");
        }

        return filter;
    }

    public void Report(IEnumerable<Diagnostic> findings)
    {
        foreach (Diagnostic finding in findings)
        {
            Error.WriteLine(finding);
        }
    }

    /// <summary>A line of confirmation, and an empty one as virsh prints it.</summary>
    public void Confirm(string sentence)
    {
        if (!Quiet)
        {
            Output.WriteLine($"{sentence}\n");
        }
    }

    /// <summary>What failed, then why, as virsh prints it.</summary>
    public int Fail(string what, string? why = null)
    {
        Error.WriteLine($"error: {what}");
        if (why is not null)
        {
            Error.WriteLine($"error: {why}");
        }

        return ExitCode.Failed;
    }

    /// <summary>Stores a filter; where bound ports use it, the kernel follows first.</summary>
    /// <returns>As it is stored; null after saying why not.</returns>
    public FilterDefinition? Define(FilterDefinition filter, Expected expected, string failure)
    {
        Diagnostic[] found = [.. State.Filters.IsBound(filter.Name) ? DefineLive(filter, expected)
            : State.Filters.Define(filter, expected).Refusal is { } refusal ? [refusal] : []];
        Report(found.Where(finding => finding.Severity == Severity.Warning));
        if (found.FirstOrDefault(finding => finding.Severity == Severity.Error) is { } error)
        {
            Fail(failure, $"operation failed: {error.Message}{(error.Help is null ? "" : $"\n  help: {error.Help}")}");
            return null;
        }

        return State.Filters.Load().Stored[filter.Name];
    }

    private IEnumerable<Diagnostic> DefineLive(FilterDefinition filter, Expected expected)
    {
        using NetworkNamespace here = NetworkNamespace.Current();
        using KernelFirewall kernel = new(here);
        return new LiveHost(State, kernel).Define(filter, expected);
    }

    /// <summary>The text of a file, or of the standard input for <c>-</c>, and what positions call it.</summary>
    public static (string Name, string Text) Text(string file) =>
        file == "-" ? ("stdin", Console.In.ReadToEnd()) : (file, File.ReadAllText(file));

    /// <summary>Reads a filter and says what was found in it.</summary>
    public FilterDefinition? Read(string file)
    {
        (string name, string text) = Text(file);
        ReadResult read = FilterReader.Read(name, text, Strict);
        Report(read.Diagnostics);
        return read.Filter;
    }
}
