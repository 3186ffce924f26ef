namespace Lab.Tests.Commands;

/// <summary>Runs nwlab inside of the test, with what it prints caught.</summary>
/// <remarks>The console is one for the process: tests that use it share the collection "console".</remarks>
internal static class CommandLine
{
    public static (int Code, string Output) Run(params string[] arguments)
    {
        (TextWriter output, TextWriter error) = (Console.Out, Console.Error);
        using StringWriter caught = new();
        Console.SetOut(caught);
        Console.SetError(caught);
        try
        {
            return (EntryPoint.Main(arguments), caught.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
