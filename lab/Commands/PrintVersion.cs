using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Lab.Commands;

/// <summary><c>nwlab --version</c>: the version, and the revision that the binary was built from if the build knew it.</summary>
internal sealed class PrintVersion : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(Text);
        return ExitCode.Success;
    }

    internal static string Text
    {
        get
        {
            string full = typeof(PrintVersion).Assembly
                .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            string[] parts = full.Split('+', 2);
            return parts.Length == 2 ? $"nwlab {parts[0]} (revision {parts[1]})" : $"nwlab {parts[0]}";
        }
    }
}
