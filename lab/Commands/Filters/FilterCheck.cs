using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;

namespace Lab.Commands.Filters;

/// <summary><c>nwlab filter check</c>: reads any number of documents and says what is wrong with them.</summary>
internal static class FilterCheck
{
    /// <param name="paths">Files, - for the standard input, and folders whose <c>.xml</c> files are meant, deep down.</param>
    public static int Run(FilterContext context, IEnumerable<string> paths)
    {
        int files = 0, errors = 0, warnings = 0;
        List<Diagnostic> all = [];
        foreach (string file in paths.SelectMany(Files))
        {
            files++;
            (string name, string text) = FilterContext.Text(file);
            ReadResult read = FilterReader.Read(name, text, context.Strict);
            errors += read.Diagnostics.Count(d => d.Severity == Severity.Error);
            warnings += read.Diagnostics.Count(d => d.Severity == Severity.Warning);
            if (context.Json)
            {
                all.AddRange(read.Diagnostics);
            }
            else
            {
                context.Report(read.Diagnostics);
            }
        }

        if (context.Json)
        {
            JsonText.Write(context.Output, json =>
            {
                json.WriteStartObject();
                json.WriteNumber("files", files);
                json.WriteNumber("errors", errors);
                json.WriteNumber("warnings", warnings);
                FilterJson.WriteDiagnostics(json, all);
                json.WriteEndObject();
            });
        }
        else if (!context.Quiet)
        {
            context.Output.WriteLine($"{Count(files, "file")}, {Count(errors, "error")}, {Count(warnings, "warning")}");
        }

        return errors > 0 ? ExitCode.Failed : ExitCode.Success;
    }

    private static string Count(int number, string word) => $"{number} {word}{(number == 1 ? "" : "s")}";

    private static IEnumerable<string> Files(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        : [path];
}
