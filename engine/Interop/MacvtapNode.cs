using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Lab.Engine.Interop;

/// <summary>Opens macvtaps of a private namespace, for which no node in /dev appears by itself: mknod(2).</summary>
public static partial class MacvtapNode
{
    private const uint CharacterDevice = 0x2000 | 0x180; // S_IFCHR, rw for the owner

    /// <summary>Makes a node in a folder of its own for as long as opening takes; the calling thread is in the device's namespace.</summary>
    /// <param name="device">The number that the namespace's sysfs shows: <c>MAJOR:MINOR</c>.</param>
    /// <exception cref="Win32Exception">EPERM without CAP_MKNOD, or on a file system that allows no device nodes.</exception>
    public static TapDevice Open(Lab.Engine.Packets.InterfaceName name, string device)
    {
        uint[] numbers = [.. device.Trim().Split(':').Select(part => uint.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture))];
        string folder = Directory.CreateTempSubdirectory("nwlab-").FullName;
        string path = Path.Combine(folder, "tap");
        try
        {
            if (MakeNode(path, CharacterDevice, DeviceNumber(numbers[0], numbers[1])) != 0)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError(), $"mknod: a node for {name}");
            }

            return TapDevice.OpenMacvtap(name, path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // gnu_dev_makedev(3)
    private static ulong DeviceNumber(uint major, uint minor) =>
        (minor & 0xFF) | (ulong)(major & 0xFFF) << 8 | (ulong)(minor & ~0xFFu) << 12 | (ulong)(major & ~0xFFFu) << 32;

    [LibraryImport("libc", EntryPoint = "mknod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeNode(string path, uint mode, ulong device);
}
