using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lab.Engine.Interop;

/// <summary>A netlink socket in the namespace of the thread that opened it: netlink(7).</summary>
internal sealed partial class NetlinkSocket : IDisposable
{
    public const int Route = 0, Netfilter = 12; // NETLINK_ROUTE, NETLINK_NETFILTER

    /// <summary>struct nlmsghdr, in bytes: length, type, flags, sequence number, port.</summary>
    public const int HeaderLength = 16;

    private const int Family = 16, Raw = 3, CloseOnExec = 0x80000; // AF_NETLINK, SOCK_RAW, SOCK_CLOEXEC
    private const int SocketLevel = 1, ReceiveBufferForce = 33; // SOL_SOCKET, SO_RCVBUFFORCE
    private const int AddressLength = 12; // struct sockaddr_nl
    private const int DontWait = 0x40; // MSG_DONTWAIT
    private const int Again = 11; // EAGAIN

    private readonly SafeFileHandle _socket;

    public NetlinkSocket(int protocol)
    {
        _socket = Socket(Family, Raw | CloseOnExec, protocol);
        if (_socket.IsInvalid)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "socket: netlink");
        }
    }

    /// <summary>For <see cref="Readiness"/>; valid while this object is.</summary>
    public int Descriptor => (int)_socket.DangerousGetHandle();

    /// <summary>Hears from now on what the kernel tells a group.</summary>
    /// <param name="bufferLength">How many bytes of what was not yet read the kernel keeps, its own overhead included.</param>
    /// <remarks>Bound, since a socket without a port of its own hears nothing that the kernel says of itself.</remarks>
    public void Join(int group, int bufferLength)
    {
        Span<byte> address = stackalloc byte[AddressLength];
        address.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(address, Family);
        BinaryPrimitives.WriteUInt32LittleEndian(address[8..], 1u << (group - 1));
        if (SetOption(_socket, SocketLevel, ReceiveBufferForce, ref bufferLength, sizeof(int)) != 0
            || Bind(_socket, address, AddressLength) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "bind: joining a netlink group");
        }
    }

    public void Send(ReadOnlySpan<byte> requests)
    {
        if (Send(_socket, requests, (nuint)requests.Length, 0) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "send: netlink");
        }
    }

    /// <summary>Waits for what the kernel says next; its length in bytes.</summary>
    public int Receive(Span<byte> buffer) => Receive(buffer, 0);

    /// <returns>Its length in bytes, or -1 when nothing waits.</returns>
    /// <exception cref="Win32Exception">ENOBUFS: the kernel has said more than the buffer takes, and it is lost.</exception>
    public int TryReceive(Span<byte> buffer) => Receive(buffer, DontWait);

    public void Dispose() => _socket.Dispose();

    private int Receive(Span<byte> buffer, int flags)
    {
        nint length = Receive(_socket, buffer, (nuint)buffer.Length, flags);
        return length >= 0 ? (int)length
            : flags == DontWait && Marshal.GetLastPInvokeError() == Again ? -1
            : throw new Win32Exception(Marshal.GetLastPInvokeError(), "recv: netlink");
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial SafeFileHandle Socket(int family, int kind, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(SafeFileHandle socket, int level, int option, ref int value, uint length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeFileHandle socket, ReadOnlySpan<byte> address, uint length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeFileHandle socket, ReadOnlySpan<byte> bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeFileHandle socket, Span<byte> buffer, nuint length, int flags);
}
