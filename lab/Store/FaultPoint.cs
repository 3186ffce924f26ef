using System.Diagnostics;
using System.Globalization;

namespace Lab.Store;

/// <summary>
/// The places in a change where a kill is tried: <c>NWLAB_FAULT=NAME</c>, or <c>NAME:N</c> for the N-th time there, and the
/// process ends at that place as by kill -9.
/// </summary>
internal static class FaultPoint
{
    /// <summary>The change is known to be possible; nothing is written.</summary>
    public const string Checked = "checked";

    /// <summary>A file's new text is beside it on disk and not yet in its place.</summary>
    public const string Drafted = "drafted";

    /// <summary>The old documents are in the journal.</summary>
    public const string Journaled = "journaled";

    /// <summary>The new documents are in their places.</summary>
    public const string Stored = "stored";

    /// <summary>The kernel is about to be asked; once per transaction.</summary>
    public const string Loading = "loading";

    /// <summary>The kernel has agreed; the journal is still there.</summary>
    public const string Applied = "applied";

    /// <summary>The kernel has refused, and the old documents are back.</summary>
    public const string Undone = "undone";

    public static readonly IReadOnlyList<string> All = [Checked, Drafted, Journaled, Stored, Loading, Applied, Undone];

    private static readonly string[]? Chosen = Environment.GetEnvironmentVariable("NWLAB_FAULT")?.Split(':');

    private static int _met;

    public static void Pass(string name)
    {
        if (Chosen?[0] == name && ++_met == (Chosen.Length > 1 ? int.Parse(Chosen[1], CultureInfo.InvariantCulture) : 1))
        {
            using Process self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite); // SIGKILL is on its way
        }
    }
}
