using Lab.Engine.Filters;
using Lab.Engine.Filters.Drafts;

namespace Lab.Commands.Filters;

/// <summary><c>nwlab filter import-cim</c>: the draft format of 2010 in, today's filter out.</summary>
internal static class FilterImport
{
    public static int Run(FilterContext context, string file, string? name)
    {
        (string source, string text) = FilterContext.Text(file);
        ReadResult read = DraftImporter.Import(source, text, name ?? Path.GetFileNameWithoutExtension(source));
        context.Report(read.Diagnostics);
        if (read.Filter is null)
        {
            return context.Fail($"Failed to import network filter from {file}");
        }

        if (context.Json)
        {
            JsonText.Write(context.Output, json => FilterJson.WriteFilter(json, read.Filter));
        }
        else
        {
            context.Output.Write(FilterWriter.Write(read.Filter));
        }

        return ExitCode.Success;
    }
}
