using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Lab.Engine.Interop;

/// <summary>Waiting until whatever the kernel was at is done: membarrier(2).</summary>
internal static partial class GracePeriod
{
    private const int Barrier = 324; // SYS_membarrier on x86-64
    private const int BarrierGeneric = 283; // and where system calls have the generic numbers: arm64
    private const int Global = 1; // MEMBARRIER_CMD_GLOBAL, which is synchronize_rcu (kernel/sched/membarrier.c)

    /// <summary>Returns when every frame is through that was being judged on some processor: rules are read under RCU.</summary>
    public static void Wait()
    {
        int number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? Barrier : BarrierGeneric;
        if (SystemCall(number, Global, 0, 0) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "membarrier: waiting for a grace period");
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint command, nint flags, nint processor);
}
