using System.Diagnostics;

namespace Lab.Live;

/// <summary>The places in a change where a kill is tried: NWLAB_FAULT names one, and the process ends there as by kill -9.</summary>
internal static class FaultPoint
{
    public const string Checked = "checked", Journaled = "journaled", Stored = "stored", Applied = "applied", Undone = "undone";

    public static readonly IReadOnlyList<string> All = [Checked, Journaled, Stored, Applied, Undone];

    public static void Pass(string name)
    {
        if (Environment.GetEnvironmentVariable("NWLAB_FAULT") == name)
        {
            using Process self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite); // SIGKILL is on its way
        }
    }
}
