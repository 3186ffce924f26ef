using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lab.Engine.Interop;

/// <summary>
/// A network namespace without a name, and the one thread that lives in it. It exists as long as something holds it:
/// this thread, or a descriptor made in it; so nothing is left of it after the process, however the process ended.
/// </summary>
/// <remarks>
/// Namespaces belong to threads (unshare(2)), and a pool thread would carry one off; hence a thread of its own to which
/// work is handed. Descriptors made there keep their namespace wherever they are used.
/// </remarks>
public sealed partial class NetworkNamespace : IDisposable
{
    private const int CloneNewNet = 0x4000_0000; // CLONE_NEWNET, include/uapi/linux/sched.h

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    private NetworkNamespace(string name, Action enter)
    {
        ExceptionDispatchInfo? refusal = null;
        using ManualResetEventSlim entered = new();
        _thread = new Thread(() => Live(Enter)) { IsBackground = true, Name = name };
        _thread.Start();
        entered.Wait();
        refusal?.Throw();

        bool Enter()
        {
            try
            {
                enter();
            }
            catch (Win32Exception exception)
            {
                refusal = ExceptionDispatchInfo.Capture(exception);
            }
            finally
            {
                entered.Set();
            }

            return refusal is null;
        }
    }

    /// <summary>Makes an empty namespace: a loopback device that is down, and nothing else.</summary>
    /// <exception cref="Win32Exception">EPERM without CAP_SYS_ADMIN.</exception>
    public static NetworkNamespace Create() => new("netns", static () =>
    {
        if (Unshare(CloneNewNet) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "unshare: making a network namespace");
        }
    });

    /// <summary>Enters the namespace behind a file such as <c>/proc/PID/ns/net</c>.</summary>
    /// <exception cref="Win32Exception">EPERM without CAP_SYS_ADMIN; EINVAL for a file of another kind.</exception>
    public static NetworkNamespace Enter(SafeFileHandle file) => new("netns", () =>
    {
        if (SetNs(file, CloneNewNet) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "setns: entering a network namespace");
        }
    });

    /// <summary>The namespace that this process was started in, on a thread of its own.</summary>
    public static NetworkNamespace Current() => new("netns", static () => { });

    /// <summary>Runs the work inside and waits for it; what it throws is thrown here.</summary>
    public T Run<T>(Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        using ManualResetEventSlim done = new();
        _work.Add(() =>
        {
            try
            {
                result = work();
            }
#pragma warning disable CA1031 // whatever it is, it belongs to the caller's thread
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
            finally
            {
                done.Set();
            }
        });
        done.Wait();
        failure?.Throw();
        return result;
    }

    public void Run(Action work) => Run(() =>
    {
        work();
        return true;
    });

    /// <summary>Sets a sysctl of this namespace; /proc/sys/net follows the thread that opens it.</summary>
    /// <param name="path">Below /proc/sys, with slashes.</param>
    public void SetSysctl(string path, string value) => Run(() => File.WriteAllText($"/proc/sys/{path}", value));

    /// <summary>Ends the thread; the kernel takes the namespace away once no descriptor holds it either.</summary>
    public void Dispose()
    {
        if (!_work.IsAddingCompleted)
        {
            _work.CompleteAdding();
            _thread.Join();
            _work.Dispose();
        }
    }

    private void Live(Func<bool> enter)
    {
        if (!enter())
        {
            return;
        }

        foreach (Action work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }

    /// <summary>The file that names the calling thread's namespace to other processes.</summary>
    public static string PathOfCurrent() => $"/proc/{Environment.ProcessId}/task/{ThreadId()}/ns/net";

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int ThreadId();

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNs(SafeFileHandle file, int kind);
}
