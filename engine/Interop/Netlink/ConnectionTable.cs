using System.ComponentModel;

namespace Lab.Engine.Interop.Netlink;

/// <summary>The connections that the kernel tracks, in the namespace of the calling thread.</summary>
public static class ConnectionTable
{
    private const ushort Delete = 1 << 8 | 2; // NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_DELETE
    private const int FamilyHeader = 4; // struct nfgenmsg

    /// <summary>Forgets all of them: a deletion that names none means every one (ctnetlink_del_conntrack in
    /// net/netfilter/nf_conntrack_netlink.c).</summary>
    /// <exception cref="Win32Exception">The kernel refused, for instance for want of connection tracking.</exception>
    public static void Forget()
    {
        using NetlinkSocket socket = new(NetlinkSocket.Netfilter);
        NetlinkBuffer request = new();
        request.EndMessage(request.BeginMessage(Delete, NetlinkBuffer.Acknowledge, 1, FamilyHeader, out _));
        socket.Send(request.Written);
        Span<byte> answer = stackalloc byte[64];
        foreach (NetlinkMessage message in new NetlinkMessages(answer[..socket.Receive(answer)]))
        {
            if (message.Errno is { } errno and not 0)
            {
                throw new Win32Exception(errno, "netlink: forgetting connections");
            }
        }
    }
}
