using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.ComponentModel;
using Lab.Commands;
using Lab.Commands.Filters;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;

namespace Lab;

/// <summary>The command line. Every command is one file in <c>Commands/</c> and one line here.</summary>
/// <remarks>Here, and nowhere else, do exceptions of the outside world become words.</remarks>
internal static class EntryPoint
{
    /// <summary>A word that begins with @ is a tag here, and no file of further arguments.</summary>
    private static readonly ParserConfiguration Syntax = new() { ResponseFileTokenReplacer = null };

    public static int Main(string[] args)
    {
        try
        {
            return Run(CreateRoot().Parse(args, Syntax));
        }
        catch (Exception refused) when (refused is TestbedException or IOException or UnauthorizedAccessException
            or Win32Exception or UserMistakeException or KernelRefusedException)
        {
            Console.Error.WriteLine($"nwlab: {refused.Message}");
            return ExitCode.BadInput;
        }
    }

    internal static RootCommand CreateRoot()
    {
        RootCommand root = new("Filters for the network ports of virtual machines: simulated, proved on a kernel, applied.");
        VersionOption version = root.Options.OfType<VersionOption>().Single();
        version.Action = new PrintVersion();
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((SynchronousCommandLineAction)help.Action!);
        foreach (string foreign in new[] { "-?", "/?", "/h" }) // they crowd the shell's completions
        {
            help.Aliases.Remove(foreign);
        }

        root.Add(RunCommand.Create());
        root.Add(StepsCommand.Create());
        root.Add(CheckFeaturesCommand.Create());
        root.Add(NetworkCommand.Create());
        root.Add(DrawCommand.Create());
        foreach (Command command in BindingCommands.Create().Concat(HostCommands.Create()))
        {
            root.Add(command);
        }

        root.Add(ExplainCommand.Create());
        root.Add(FuzzCommand.Create());
        root.Add(DivergencesCommand.Create());
        root.Add(FilterCommand.Create());
        foreach (Command command in FilterCommand.CreateVirshNames())
        {
            root.Add(command);
        }

        root.Add(CompletionCommand.Create());
        root.Add(BenchCommand.Create());
        return root;
    }

    private static int Run(ParseResult line)
    {
        InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false };
        int code = line.Invoke(configuration);
        return line.Errors.Count > 0 ? ExitCode.BadInput : code;
    }
}
