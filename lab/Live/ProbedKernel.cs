using System.Collections.Immutable;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Store;

namespace Lab.Live;

/// <summary>What the kernel has, asked once per kernel release and remembered in the state folder.</summary>
internal static class ProbedKernel
{
    /// <returns>Each feature, and whether it is there.</returns>
    public static ImmutableArray<(KernelFeature Feature, bool Present)> Of(StateFolder state)
    {
        string release = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        string file = Path.Combine(state.Path, "probe");
        string[] known = File.Exists(file) ? File.ReadAllLines(file) : [];
        if (known.FirstOrDefault() != release || known.Length != KernelFeature.All.Length + 1)
        {
            known = [release, .. KernelFeature.Probe().Zip(KernelFeature.All, (there, feature) => $"{(there ? "yes" : "no")} {feature.Name}")];
            using FileLock held = state.Lock();
            WholeFile.Write(file, string.Join('\n', known) + "\n");
        }

        return [.. KernelFeature.All.Zip(known.Skip(1), (feature, line) => (feature, line.StartsWith("yes", StringComparison.Ordinal)))];
    }
}
