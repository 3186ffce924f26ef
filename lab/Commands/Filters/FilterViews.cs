using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;

namespace Lab.Commands.Filters;

/// <summary>The commands that print what is in the store.</summary>
internal static class FilterViews
{
    /// <summary>Which part of the table is wanted.</summary>
    internal enum Columns
    {
        Table,
        Names,
        Uuids,
    }

    public static int List(FilterContext context, Columns columns)
    {
        FilterDefinition[] filters = [.. context.Catalog().All.Values.OrderBy(f => f.Name, StringComparer.Ordinal)];
        if (context.Json)
        {
            JsonText.Write(context.Output, json =>
            {
                json.WriteStartArray();
                foreach (FilterDefinition filter in filters)
                {
                    FilterJson.WriteSummary(json, filter);
                }

                json.WriteEndArray();
            });
        }
        else if (columns == Columns.Table)
        {
            VirshTable.Print(context.Output, ["UUID", "Name"], [.. filters.Select(f => (string[])[$"{f.Uuid}", f.Name])], context.Quiet);
        }
        else
        {
            foreach (FilterDefinition filter in filters)
            {
                context.Output.WriteLine(columns == Columns.Names ? filter.Name : $"{filter.Uuid}");
            }
        }

        return ExitCode.Success;
    }

    /// <summary>The canonical document, then an empty line.</summary>
    public static int Show(FilterContext context, string nameOrUuid)
    {
        if (context.Find(nameOrUuid) is not { } filter)
        {
            return ExitCode.Failed;
        }

        if (context.Json)
        {
            JsonText.Write(context.Output, json => FilterJson.WriteFilter(json, filter));
        }
        else
        {
            context.Output.WriteLine(FilterWriter.Write(filter));
        }

        return ExitCode.Success;
    }
}
