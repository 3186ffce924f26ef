using System.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Store;

namespace Lab.Commands.Filters;

/// <summary><c>nwlab filter edit</c>: the document in the user's editor, then a redefinition.</summary>
internal static class FilterEdit
{
    public static int Run(FilterContext context, string nameOrUuid)
    {
        if (context.Find(nameOrUuid) is not { } filter)
        {
            return ExitCode.Failed;
        }

        string before = FilterWriter.Write(filter);
        string file = Path.Combine(Path.GetTempPath(), $"nwlab-{Guid.NewGuid():N}.xml");
        File.WriteAllText(file, before);
        try
        {
            return Edit(context, filter, before, file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static int Edit(FilterContext context, FilterDefinition filter, string before, string file)
    {
        do
        {
            if (!RunEditor(file))
            {
                return context.Fail("the editor failed; nothing was changed");
            }

            if (File.ReadAllText(file) == before)
            {
                context.Confirm($"Network filter {filter.Name} XML configuration not changed.");
                return ExitCode.Success;
            }

            if (TryStore(context, filter, file))
            {
                context.Confirm($"Network filter {filter.Name} XML configuration edited.");
                return ExitCode.Success;
            }
        }
        while (WantsToTryAgain(context));

        return ExitCode.Failed;
    }

    private static bool TryStore(FilterContext context, FilterDefinition before, string file)
    {
        if (context.Read(file) is not { } edited)
        {
            return false;
        }

        if (edited.Name != before.Name)
        {
            context.Fail("a filter's name cannot be edited", "use 'nwlab filter create-from' to copy it");
            return false;
        }

        return context.Define(edited, Expected.Either, $"Failed to define network filter {before.Name}") is not null;
    }

    private static bool WantsToTryAgain(FilterContext context)
    {
        if (Console.IsInputRedirected)
        {
            return false;
        }

        context.Output.Write("Failed. Try again? [y,n]: ");
        return Console.ReadLine()?.Trim() is "y" or "Y";
    }

    /// <summary>The editor may be a command with arguments, so a shell splits it.</summary>
    private static bool RunEditor(string file)
    {
        string editor = Variable("VISUAL") ?? Variable("EDITOR") ?? "vi";
        using Process process = Process.Start("sh", ["-c", $"{editor} \"$1\"", "sh", file]);
        process.WaitForExit();
        return process.ExitCode == 0;

        static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
    }
}
