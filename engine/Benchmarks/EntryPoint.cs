using BenchmarkDotNet.Running;

namespace Lab.Engine.Benchmarks;

internal static class EntryPoint
{
    /// <summary>Without arguments a table in seconds; with any, BenchmarkDotNet takes them.</summary>
    public static void Main(string[] args)
    {
        if (args.Length == 0)
        {
            QuickMeasurement.Print(Console.Out);
        }
        else
        {
            BenchmarkSwitcher.FromAssembly(typeof(EntryPoint).Assembly).Run(args);
        }
    }
}
