using Spectre.Console;

namespace Lab.Commands.Running;

/// <summary>Standard output as a person's terminal or as a log.</summary>
internal static class Terminals
{
    /// <remarks>A log takes neither colours nor line breaks at 80 columns.</remarks>
    public static IAnsiConsole Output()
    {
        bool log = Console.IsOutputRedirected;
        IAnsiConsole console = AnsiConsole.Create(new()
        {
            Ansi = log ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = log ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (log)
        {
            console.Profile.Width = int.MaxValue;
        }

        return console;
    }
}
