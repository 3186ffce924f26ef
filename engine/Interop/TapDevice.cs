using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Lab.Engine.Packets;
using Microsoft.Win32.SafeHandles;

namespace Lab.Engine.Interop;

/// <summary>The guest's end of a tap or macvtap: a frame written is sent by the guest, a frame read was delivered to it.</summary>
/// <remarks>
/// The device outlives this descriptor (TUNSETPERSIST) and dies with its namespace: taking away a tap alone makes the
/// kernel wait for a grace period, about 40 ms, and taking away its whole namespace happens behind our back.
/// </remarks>
public sealed partial class TapDevice : IFramePort
{
    private const ulong SetInterface = 0x400454CA; // TUNSETIFF, include/uapi/linux/if_tun.h
    private const ulong SetPersistent = 0x400454CB; // TUNSETPERSIST
    private const short Tap = 0x0002, NoPacketInformation = 0x1000; // IFF_TAP | IFF_NO_PI
    private const int ReadWrite = 2, NonBlocking = 0x800, CloseOnExec = 0x80000; // O_RDWR, O_NONBLOCK, O_CLOEXEC
    private const int Again = 11; // EAGAIN
    private const int IfReqLength = 40; // sizeof(struct ifreq) on 64-bit

    private readonly SafeFileHandle _file;

    private TapDevice(InterfaceName name, SafeFileHandle file) => (Name, _file) = (name, file);

    public InterfaceName Name { get; }

    /// <summary>For <see cref="Readiness"/>; valid while this object is.</summary>
    public int Descriptor => (int)_file.DangerousGetHandle();

    /// <summary>Makes a tap in the namespace of the calling thread.</summary>
    /// <exception cref="Win32Exception">EPERM without CAP_NET_ADMIN, EBUSY for a name in use, ENOENT without the tun driver.</exception>
    public static TapDevice Create(InterfaceName name) => Attach(name, "/dev/net/tun", persistent: true);

    /// <summary>Opens the character device of a macvtap; its device must exist already.</summary>
    public static TapDevice OpenMacvtap(InterfaceName name, string characterDevice) =>
        Attach(name, characterDevice, persistent: false);

    /// <summary>Sends one frame; the bridge behind a tap is done with it when this returns.</summary>
    /// <returns>False when the device does not take it: it is down, or the frame is beyond what it carries.</returns>
    public bool TryWrite(ReadOnlySpan<byte> frame) => Write(_file, frame, (nuint)frame.Length) == frame.Length;

    /// <summary>Takes one frame that waits.</summary>
    /// <param name="buffer">Longer than any frame; a longer frame would be cut.</param>
    /// <returns>The length of the frame in bytes, or -1 when none waits.</returns>
    public int Read(Span<byte> buffer)
    {
        nint length = Read(_file, buffer, (nuint)buffer.Length);
        if (length < 0 && Marshal.GetLastPInvokeError() != Again)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"read: taking a frame from {Name}");
        }

        return (int)length;
    }

    public void Dispose() => _file.Dispose();

    private static TapDevice Attach(InterfaceName name, string path, bool persistent)
    {
        SafeFileHandle file = Open(path, ReadWrite | NonBlocking | CloseOnExec);
        if (file.IsInvalid)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"open: {path}");
        }

        Span<byte> request = stackalloc byte[IfReqLength];
        request.Clear();
        Encoding.UTF8.GetBytes(name.ToString(), request);
        MemoryMarshal.Write(request[16..], (short)(Tap | NoPacketInformation));
        if (Ioctl(file, SetInterface, request) != 0 || (persistent && Ioctl(file, SetPersistent, 1) != 0))
        {
            int error = Marshal.GetLastPInvokeError();
            file.Dispose();
            throw new Win32Exception(error, $"ioctl: attaching to the tap {name}");
        }

        return new(name, file);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(SafeFileHandle file, ulong request, Span<byte> argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(SafeFileHandle file, ulong request, long argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, Span<byte> buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, ReadOnlySpan<byte> buffer, nuint length);
}
