using System.ComponentModel;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Lab.Engine.Packets;
using Microsoft.Win32.SafeHandles;

namespace Lab.Engine.Interop;

/// <summary>The host's own end of a device: packet(7). Reads what the device hands up to the stack, writes as the stack does.</summary>
/// <remarks>An outer VLAN tag is kept apart by the kernel and not in the bytes read.</remarks>
public sealed partial class PacketSocket : IFramePort
{
    public const ushort AllTypes = 0x0003; // ETH_P_ALL

    private const int Family = 17, Raw = 3, NonBlocking = 0x800, CloseOnExec = 0x80000; // AF_PACKET, SOCK_*
    private const int Level = 263, IgnoreOutgoing = 23; // SOL_PACKET, PACKET_IGNORE_OUTGOING
    private const int Again = 11; // EAGAIN
    private const int NetworkDown = 100; // ENETDOWN: said once after the device went down
    private const int AddressLength = 20; // struct sockaddr_ll

    private readonly SafeFileHandle _socket;

    private PacketSocket(InterfaceName name, SafeFileHandle socket) => (Name, _socket) = (name, socket);

    public InterfaceName Name { get; }

    public int Descriptor => (int)_socket.DangerousGetHandle();

    /// <summary>Opens a socket on a device of the calling thread's namespace.</summary>
    /// <param name="etherType">One type sees only what reaches the stack, after a bridge or macvlan took its share;
    /// <see cref="AllTypes"/> sees everything that arrives.</param>
    /// <exception cref="Win32Exception">EPERM without CAP_NET_RAW, ENODEV for an unknown device.</exception>
    public static PacketSocket Open(InterfaceName device, ushort etherType)
    {
        int index = DeviceIndex.Of(device);
        SafeFileHandle socket = Socket(Family, Raw | NonBlocking | CloseOnExec, 0);
        if (socket.IsInvalid)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"socket: listening on {device}");
        }

        Span<byte> address = stackalloc byte[AddressLength];
        address.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(address, Family);
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], etherType);
        BinaryPrimitives.WriteInt32LittleEndian(address[4..], index);
        int one = 1;
        if (SetOption(socket, Level, IgnoreOutgoing, ref one, sizeof(int)) != 0 || Bind(socket, address, AddressLength) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            socket.Dispose();
            throw new Win32Exception(error, $"bind: listening on {device}");
        }

        return new(device, socket);
    }

    public bool TryWrite(ReadOnlySpan<byte> frame) => Write(_socket, frame, (nuint)frame.Length) == frame.Length;

    public int Read(Span<byte> buffer)
    {
        nint length = Read(_socket, buffer, (nuint)buffer.Length);
        if (length < 0 && Marshal.GetLastPInvokeError() is not (Again or NetworkDown))
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"read: taking a frame from {Name}");
        }

        return (int)length;
    }

    public void Dispose() => _socket.Dispose();

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial SafeFileHandle Socket(int family, int kind, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(SafeFileHandle socket, int level, int option, ref int value, uint length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeFileHandle socket, ReadOnlySpan<byte> address, uint length);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, Span<byte> buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, ReadOnlySpan<byte> buffer, nuint length);
}
