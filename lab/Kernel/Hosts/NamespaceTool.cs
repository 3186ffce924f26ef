using System.ComponentModel;
using Lab.Contract.Testbeds;
using Lab.Engine.Interop;
using Lab.Engine.Packets;

namespace Lab.Kernel.Hosts;

/// <summary>Runs a tool in the namespace of the calling thread, which a child process inherits.</summary>
internal static class NamespaceTool
{
    /// <summary>Carries out lines of <c>ip</c> commands in one process.</summary>
    /// <exception cref="TestbedException">The tool is missing, or refused a line.</exception>
    /// <param name="family">For lines that name no address: <c>-6</c>, or what ip takes by itself, IPv4.</param>
    public static void Ip(IReadOnlyCollection<string> lines, string? family = null) => Batch("ip", lines, family is null ? [] : [family]);

    /// <summary>Carries out lines of <c>bridge</c> commands in one process.</summary>
    /// <exception cref="TestbedException">The tool is missing, or refused a line.</exception>
    public static void Bridge(IReadOnlyCollection<string> lines) => Batch("bridge", lines, []);

    private static void Batch(string tool, IReadOnlyCollection<string> lines, string[] options)
    {
        if (lines.Count > 0)
        {
            _ = Run(tool, [.. options, "-batch", "-"], string.Join('\n', lines) + "\n");
        }
    }

    /// <summary>The character devices of macvtaps, as <c>MAJOR:MINOR</c> in the order given; sysfs shows a namespace only where
    /// it was mounted there, hence a mount of the child's own.</summary>
    public static string[] MacvtapNumbers(IEnumerable<string> names) =>
        Run("unshare", ["-m", "sh", "-c", $"mount -t sysfs none /sys && for n in {string.Join(' ', names)}; do cat /sys/class/net/$n/tap*/dev; done"], "")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a device says that it has a carrier, which is a moment later than it has (net/core/link_watch.c).</summary>
    public static bool HasCarrier(InterfaceName device) => !Run("ip", ["-o", "link", "show", device.ToString()], "").Contains("NO-CARRIER", StringComparison.Ordinal);

    private static string Run(string tool, IEnumerable<string> arguments, string input)
    {
        try
        {
            ChildProcess answer = ChildProcess.Run(tool, arguments, input);
            return answer.ExitCode == 0 ? answer.Output : throw new TestbedException($"{tool}: {answer.Errors}\n{input}");
        }
        catch (Win32Exception missing)
        {
            throw new TestbedException($"{tool} cannot be started", missing);
        }
    }
}
