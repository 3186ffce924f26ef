using System.Collections.Immutable;
using Lab.Engine.State;

namespace Lab.Simulator.Switching;

/// <summary>A frame on its way through a bridge, with what the hooks have found out about it; never leaves the stack.</summary>
public ref struct PassingFrame
{
    internal PassingFrame(ReadOnlySpan<byte> bytes, in FrameHead head, BridgePort? ingress)
    {
        Bytes = bytes;
        Head = head;
        Ingress = ingress;
    }

    /// <summary>The frame as it is now; a hook that changes it points this at the changed copy.</summary>
    public ReadOnlySpan<byte> Bytes { get; internal set; }

    /// <summary>Null when the host itself sent the frame.</summary>
    public BridgePort? Ingress { get; }

    /// <summary>What connection tracking says of the packet; null while nothing is tracked.</summary>
    public TrackingResult? Tracked { get; internal set; }

    /// <summary>Payload bytes of the fragments that the packet came in; empty if it came whole.</summary>
    public ImmutableArray<int> Sizes { get; internal set; }

    /// <summary>The IP hooks have seen the packet (untagged IP, and bridge netfilter on).</summary>
    public bool SeenByIp { get; internal set; }

    /// <summary>Others have yet to get the frame, and share its bytes (skb_cloned).</summary>
    public bool IsCopy { get; internal set; }

    /// <summary>On a VLAN-aware bridge; 0 on others.</summary>
    internal ushort Vlan { get; set; }

    internal FrameHead Head { get; private init; }

    /// <summary>The frame with another tag, or none, as one port is to have it.</summary>
    internal readonly PassingFrame Dressed(ReadOnlySpan<byte> bytes)
    {
        _ = FrameHead.TryRead(bytes, out FrameHead head, out _);
        return this with { Bytes = bytes, Head = head };
    }
}
