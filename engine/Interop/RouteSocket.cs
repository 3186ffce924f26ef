using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lab.Engine.Interop;

/// <summary>A netlink socket of the route family, in the namespace of the thread that opened it: netlink(7).</summary>
public sealed partial class RouteSocket : IDisposable
{
    private const int Netlink = 16, Raw = 3, CloseOnExec = 0x80000, Route = 0; // AF_NETLINK, SOCK_RAW, NETLINK_ROUTE
    private const ushort ErrorMessage = 2; // NLMSG_ERROR; with errno 0 it is the acknowledgement
    private const int MaximumAnswer = 1 << 16; // bytes; an answer to our requests is a few hundred at most

    private const uint LinkGroup = 1; // RTMGRP_LINK

    private readonly SafeFileHandle _socket;

    /// <param name="hearsLinks">The kernel tells this socket of every change to a device from now on.</param>
    public RouteSocket(bool hearsLinks = false)
    {
        _socket = Socket(Netlink, Raw | CloseOnExec, Route);
        if (_socket.IsInvalid)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "socket: netlink");
        }

        Span<byte> address = stackalloc byte[12]; // struct sockaddr_nl
        address.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(address, Netlink);
        BinaryPrimitives.WriteUInt32LittleEndian(address[8..], hearsLinks ? LinkGroup : 0);
        if (Bind(_socket, address, (uint)address.Length) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            _socket.Dispose();
            throw new Win32Exception(error, "bind: netlink");
        }
    }

    /// <summary>Takes what the kernel told unasked.</summary>
    /// <returns>False when it told nothing in time.</returns>
    public bool Hear(LinkReader reader, TimeSpan atMost)
    {
        if (!Readiness.Wait((int)_socket.DangerousGetHandle(), "news of devices", atMost))
        {
            return false;
        }

        byte[] buffer = new byte[MaximumAnswer];
        Each(buffer.AsSpan(0, Receive(buffer)), reader);
        return true;
    }

    /// <summary>Sends all requests at once and waits until the kernel has done each of them.</summary>
    /// <param name="reader">Takes the answers to questions.</param>
    /// <exception cref="Win32Exception">The first refusal; requests after it have been carried out nonetheless.</exception>
    public void Execute(RouteBatch batch, LinkReader? reader = null)
    {
        if (Send(_socket, batch.Bytes, (nuint)batch.Bytes.Length, 0) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "send: netlink");
        }

        (int Errno, string Step)? refusal = null;
        byte[] buffer = new byte[MaximumAnswer];
        for (int answered = 0; answered < batch.Steps.Count;)
        {
            int length = Receive(buffer);
            if (reader is not null)
            {
                Each(buffer.AsSpan(0, length), reader);
            }

            for (ReadOnlySpan<byte> rest = buffer.AsSpan(0, length); rest.Length >= 20;)
            {
                int size = BinaryPrimitives.ReadInt32LittleEndian(rest);
                if (BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]) == ErrorMessage)
                {
                    answered++;
                    int errno = -BinaryPrimitives.ReadInt32LittleEndian(rest[16..]);
                    int sequence = BinaryPrimitives.ReadInt32LittleEndian(rest[8..]);
                    refusal ??= errno == 0 ? null : (errno, batch.Steps[sequence - 1]);
                }

                rest = rest[Math.Min(rest.Length, (size + 3) & ~3)..];
            }
        }

        if (refusal is { } no)
        {
            throw new Win32Exception(no.Errno, $"netlink: {no.Step}: {Marshal.GetPInvokeErrorMessage(no.Errno)}");
        }
    }

    public void Dispose() => _socket.Dispose();

    private int Receive(byte[] buffer)
    {
        nint length = Receive(_socket, buffer, (nuint)buffer.Length, 0);
        return length >= 0 ? (int)length : throw new Win32Exception(Marshal.GetLastPInvokeError(), "recv: netlink");
    }

    private static void Each(ReadOnlySpan<byte> messages, LinkReader reader)
    {
        while (messages.Length >= 16 && BinaryPrimitives.ReadInt32LittleEndian(messages) is var size and >= 16 && size <= messages.Length)
        {
            if (LinkMessage.TryRead(messages[..size], out LinkMessage link))
            {
                reader(link);
            }

            messages = messages[Math.Min(messages.Length, (size + 3) & ~3)..];
        }
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial SafeFileHandle Socket(int family, int kind, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeFileHandle socket, ReadOnlySpan<byte> address, uint length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeFileHandle socket, ReadOnlySpan<byte> bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeFileHandle socket, Span<byte> buffer, nuint length, int flags);
}
