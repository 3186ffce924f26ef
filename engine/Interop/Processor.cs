using System.Runtime.InteropServices;

namespace Lab.Engine.Interop;

/// <summary>Keeps the calling thread on the processor where it runs, until disposed of: sched_setaffinity(2).</summary>
/// <remarks>What a device hands to the softirq of a processor keeps its order there, and only there (netif_rx, enqueue_to_backlog
/// in net/core/dev.c). Where the kernel refuses, the thread roams as before.</remarks>
public readonly ref partial struct Processor : IDisposable
{
    private const int MostProcessors = 8192; // CPU_SETSIZE is 1024; kernels are built for up to 8192 (NR_CPUS)
    private const int MaskBytes = MostProcessors / 8;

    private readonly byte[]? _before;

    private Processor(byte[]? before) => _before = before;

    public static Processor Stay() => MoveTo(CurrentProcessor());

    /// <summary>Those that the thread may use.</summary>
    public static IEnumerable<int> Usable()
    {
        byte[] mask = new byte[MaskBytes];
        return GetAffinity(0, MaskBytes, mask) < 0 ? [CurrentProcessor()]
            : Enumerable.Range(0, MostProcessors).Where(number => (mask[number / 8] >> number % 8 & 1) != 0);
    }

    public static Processor MoveTo(int number)
    {
        byte[] before = new byte[MaskBytes];
        if (number is < 0 or >= MostProcessors || GetAffinity(0, MaskBytes, before) < 0)
        {
            return new(null);
        }

        byte[] only = new byte[MaskBytes];
        only[number / 8] = (byte)(1 << number % 8);
        return new(SetAffinity(0, MaskBytes, only) < 0 ? null : before);
    }

    public void Dispose()
    {
        if (_before is not null)
        {
            _ = SetAffinity(0, MaskBytes, _before);
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    private static partial int CurrentProcessor();

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nuint length, Span<byte> mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint length, ReadOnlySpan<byte> mask);
}
