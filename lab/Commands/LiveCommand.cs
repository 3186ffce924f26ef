using System.Collections.Immutable;
using System.CommandLine;
using Lab.Engine.Apply;
using Lab.Engine.Diagnostics;
using Lab.Engine.Interop;
using Lab.Live;
using Lab.Store;

namespace Lab.Commands;

/// <summary>What the commands share that change or inspect the kernel of the namespace they run in.</summary>
internal static class LiveCommand
{
    public static readonly Option<string?> State = new("--state")
    {
        Description = $"the state folder [default: ${StateFolder.Variable}, or {StateFolder.Default}]",
    };

    public static StateFolder Folder(ParseResult line) => StateFolder.Resolve(line.GetValue(State));

    public static string Text(string path) => path == "-" ? Console.In.ReadToEnd() : File.ReadAllText(path);

    /// <summary>Runs the work on the state folder's host and prints what it found, or that it is done.</summary>
    public static int Run(ParseResult line, Func<LiveHost, ImmutableArray<Diagnostic>> work, string done, ImmutableArray<Diagnostic> before)
    {
        using NetworkNamespace here = NetworkNamespace.Current();
        using KernelFirewall kernel = new(here);
        ImmutableArray<Diagnostic> found = [.. before, .. work(new(Folder(line), kernel))];
        int code = Report(found);
        if (code == ExitCode.Success)
        {
            Console.WriteLine(done);
        }

        return code;
    }

    public static int Refuse(ImmutableArray<Diagnostic> found)
    {
        _ = Report(found);
        return ExitCode.BadInput;
    }

    /// <summary>Prints findings; their exit code is that of bad input if any is an error.</summary>
    public static int Report(ImmutableArray<Diagnostic> found)
    {
        foreach (Diagnostic finding in found.Distinct())
        {
            Console.Error.WriteLine(finding);
        }

        return found.Any(finding => finding.Severity == Severity.Error) ? ExitCode.BadInput : ExitCode.Success;
    }
}
