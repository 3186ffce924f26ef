using System.Buffers.Binary;
using System.ComponentModel;

namespace Lab.Engine.Interop.Netlink;

/// <summary>A netlink socket in the namespace of the thread that opened it: netlink(7).</summary>
internal sealed class NetlinkSocket : IDisposable
{
    public const int Route = 0, Netfilter = 12; // NETLINK_ROUTE, NETLINK_NETFILTER

    private const int Family = 16; // AF_NETLINK
    private const int SendBufferForce = 32, ReceiveBufferForce = 33; // SO_*BUFFORCE
    private const int NamespaceCookieOption = 71; // SO_NETNS_COOKIE
    private const int NetlinkLevel = 270, ShortAnswers = 10, Reasons = 11; // SOL_NETLINK, NETLINK_CAP_ACK, NETLINK_EXT_ACK
    private const int AddressLength = 12; // struct sockaddr_nl

    private readonly KernelSocket _socket;

    public NetlinkSocket(int protocol) => _socket = new(Family, protocol, "netlink");

    public int Descriptor => _socket.Descriptor;

    /// <summary>A number of the socket's namespace that no other namespace has until the next boot.</summary>
    public ulong NamespaceCookie => _socket.Get(KernelSocket.SocketLevel, NamespaceCookieOption);

    /// <summary>Hears from now on what the kernel tells a group.</summary>
    /// <param name="bufferLength">How many bytes of what was not yet read the kernel keeps, its own overhead included.</param>
    /// <remarks>Bound, since a socket without a port of its own hears nothing that the kernel says of itself.</remarks>
    public void Join(int group, int bufferLength)
    {
        Span<byte> address = stackalloc byte[AddressLength];
        address.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(address, Family);
        BinaryPrimitives.WriteUInt32LittleEndian(address[8..], 1u << (group - 1));
        _socket.Set(KernelSocket.SocketLevel, ReceiveBufferForce, bufferLength);
        _socket.Bind(address);
    }

    /// <summary>Has refusals say why, and not quote the request.</summary>
    public void AskForReasons()
    {
        _socket.Set(NetlinkLevel, ShortAnswers, 1);
        _socket.Set(NetlinkLevel, Reasons, 1);
    }

    /// <summary>Lets a datagram of so many bytes fit.</summary>
    public void MakeRoom(int length) => _socket.Set(KernelSocket.SocketLevel, SendBufferForce, length + (1 << 16));

    public void Send(ReadOnlySpan<byte> requests) => _socket.Send(requests);

    /// <summary>Waits for what the kernel says next; its length in bytes.</summary>
    public int Receive(Span<byte> buffer) => _socket.Receive(buffer);

    /// <returns>Its length in bytes, or -1 when nothing waits.</returns>
    /// <exception cref="Win32Exception">ENOBUFS: the kernel has said more than the buffer takes, and it is lost.</exception>
    public int TryReceive(Span<byte> buffer) => _socket.TryReceive(buffer);

    public void Dispose() => _socket.Dispose();
}
