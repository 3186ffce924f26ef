using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lab.Engine.Interop;

/// <summary>Makes a rename or a removal survive a power cut: fsync(2) of the folder that holds the entry.</summary>
public static partial class Durability
{
    /// <exception cref="Win32Exception">The folder cannot be opened or written.</exception>
    public static void SyncFolder(string path)
    {
        using SafeFileHandle folder = OpenFile.At(path, OpenFile.ReadOnly);
        if (Fsync(folder) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"fsync {path}");
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle fd);
}
