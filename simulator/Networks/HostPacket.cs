using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.State;
using Lab.Simulator.Networks.Ipv4;
using Lab.Simulator.Networks.Ipv6;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks;

/// <summary>How a packet reached the host; the default is for the host's own packets.</summary>
/// <param name="Device">Where it came in.</param>
/// <param name="Port">The bridge port behind which the sender is; null if it did not come over a bridge.</param>
/// <param name="SenderMac">The link header's source.</param>
/// <param name="ToGroup">The frame was addressed to a group: such packets are not forwarded, and no error is sent about them.</param>
internal readonly record struct PacketArrival(HostDevice? Device, BridgePort? Port, MacAddress SenderMac, bool ToGroup);

/// <summary>An IP packet inside a host's stack: the host's own copy, which hooks may change.</summary>
internal abstract class HostPacket(byte[] bytes, PacketArrival how)
{
    /// <summary>From the first byte of the IP header to the last of the payload.</summary>
    public byte[] Bytes { get; set; } = bytes;

    public PacketArrival How => how;

    public HostDevice? Arrival => how.Device;

    public BridgePort? Port => how.Port;

    public bool ToGroup => how.ToGroup;

    /// <summary>The PREROUTING hooks have been passed as a bridged packet already.</summary>
    public bool PreRouted { get; init; }

    /// <summary>What connection tracking said; null while nothing is tracked.</summary>
    public TrackingResult? Tracked { get; set; }

    /// <summary>Payload bytes of the fragments that it came in; empty if it came whole.</summary>
    public ImmutableArray<int> Sizes { get; set; } = [];

    /// <summary>It came in fragments: what forbids new ones then binds only what is no larger than they were (ignore_df).</summary>
    public bool Reassembled { get; set; }

    public abstract EtherType Type { get; }

    /// <summary>What it carries, behind options and extension headers.</summary>
    public abstract IpProtocol Protocol { get; }

    /// <summary>Up to what it carries, options and extension headers included.</summary>
    public abstract int HeaderLength { get; }

    public abstract bool IsFragment { get; }

    /// <summary>The addresses as numbers: rules and connections compare those of both families alike.</summary>
    public abstract UInt128 SourceBits { get; }

    public abstract UInt128 DestinationBits { get; }

    public bool Version6 => Type == EtherType.Ipv6;

    public ReadOnlySpan<byte> Payload => Bytes.AsSpan(HeaderLength);

    /// <summary>As filters and connection tracking read it; the link header of a routed packet is that of its arrival.</summary>
    public byte[] Framed() => Frames.Ethernet(Arrival?.Mac ?? default, how.SenderMac, Type, Bytes);

    /// <summary>The packet of a frame whose IP header is sound.</summary>
    /// <param name="device">Null while it is only being bridged.</param>
    public static HostPacket Of(in FrameHead head, byte[] bytes, HostDevice? device, in PassingFrame passing)
    {
        PacketArrival how = new(device, passing.Ingress, head.Source, head.Destination.IsGroup);
        bool seen = passing.SeenByIp, reassembled = !passing.Sizes.IsDefaultOrEmpty;
        TrackingResult? tracked = passing.Tracked; // but not the sizes of fragments: the stack clears what bridge netfilter noted (ip_rcv)
        return head.Type == EtherType.Ipv6
            ? new Ipv6Packet(bytes, how) { PreRouted = seen, Reassembled = reassembled, Tracked = tracked }
            : new Ipv4Packet(bytes, how) { PreRouted = seen, Reassembled = reassembled, Tracked = tracked };
    }
}
