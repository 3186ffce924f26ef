using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Lab.Engine.Interop.Netlink;

/// <summary>A netlink socket of the route family, in the namespace of the thread that opened it: rtnetlink(7).</summary>
public sealed class RouteSocket : IDisposable
{
    private const int MaximumAnswer = 1 << 16; // bytes; an answer to our requests is a few hundred at most

    private const int LinkGroup = 1, Backlog = 1 << 20; // RTNLGRP_LINK; bytes

    private readonly NetlinkSocket _socket = new(NetlinkSocket.Route);
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(MaximumAnswer);

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

        foreach (NetlinkMessage message in Receive())
        {
            Tell(message, reader);
        }

        return true;
    }

    /// <summary>Sends all requests at once and waits until the kernel has done each of them.</summary>
    /// <param name="reader">Takes the answers to questions.</param>
    /// <exception cref="Win32Exception">The first refusal; requests after it have been carried out nonetheless.</exception>
    public void Execute(RouteBatch batch, LinkReader? reader = null)
    {
        _socket.Send(batch.Bytes);
        (int Errno, string Step)? refusal = null;
        for (int answered = 0; answered < batch.Steps.Count;)
        {
            foreach (NetlinkMessage message in Receive())
            {
                if (message.Errno is { } errno) // 0 is the acknowledgement
                {
                    answered++;
                    refusal ??= errno == 0 ? null : (errno, batch.Steps[(int)message.Sequence - 1]);
                }
                else if (reader is not null)
                {
                    Tell(message, reader);
                }
            }
        }

        if (refusal is { } no)
        {
            throw new Win32Exception(no.Errno, $"netlink: {no.Step}: {Marshal.GetPInvokeErrorMessage(no.Errno)}");
        }
    }

    public void Dispose() => _socket.Dispose();

    private NetlinkMessages Receive() => new(_buffer.AsSpan(0, _socket.Receive(_buffer)));

    private static void Tell(NetlinkMessage message, LinkReader reader)
    {
        if (LinkMessage.TryRead(message, out LinkMessage link))
        {
            reader(link);
        }
    }
}
