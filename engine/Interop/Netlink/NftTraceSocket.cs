using System.ComponentModel;

namespace Lab.Engine.Interop.Netlink;

/// <summary>Reads nftrace: what the rules of a namespace do with packets whose trace bit is set (<c>meta nftrace set 1</c>).</summary>
/// <remarks>The kernel queues an event while the rule runs, so what a packet met can be read as soon as it has gone through.</remarks>
public sealed class NftTraceSocket : IDisposable
{
    /// <summary>What <see cref="TryRead"/> is told when the kernel has said more than the backlog takes.</summary>
    public const int EventsLost = 105; // ENOBUFS

    private const int TraceGroup = 9; // NFNLGRP_NFTRACE, include/uapi/linux/netfilter/nfnetlink.h
    private const int LongestMessage = 8192; // bytes; an event quotes the headers of its packet
    private const int Backlog = 32 << 20; // bytes; about a kilobyte an event with the kernel's own overhead

    private readonly NetlinkSocket _socket = new(NetlinkSocket.Netfilter);
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(LongestMessage);

    /// <summary>Listens in the namespace of the calling thread.</summary>
    /// <exception cref="Win32Exception">EPERM without CAP_NET_ADMIN.</exception>
    public NftTraceSocket() => _socket.Join(TraceGroup, Backlog);

    /// <returns>False when no event came in time.</returns>
    public bool Wait(TimeSpan atMost) => Readiness.Wait(_socket.Descriptor, "a trace event", atMost);

    /// <summary>The next event; null when none waits.</summary>
    /// <exception cref="Win32Exception"><see cref="EventsLost"/>; those that come are read on.</exception>
    public NftTraceEvent? TryRead()
    {
        int length;
        while ((length = _socket.TryReceive(_buffer)) >= 0)
        {
            if (NftTraceEvent.Read(_buffer.AsSpan(0, length)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    public void Dispose() => _socket.Dispose();
}
