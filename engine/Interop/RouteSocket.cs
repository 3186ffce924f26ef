using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Lab.Engine.Interop;

/// <summary>A netlink socket of the route family, in the namespace of the thread that opened it: rtnetlink(7).</summary>
public sealed class RouteSocket : IDisposable
{
    private const ushort ErrorMessage = 2; // NLMSG_ERROR; with errno 0 it is the acknowledgement
    private const int MaximumAnswer = 1 << 16; // bytes; an answer to our requests is a few hundred at most

    private const int LinkGroup = 1, Backlog = 1 << 20; // RTNLGRP_LINK; bytes

    private readonly NetlinkSocket _socket = new(NetlinkSocket.Route);

    /// <param name="hearsLinks">The kernel tells this socket of every change to a device from now on.</param>
    public RouteSocket(bool hearsLinks = false)
    {
        if (hearsLinks)
        {
            _socket.Join(LinkGroup, Backlog);
        }
    }

    /// <summary>Takes what the kernel told unasked.</summary>
    /// <returns>False when it told nothing in time.</returns>
    public bool Hear(LinkReader reader, TimeSpan atMost)
    {
        if (!Readiness.Wait(_socket.Descriptor, "news of devices", atMost))
        {
            return false;
        }

        byte[] buffer = new byte[MaximumAnswer];
        Each(buffer.AsSpan(0, _socket.Receive(buffer)), reader);
        return true;
    }

    /// <summary>Sends all requests at once and waits until the kernel has done each of them.</summary>
    /// <param name="reader">Takes the answers to questions.</param>
    /// <exception cref="Win32Exception">The first refusal; requests after it have been carried out nonetheless.</exception>
    public void Execute(RouteBatch batch, LinkReader? reader = null)
    {
        _socket.Send(batch.Bytes);
        (int Errno, string Step)? refusal = null;
        byte[] buffer = new byte[MaximumAnswer];
        for (int answered = 0; answered < batch.Steps.Count;)
        {
            int length = _socket.Receive(buffer);
            if (reader is not null)
            {
                Each(buffer.AsSpan(0, length), reader);
            }

            for (ReadOnlySpan<byte> rest = buffer.AsSpan(0, length); rest.Length >= NetlinkSocket.HeaderLength + sizeof(int);)
            {
                int size = BinaryPrimitives.ReadInt32LittleEndian(rest);
                if (BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]) == ErrorMessage)
                {
                    answered++;
                    int errno = -BinaryPrimitives.ReadInt32LittleEndian(rest[NetlinkSocket.HeaderLength..]);
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

    private static void Each(ReadOnlySpan<byte> messages, LinkReader reader)
    {
        while (messages.Length >= NetlinkSocket.HeaderLength && BinaryPrimitives.ReadInt32LittleEndian(messages) is var size and >= NetlinkSocket.HeaderLength && size <= messages.Length)
        {
            if (LinkMessage.TryRead(messages[..size], out LinkMessage link))
            {
                reader(link);
            }

            messages = messages[Math.Min(messages.Length, (size + 3) & ~3)..];
        }
    }
}
