using System.Collections.Immutable;
using Lab.Engine.Interop;
using Lab.Engine.Packets;

namespace Lab.Kernel.Hosts;

/// <summary>Hears what reaches the stack behind a device that carries macvtaps: a socket per EtherType, because one for all
/// types hears frames before macvlan takes its share.</summary>
internal sealed class StackEar : IFramePort
{
    private static readonly ImmutableArray<EtherType> Types =
        [EtherType.Ipv4, EtherType.Arp, EtherType.Ipv6, EtherType.Experimental2, EtherType.Experimental1];

    private readonly ImmutableArray<PacketSocket> _sockets;

    private StackEar(ImmutableArray<PacketSocket> sockets) => _sockets = sockets;

    public InterfaceName Name => _sockets[0].Name;

    /// <summary>Of the socket that markers come to; the others are read before it.</summary>
    public int Descriptor => _sockets[^1].Descriptor;

    public static StackEar Open(InterfaceName device) => new([.. Types.Select(type => PacketSocket.Open(device, (ushort)type))]);

    public bool TryWrite(ReadOnlySpan<byte> frame) => _sockets[0].TryWrite(frame);

    public int Read(Span<byte> buffer)
    {
        // The marker, on the last socket, must not overtake what came before it: it is taken only when the others are empty,
        // and they are asked again once it is known to wait.
        if (!Readiness.Wait(_sockets[^1], TimeSpan.Zero))
        {
            return -1;
        }

        foreach (PacketSocket socket in _sockets)
        {
            int length = socket.Read(buffer);
            if (length >= 0)
            {
                return length;
            }
        }

        return -1;
    }

    public void Dispose()
    {
        foreach (PacketSocket socket in _sockets)
        {
            socket.Dispose();
        }
    }
}
