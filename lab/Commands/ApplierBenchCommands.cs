using System.CommandLine;
using Lab.Benchmarks;

namespace Lab.Commands;

/// <summary><c>nwlab bench apply</c>, <c>datapath</c> and <c>leak</c>: what the applier and its rules cost, in namespaces of their own.</summary>
internal static class ApplierBenchCommands
{
    public static IEnumerable<Command> Create() => [Apply(), Datapath(), Leak()];

    private static Command Apply()
    {
        Option<int> ports = new("--ports") { Description = "how many taps to bind", DefaultValueFactory = _ => 1000 };
        Option<string?> against = new("--against") { Description = "libvirt: bind with it too, and print the ratio" };
        Command command = new("apply", "Bind, bind one more, and redefine clean-traffic under many ports.") { ports, against };
        command.SetAction(line =>
        {
            ApplyBench.Run(line.GetValue(ports), line.GetValue(against) == "libvirt", Console.Out);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Datapath()
    {
        Option<string?> against = new("--against") { Description = "libvirt: measure its rules too" };
        Command command = new("datapath", "What a frame costs with 1, 100 and 1,000 bound ports.") { against };
        command.SetAction(line =>
        {
            DatapathBench.Run(line.GetValue(against) == "libvirt", Console.Out);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Leak()
    {
        Option<int> swaps = new("--swaps") { Description = "policy changes under load", DefaultValueFactory = _ => 1000 };
        Command command = new("leak", "Frames that match neither the old nor the new policy while policies are swapped.") { swaps };
        command.SetAction(line => LeakBench.Run(line.GetValue(swaps), Console.Out) == 0 ? ExitCode.Success : ExitCode.Failed);
        return command;
    }
}
