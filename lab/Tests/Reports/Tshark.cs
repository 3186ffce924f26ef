using System.ComponentModel;
using Lab.Engine.Interop;

namespace Lab.Tests.Reports;

/// <summary>Wireshark on the command line, as a second opinion on captures and decodes.</summary>
internal static class Tshark
{
    private const string Program = "tshark";

    /// <summary>Why it cannot be asked; null when it can.</summary>
    public static string? WhyNot { get; } = Try();

    /// <summary>Reads a capture and returns what it printed; anything on standard error is a failure.</summary>
    public static string Read(string capture, params string[] arguments)
    {
        (int code, string output, string errors) = ChildProcess.Run(Program, ["-r", capture, .. arguments]);
        // Wireshark remarks on being root, which says nothing about the capture.
        string[] warnings = [.. errors.Split('\n').Where(line => line.Length > 0 && !line.Contains("Running as user", StringComparison.Ordinal))];
        warnings.Should().BeEmpty();
        code.Should().Be(0);
        return output;
    }

    private static string? Try()
    {
        try
        {
            _ = ChildProcess.Run(Program, ["--version"]);
            return null;
        }
        catch (Win32Exception)
        {
            return "tshark is not installed (Debian package tshark)";
        }
    }
}

/// <summary>A test that asks tshark; skipped with the reason where it is missing.</summary>
public sealed class TsharkFactAttribute : FactAttribute
{
    public TsharkFactAttribute() => Skip = Tshark.WhyNot;
}
