using System.Collections.Immutable;

namespace Lab.Simulator.Switching;

/// <summary>Everything that can become of a frame at a place. Closed: whatever the simulator does to a frame is one of these.</summary>
/// <remarks>The numbers index counters, so they are dense; the sentence of each is in <see cref="Fates"/>.</remarks>
public enum Fate
{
    Forwarded,
    GivenToHost,
    Answered,
    Routed,

    TooShort,
    PortDown,
    NoCarrier,
    BridgeDown,
    TruncatedTag,
    SourceNotUnicast,
    ReservedGroup,
    PortNotForwarding,
    OnlyLearned,
    SamePort,
    BothIsolated,
    TooLong,
    NotFlooded,
    NotSubscribed,
    NobodyThere,
    NotAssociated,
    DroppedAtDevice,
    OtherVlan,

    MalformedIpv4,
    MalformedIpv6,
    MalformedArp,
    MalformedMulticast,
    TooBigForBridge,
    HeldForReassembly,
    BrokenFragments,

    FilteredFromGuest,
    FilteredFromGuestForwarded,
    FilteredToGuestForwarded,
    FilteredFromGuestToHost,
    FilteredToGuest,
    RejectedFromGuestForwarded,
    RejectedToGuestForwarded,
    RejectedFromGuestToHost,
    RefusedByHostPolicy,
    NotForHost,
    Martian,
    ReversePath,
    RefusedOptions,
    NotForwarding,
    NoRoute,
    BeyondScope,
    TimeExceeded,
    TooBigToForward,
    NoNeighbour,
    NoFreePort,
    TranslatedElsewhere,
    NotTranslatable,
    TableFull,
    RejectedByNetwork,
}

/// <summary>What a fate means, in words.</summary>
/// <param name="Lost">The frame went no further at this place.</param>
public sealed record FateInfo(Fate Fate, bool Lost, string Sentence);

public static class Fates
{
    private static readonly ImmutableArray<FateInfo> Table =
    [
        Kept(Fate.Forwarded, "The frame left through the port."),
        Kept(Fate.GivenToHost, "The frame was handed up to the host's own stack."),
        Kept(Fate.Answered, "The host took the packet as its own."),
        Kept(Fate.Routed, "The host forwarded the packet."),

        Loss(Fate.TooShort, "Fewer than 14 bytes are no Ethernet frame; the device refuses the write (EINVAL)."),
        Loss(Fate.PortDown, "The port is administratively down."),
        Loss(Fate.NoCarrier, "The port has no carrier."),
        Loss(Fate.BridgeDown, "The bridge device is down and forwards nothing."),
        Loss(Fate.TruncatedTag, "The EtherType announces a VLAN tag, but the frame ends before the tag does."),
        Loss(Fate.SourceNotUnicast, "The source address is a group address or all zero, which no station can have."),
        Loss(Fate.ReservedGroup, "The destination is a link-local group of IEEE 802.1D, which bridges do not forward."),
        Loss(Fate.PortNotForwarding, "The spanning tree has not brought the port to forwarding."),
        Loss(Fate.OnlyLearned, "The port is in the learning state: the source was noted, the frame dropped."),
        Loss(Fate.SamePort, "The destination is behind the port that the frame came from."),
        Loss(Fate.BothIsolated, "Sender's and receiver's ports are both isolated."),
        Loss(Fate.TooLong, "Without its outer tag the frame is longer than the port's MTU plus 18 bytes."),
        Loss(Fate.NotFlooded, "The port's flood flag for this kind of destination is off."),
        Loss(Fate.NotSubscribed, "The port has not joined the group that the frame is for."),
        Loss(Fate.NobodyThere, "No port was left to send the frame to."),
        Loss(Fate.NotAssociated, "The external switch has not associated the guest's virtual station interface."),
        Loss(Fate.DroppedAtDevice, "A rule of the host at the device itself dropped the frame."),
        Loss(Fate.OtherVlan, "The port does not belong to the VLAN that the frame is in."),

        Loss(Fate.MalformedIpv4, "Bridge netfilter refused the IPv4 header."),
        Loss(Fate.MalformedIpv6, "Bridge netfilter refused the IPv6 header."),
        Loss(Fate.MalformedArp, "Bridge netfilter refused an ARP packet of fewer than 8 bytes."),
        Loss(Fate.MalformedMulticast, "Multicast snooping refused a malformed IP packet to a group."),
        Loss(Fate.TooBigForBridge, "Bridge netfilter may not fragment the packet, and it is larger than the egress MTU."),
        Loss(Fate.HeldForReassembly, "Connection tracking keeps the fragment until the datagram is complete."),
        Loss(Fate.BrokenFragments, "The fragment overlaps others in part, or reaches beyond 65535; its datagram is discarded."),

        Loss(Fate.FilteredFromGuest, "The sender's layer-2 filter dropped the frame."),
        Loss(Fate.FilteredFromGuestForwarded, "The sender's IP filter for forwarded traffic dropped the packet."),
        Loss(Fate.FilteredToGuestForwarded, "The receiver's IP filter dropped the packet."),
        Loss(Fate.FilteredFromGuestToHost, "The sender's IP filter for traffic to the host dropped the packet."),
        Loss(Fate.FilteredToGuest, "The receiver's layer-2 filter dropped the frame."),
        Loss(Fate.RejectedFromGuestForwarded, "The sender's IP filter for forwarded traffic rejected the packet."),
        Loss(Fate.RejectedToGuestForwarded, "The receiver's IP filter rejected the packet."),
        Loss(Fate.RejectedFromGuestToHost, "The sender's IP filter for traffic to the host rejected the packet."),
        Loss(Fate.RefusedByHostPolicy, "No filter decided, and the host's own forward policy is to drop."),

        Loss(Fate.NotForHost, "The host's stack has no use for the frame."),
        Loss(Fate.Martian, "No station on a network can have these addresses, or the host has the source itself."),
        Loss(Fate.ReversePath, "The route back to the source does not use the device that the packet came in by."),
        Loss(Fate.RefusedOptions, "The packet's options are malformed, or name the way that it wants to go."),
        Loss(Fate.NotForwarding, "The packet is for somewhere else, and the host does not forward."),
        Loss(Fate.NoRoute, "The host has no route to the destination."),
        Loss(Fate.BeyondScope, "The source is good on its own link only, and the destination is on another."),
        Loss(Fate.TimeExceeded, "The packet's time to live is used up."),
        Loss(Fate.TooBigToForward, "The packet may not be fragmented, and it is larger than the MTU of its route."),
        Loss(Fate.NoNeighbour, "Nobody answered when the host asked for the next hop's address."),
        Loss(Fate.NoFreePort, "No answer to the packet could be told from those to another connection, and no free port helps."),
        Loss(Fate.TranslatedElsewhere, "The connection hides behind the address of another device than the one by which the packet leaves; it is forgotten."),
        Loss(Fate.NotTranslatable, "The packet ends before the header that the translation of addresses looks at does, or names a gateway that is none behind it."),
        Loss(Fate.TableFull, "Connection tracking has no room for another connection."),
        Loss(Fate.RejectedByNetwork, "The rules of a virtual network rejected the packet."),
    ];

    public static ImmutableArray<FateInfo> All => Table;

    public static FateInfo Of(Fate fate) => Table[(int)fate];

    private static FateInfo Kept(Fate fate, string sentence) => new(fate, Lost: false, sentence);

    private static FateInfo Loss(Fate fate, string sentence) => new(fate, Lost: true, sentence);
}
