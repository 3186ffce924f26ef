using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Store;

namespace Lab.Commands.Filters;

/// <summary>The commands that change the store.</summary>
internal static class FilterChanges
{
    public static int Define(FilterContext context, string file) => Store(context, file, "define", "defined", Expected.Either);

    public static int Create(FilterContext context, string file) => Store(context, file, "create", "created", Expected.New);

    public static int Update(FilterContext context, string file) => Store(context, file, "update", "updated", Expected.Existing);

    public static int Undefine(FilterContext context, string nameOrUuid)
    {
        StoreAnswer answer = context.State.Filters.Undefine(nameOrUuid);
        if (answer.Filter is null)
        {
            return context.Fail(
                answer.Refusal!.Code == DiagnosticTable.NotFound.Code ? $"failed to get nwfilter '{nameOrUuid}'" : $"Failed to undefine network filter {nameOrUuid}",
                answer.Refusal.Message);
        }

        Show(context, answer.Filter, $"Network filter {answer.Filter.Name} undefined");
        return ExitCode.Success;
    }

    /// <summary>Copies a filter under a new name, without its UUID.</summary>
    public static int CreateFrom(FilterContext context, string original, string name)
    {
        if (context.Find(original) is not { } filter)
        {
            return ExitCode.Failed;
        }

        if (context.Define(filter with { Name = name, Uuid = null }, Expected.New, $"Failed to create network filter {name} from {original}") is not { } copy)
        {
            return ExitCode.Failed;
        }

        Show(context, copy, $"Network filter {name} created from {filter.Name}");
        return ExitCode.Success;
    }

    private static int Store(FilterContext context, string file, string verb, string done, Expected expected)
    {
        string failure = $"Failed to {verb} network filter from {file}";
        if (context.Read(file) is not { } filter)
        {
            return context.Fail(failure);
        }

        if (context.Define(filter, expected, failure) is not { } stored)
        {
            return ExitCode.Failed;
        }

        Show(context, stored, $"Network filter {filter.Name} {done} from {file}");
        return ExitCode.Success;
    }

    private static void Show(FilterContext context, FilterDefinition filter, string sentence)
    {
        if (context.Json)
        {
            JsonText.Write(context.Output, json => FilterJson.WriteSummary(json, filter));
        }
        else
        {
            context.Confirm(sentence);
        }
    }
}
