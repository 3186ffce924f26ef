using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lab.Engine.Interop;

/// <summary>open(2) as it is: .NET's own takes a flock on every file, and opens no folder.</summary>
internal static partial class OpenFile
{
    public const int ReadOnly = 0; // O_RDONLY, include/uapi/asm-generic/fcntl.h
    public const int ReadWriteCreate = 2 | 0x40; // O_RDWR | O_CREAT

    private const int CloseOnExec = 0x8_0000; // O_CLOEXEC
    private const int OwnerOnly = 0x180; // 0600

    /// <exception cref="Win32Exception">EACCES without permission, ENOENT for a missing folder.</exception>
    public static SafeFileHandle At(string path, int flags)
    {
        SafeFileHandle file = Open(path, flags | CloseOnExec, OwnerOnly);
        int error = Marshal.GetLastPInvokeError();
        return file.IsInvalid ? throw new Win32Exception(error, $"open {path}: {Marshal.GetPInvokeErrorMessage(error)}") : file;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);
}
