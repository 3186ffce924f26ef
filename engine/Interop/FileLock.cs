using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lab.Engine.Interop;

/// <summary>An exclusive advisory lock on a file (flock(2)), held until disposal or the end of the process.</summary>
public sealed partial class FileLock : IDisposable
{
    private const int Exclusive = 2; // LOCK_EX, include/uapi/asm-generic/fcntl.h
    private const int Interrupted = 4; // EINTR

    private readonly SafeFileHandle _file;

    private FileLock(SafeFileHandle file) => _file = file;

    /// <summary>Waits for the lock; makes the file when it is missing.</summary>
    /// <exception cref="Win32Exception">The file cannot be opened.</exception>
    public static FileLock Take(string path)
    {
        SafeFileHandle file = OpenFile.At(path, OpenFile.ReadWriteCreate);
        while (Flock(file, Exclusive) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                file.Dispose();
                throw new Win32Exception(error, $"flock {path}");
            }
        }

        return new(file);
    }

    /// <summary>Closing the descriptor gives the lock back.</summary>
    public void Dispose() => _file.Dispose();

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle fd, int operation);
}
