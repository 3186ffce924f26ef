using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Simulator.Switching;

/// <summary>The spanning tree of a bridge that is alone, hence its root (switching.md section 2.9; IEEE 802.1D-1998).</summary>
/// <remarks>A port that comes up listens for the forward delay, learns for as long again, and then forwards.</remarks>
internal sealed class SpanningTree(BridgeOptions options)
{
    /// <summary>BR_MIN_FORWARD_DELAY: the kernel raises anything less, libvirt's 0 included.</summary>
    public static readonly TimeSpan ShortestDelay = TimeSpan.FromSeconds(2);

    public static readonly TimeSpan Hello = TimeSpan.FromSeconds(2);

    private const int BpduLength = 35; // bytes: a configuration message, section 9.3.1
    private const int Second = 256; // times are in 1/256 s

    public TimeSpan ForwardDelay => options.ForwardDelay < ShortestDelay ? ShortestDelay : options.ForwardDelay;

    public PortState StateAfter(TimeSpan up) =>
        up < ForwardDelay ? PortState.Listening : up < 2 * ForwardDelay ? PortState.Learning : PortState.Forwarding;

    /// <summary>What the port says about itself every <see cref="Hello"/>: 802.3, LLC 42 42 03, then the message.</summary>
    public byte[] MessageOf(BridgePort port)
    {
        byte[] body = new byte[3 + BpduLength];
        (body[0], body[1], body[2]) = (0x42, 0x42, 0x03);
        Span<byte> message = body.AsSpan(3);
        BridgeId(message[5..]); // the root
        BridgeId(message[17..]); // this bridge
        BinaryPrimitives.WriteUInt16BigEndian(message[25..], (ushort)(0x8000 | (port.Index + 1)));
        BinaryPrimitives.WriteUInt16BigEndian(message[29..], 20 * Second); // maximum age
        BinaryPrimitives.WriteUInt16BigEndian(message[31..], (ushort)(Hello.TotalSeconds * Second));
        BinaryPrimitives.WriteUInt16BigEndian(message[33..], (ushort)(ForwardDelay.TotalSeconds * Second));
        return Frames.Ethernet(ReservedGroup.Bpdu, port.Options.Mac, (EtherType)body.Length, body);
    }

    private void BridgeId(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, 0x8000); // the priority
        options.Mac.Write(bytes[2..]);
    }
}
