using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Lab.Engine.Interop;

/// <summary>Waits until a descriptor has something to read: poll(2).</summary>
public static partial class Readiness
{
    private const short Readable = 1; // POLLIN
    private const int Interrupted = 4; // EINTR

    /// <returns>False when nothing came in time.</returns>
    public static bool Wait(IFramePort device, TimeSpan atMost) => Wait(device.Descriptor, $"a frame on {device.Name}", atMost);

    internal static bool Wait(int descriptor, string what, TimeSpan atMost)
    {
        Span<PollEntry> entries = [new() { Descriptor = descriptor, Events = Readable }];
        int ready;
        while ((ready = Poll(entries, (nuint)entries.Length, (int)atMost.TotalMilliseconds)) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError(), $"poll: waiting for {what}");
            }
        }

        return ready > 0;
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Span<PollEntry> entries, nuint count, int milliseconds);

    /// <summary>struct pollfd.</summary>
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
