using System.Buffers.Binary;
using System.ComponentModel;
using Lab.Engine.Packets;

namespace Lab.Engine.Interop;

/// <summary>The host's own end of a device: packet(7). Reads what the device hands up to the stack, writes as the stack does.</summary>
/// <remarks>An outer VLAN tag is kept apart by the kernel and not in the bytes read.</remarks>
public sealed class PacketSocket : IFramePort
{
    public const ushort AllTypes = 0x0003; // ETH_P_ALL

    private const int Family = 17; // AF_PACKET
    private const int Level = 263, IgnoreOutgoing = 23; // SOL_PACKET, PACKET_IGNORE_OUTGOING
    private const int NetworkDown = 100; // ENETDOWN: said once after the device went down
    private const int AddressLength = 20; // struct sockaddr_ll

    private readonly KernelSocket _socket;

    private PacketSocket(InterfaceName name, KernelSocket socket) => (Name, _socket) = (name, socket);

    public InterfaceName Name { get; }

    public int Descriptor => _socket.Descriptor;

    /// <summary>Opens a socket on a device of the calling thread's namespace.</summary>
    /// <param name="etherType">One type sees only what reaches the stack, after a bridge or macvlan took its share;
    /// <see cref="AllTypes"/> sees everything that arrives.</param>
    /// <exception cref="Win32Exception">EPERM without CAP_NET_RAW, ENODEV for an unknown device.</exception>
    public static PacketSocket Open(InterfaceName device, ushort etherType)
    {
        int index = DeviceIndex.Of(device);
        Span<byte> address = stackalloc byte[AddressLength];
        address.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(address, Family);
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], etherType);
        BinaryPrimitives.WriteInt32LittleEndian(address[4..], index);
        KernelSocket socket = new(Family, 0, $"listening on {device}");
        try
        {
            socket.Set(Level, IgnoreOutgoing, 1);
            socket.Bind(address);
            return new(device, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public bool TryWrite(ReadOnlySpan<byte> frame) => _socket.TrySend(frame);

    public int Read(Span<byte> buffer) => _socket.TryReceive(buffer, NetworkDown);

    public void Dispose() => _socket.Dispose();
}
