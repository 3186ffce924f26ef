using System.CommandLine;
using Lab.Commands.Filters;
using Lab.Engine.Diagnostics;
using Lab.Engine.Networks;

namespace Lab.Commands;

/// <summary><c>nwlab network check FILE…</c>: every mistake of network documents, and what no testbed here interprets.</summary>
internal static class NetworkCommand
{
    public static Command Create()
    {
        Argument<string[]> files = new("file") { Arity = ArgumentArity.OneOrMore, Description = "network documents, - for the standard input" };
        Command check = new DocumentedCommand("check", "Find mistakes in network documents, and say what is left out.",
            "nwlab network check default.xml", "virsh net-dumpxml default | nwlab network check -") { files };
        check.SetAction(line => Check(line.GetRequiredValue(files)));
        return new("network", "Virtual networks as their XML describes them.") { check };
    }

    private static int Check(string[] files)
    {
        Diagnostic[] found = [.. files.Select(FilterContext.Text).SelectMany(document => NetworkReader.Read(document.Name, document.Text).Diagnostics)];
        foreach (Diagnostic finding in found)
        {
            Console.WriteLine(finding);
        }

        int errors = found.Count(finding => finding.Severity == Severity.Error);
        Console.WriteLine($"{files.Length} files, {errors} errors, {found.Length - errors} warnings");
        return errors > 0 ? ExitCode.Failed : ExitCode.Success;
    }
}
