using System.Buffers.Binary;
using System.ComponentModel;

namespace Lab.Engine.Interop.Netlink;

/// <summary>The ipsets of type hash:net, in the namespace of the calling thread (include/uapi/linux/netfilter/ipset/ip_set.h).</summary>
public static class AddressSetTable
{
    private const ushort Subsystem = 6 << 8; // NFNL_SUBSYS_IPSET
    private const ushort Create = 2, Flush = 4, Add = 9; // IPSET_CMD_*
    private const ushort Protocol = 1, SetName = 2, TypeName = 3, Revision = 4, Family = 5, Data = 7; // IPSET_ATTR_*
    private const ushort Address = 1, PrefixLength = 3; // in IPSET_ATTR_DATA
    private const ushort Ipv4Address = 1, Ipv6Address = 2, NetworkOrder = 0x4000; // IPSET_ATTR_IPADDR_*, NLA_F_NET_BYTEORDER
    private const ushort MakeIfMissing = 0x400; // NLM_F_CREATE without NLM_F_EXCL
    private const byte ProtocolVersion = 7, FamilyIpv4 = 2, FamilyIpv6 = 10; // IPSET_PROTOCOL, AF_*
    private const int FamilyHeader = 4; // struct nfgenmsg

    /// <summary>Makes a set, or one that is there anew, with these members and no others.</summary>
    /// <exception cref="Win32Exception">The kernel has no ipsets, or one of that name and another version.</exception>
    public static void Make(string name, bool version6, IEnumerable<(UInt128 Network, int Length)> members)
    {
        using NetlinkSocket socket = new(NetlinkSocket.Netfilter);
        Ask(socket, Create, name, version6, request =>
        {
            request.Text(TypeName, "hash:net");
            request.Attribute(Revision, [0]);
            request.Attribute(Family, [version6 ? FamilyIpv6 : FamilyIpv4]);
        });
        Ask(socket, Flush, name, version6, _ => { });
        foreach ((UInt128 network, int length) in members)
        {
            Ask(socket, Add, name, version6, request => Member(request, version6, network, length));
        }
    }

    private static void Member(NetlinkBuffer request, bool version6, UInt128 network, int length)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, network);
        int data = request.BeginNested(Data), address = request.BeginNested(Address);
        request.Attribute((ushort)((version6 ? Ipv6Address : Ipv4Address) | NetworkOrder), version6 ? bytes : bytes[12..]);
        request.EndNested(address);
        request.Attribute(PrefixLength, [(byte)length]);
        request.EndNested(data);
    }

    private static void Ask(NetlinkSocket socket, ushort command, string set, bool version6, Action<NetlinkBuffer> attributes)
    {
        NetlinkBuffer request = new();
        int start = request.BeginMessage((ushort)(Subsystem | command), NetlinkBuffer.Acknowledge | MakeIfMissing, 1, FamilyHeader, out Span<byte> header);
        header[0] = version6 ? FamilyIpv6 : FamilyIpv4;
        request.Attribute(Protocol, [ProtocolVersion]);
        request.Text(SetName, set);
        attributes(request);
        request.EndMessage(start);
        socket.Send(request.Written);
        Span<byte> answer = stackalloc byte[256];
        foreach (NetlinkMessage message in new NetlinkMessages(answer[..socket.Receive(answer)]))
        {
            if (message.Errno is { } errno and not 0)
            {
                throw new Win32Exception(errno, $"netlink: the ipset {set}");
            }
        }
    }
}
