using System.ComponentModel;
using System.Runtime.InteropServices;
using Lab.Engine.Packets;

namespace Lab.Engine.Interop;

/// <summary>The number by which the kernel knows a device in the namespace of the calling thread: if_nametoindex(3).</summary>
public static partial class DeviceIndex
{
    /// <exception cref="Win32Exception">ENODEV: there is no such device.</exception>
    public static int Of(InterfaceName device) => NameToIndex(device.ToString()) is > 0 and var index
        ? (int)index
        : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"if_nametoindex: {device}");

    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint NameToIndex(string name);
}
