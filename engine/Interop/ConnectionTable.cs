using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lab.Engine.Interop;

/// <summary>The connections that the kernel tracks, in the namespace of the calling thread.</summary>
public static partial class ConnectionTable
{
    private const int Netlink = 16, Raw = 3, CloseOnExec = 0x80000, Netfilter = 12; // AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER
    private const ushort Delete = 1 << 8 | 2; // NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_DELETE
    private const int FamilyHeader = 4; // struct nfgenmsg

    /// <summary>Forgets all of them: a deletion that names none means every one (ctnetlink_del_conntrack in
    /// net/netfilter/nf_conntrack_netlink.c).</summary>
    /// <exception cref="Win32Exception">The kernel refused, for instance for want of connection tracking.</exception>
    public static void Forget()
    {
        using SafeFileHandle socket = Socket(Netlink, Raw | CloseOnExec, Netfilter);
        NetlinkBuffer request = new();
        request.EndMessage(request.BeginMessage(Delete, NetlinkBuffer.Acknowledge, 1, FamilyHeader, out _));
        Span<byte> answer = stackalloc byte[64];
        if (socket.IsInvalid || Send(socket, request.Written, (nuint)request.Length, 0) < 0 || Receive(socket, answer, (nuint)answer.Length, 0) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "netlink: forgetting connections");
        }

        int errno = -BinaryPrimitives.ReadInt32LittleEndian(answer[NetlinkBuffer.HeaderLength..]);
        if (errno != 0)
        {
            throw new Win32Exception(errno, "netlink: forgetting connections");
        }
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial SafeFileHandle Socket(int family, int kind, int protocol);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeFileHandle socket, ReadOnlySpan<byte> bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeFileHandle socket, Span<byte> buffer, nuint length, int flags);
}
