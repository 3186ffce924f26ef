using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.State;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks;

/// <summary>An IPv4 packet inside a host's stack: the host's own copy, which hooks may change.</summary>
internal sealed class HostPacket(byte[] bytes)
{
    /// <summary>From the first byte of the IP header to the last of the payload.</summary>
    public byte[] Bytes { get; set; } = bytes;

    /// <summary>Where it came in; null for the host's own packets.</summary>
    public HostDevice? Arrival { get; init; }

    /// <summary>The bridge port behind which the sender is; null if it did not come over a bridge.</summary>
    public BridgePort? Port { get; init; }

    /// <summary>The link header's source, to which a bridged rejection answers.</summary>
    public MacAddress SenderMac { get; init; }

    /// <summary>The frame was addressed to a group: such packets are not forwarded, and no error is sent about them.</summary>
    public bool ToGroup { get; init; }

    /// <summary>A copy of a packet that is being bridged, not routed.</summary>
    public bool Bridged { get; init; }

    /// <summary>The PREROUTING hooks have been passed as a bridged packet already.</summary>
    public bool PreRouted { get; init; }

    /// <summary>What connection tracking said; null while nothing is tracked.</summary>
    public TrackingResult? Tracked { get; set; }

    /// <summary>Payload bytes of the fragments that it came in; empty if it came whole.</summary>
    public ImmutableArray<int> Sizes { get; set; } = [];

    public Ipv4Address Source => Ipv4Address.Read(Bytes.AsSpan(Ipv4Rewriter.SourceOffset));

    public Ipv4Address Destination => Ipv4Address.Read(Bytes.AsSpan(Ipv4Rewriter.DestinationOffset));

    public IpProtocol Protocol => (IpProtocol)Bytes[9];

    public int HeaderLength => Ipv4Rewriter.HeaderLength(Bytes);

    public ReadOnlySpan<byte> Payload => Bytes.AsSpan(HeaderLength);

    /// <summary>It came in fragments: the flag not to fragment then binds only what is no larger than they were (ignore_df).</summary>
    public bool Reassembled { get; set; }

    /// <summary>Whether it may not leave in pieces for this MTU (ip_exceeds_mtu, net/ipv4/ip_forward.c).</summary>
    public bool IsTooBigFor(int mtu) => Bytes.Length > mtu && (Bytes[6] & 0x40) != 0
        && (!Reassembled || Sizes.Any(size => size + HeaderLength > mtu));

    public bool IsLaterFragment => (Ipv4Rewriter.Word(Bytes, 6) & 0x1FFF) != 0;

    public bool IsFragment => (Ipv4Rewriter.Word(Bytes, 6) & 0x3FFF) != 0;
}
