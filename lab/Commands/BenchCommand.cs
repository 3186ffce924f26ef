using System.CommandLine;
using Lab.Benchmarks;

namespace Lab.Commands;

/// <summary><c>nwlab bench</c>: numbers measured here and now, for comparison within one run.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        Command simulator = new("simulator", "Frames a second, memory, and how fast the simulator and a kernel are compared.");
        simulator.SetAction(_ =>
        {
            SimulatorBenchmark.Run(Console.Out);
            return ExitCode.Success;
        });
        Command bench = new("bench", "Measure, and print what was measured.") { simulator };
        foreach (Command command in ApplierBenchCommands.Create())
        {
            bench.Add(command);
        }

        return bench;
    }
}
