using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lab.Engine.Interop;

/// <summary>A raw socket of a family that .NET has no words for, netlink(7) or packet(7), in the namespace of the thread that opened
/// it: socket(2).</summary>
internal sealed partial class KernelSocket : IDisposable
{
    public const int SocketLevel = 1; // SOL_SOCKET

    private const int Raw = 3, CloseOnExec = 0x80000; // SOCK_*
    private const int DontWait = 0x40; // MSG_DONTWAIT

    private readonly SafeFileHandle _socket;
    private readonly string _purpose;

    /// <param name="purpose">What refusals say that it was for.</param>
    /// <exception cref="Win32Exception">EPERM without the family's privilege.</exception>
    public KernelSocket(int family, int protocol, string purpose)
    {
        (_socket, _purpose) = (Socket(family, Raw | CloseOnExec, protocol), purpose);
        Require(!_socket.IsInvalid, "socket");
    }

    /// <summary>For <see cref="Readiness"/>; valid while this object is.</summary>
    public int Descriptor => (int)_socket.DangerousGetHandle();

    public void Set(int level, int option, int value) => Require(SetOption(_socket, level, option, value, sizeof(int)) == 0, "setsockopt");

    public ulong Get(int level, int option)
    {
        int length = sizeof(ulong);
        Require(GetOption(_socket, level, option, out ulong value, ref length) == 0, "getsockopt");
        return value;
    }

    public void Bind(ReadOnlySpan<byte> address) => Require(Bind(_socket, address, (uint)address.Length) == 0, "bind");

    public void Send(ReadOnlySpan<byte> bytes) => Require(Send(_socket, bytes, (nuint)bytes.Length, 0) >= 0, "send");

    /// <returns>False when the kernel does not take it at once.</returns>
    public bool TrySend(ReadOnlySpan<byte> bytes) => Send(_socket, bytes, (nuint)bytes.Length, DontWait) == bytes.Length;

    /// <summary>Waits for what comes next; its length in bytes.</summary>
    public int Receive(Span<byte> buffer)
    {
        nint length = Receive(_socket, buffer, (nuint)buffer.Length, 0);
        Require(length >= 0, "recv");
        return (int)length;
    }

    /// <summary>Waits for what never comes, so long as the kernel's timers say.</summary>
    /// <returns>False when something came all the same.</returns>
    public bool Outwait(TimeSpan time)
    {
        const int receiveTimeout = 20, again = 11; // SO_RCVTIMEO, EAGAIN
        ReadOnlySpan<long> limit = [(long)time.TotalSeconds, time.Ticks / TimeSpan.TicksPerMicrosecond % 1_000_000]; // struct timeval
        Require(SetOption(_socket, SocketLevel, receiveTimeout, limit, limit.Length * sizeof(long)) == 0, "setsockopt");
        nint length = Receive(_socket, stackalloc byte[1], 1, 0);
        Require(length >= 0 || Marshal.GetLastPInvokeError() == again, "recv");
        return length < 0;
    }

    /// <returns>Its length in bytes, or -1 when nothing waits.</returns>
    /// <param name="passing">Errors that say no more than that; EAGAIN is one.</param>
    public int TryReceive(Span<byte> buffer, params ReadOnlySpan<int> passing)
    {
        const int again = 11; // EAGAIN
        nint length = Receive(_socket, buffer, (nuint)buffer.Length, DontWait);
        Require(length >= 0 || Marshal.GetLastPInvokeError() is var errno && (errno == again || passing.Contains(errno)), "recv");
        return (int)length;
    }

    public void Dispose() => _socket.Dispose();

    private void Require(bool done, string call)
    {
        if (!done)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call}: {_purpose}");
        }
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial SafeFileHandle Socket(int family, int kind, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(SafeFileHandle socket, int level, int option, in int value, int length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(SafeFileHandle socket, int level, int option, ReadOnlySpan<long> value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(SafeFileHandle socket, int level, int option, out ulong value, ref int length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeFileHandle socket, ReadOnlySpan<byte> address, uint length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeFileHandle socket, ReadOnlySpan<byte> bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeFileHandle socket, Span<byte> buffer, nuint length, int flags);
}
