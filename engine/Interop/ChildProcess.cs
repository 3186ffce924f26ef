using System.ComponentModel;
using System.Diagnostics;

namespace Lab.Engine.Interop;

/// <summary>A tool that has run to its end, in the namespaces of the thread that called it, which a child inherits.</summary>
/// <param name="ExitCode">0 when it did what it was asked.</param>
public sealed record ChildProcess(int ExitCode, string Output, string Errors)
{
    /// <exception cref="Win32Exception">It cannot be started, for instance because it is not installed.</exception>
    public static ChildProcess Run(string tool, IEnumerable<string> arguments, string input = "")
    {
        ProcessStartInfo start = new(tool, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync(); // or a full pipe would block it
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It stopped reading, and says why in its errors.
        }

        process.WaitForExit();
        return new(process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}
