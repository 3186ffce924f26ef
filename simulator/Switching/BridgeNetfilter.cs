using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Simulator.Switching;

/// <summary>Which families of bridged packets meet the IP hooks: net.bridge.bridge-nf-call-*; all on by default in a new namespace.</summary>
public sealed record BridgeNetfilterOptions
{
    public bool Ipv4 { get; init; } = true;

    public bool Ipv6 { get; init; } = true;

    public bool Arp { get; init; } = true;

    /// <summary>What the host's own FORWARD rules say of a packet that no filter decided; an untouched host accepts.</summary>
    public bool HostAcceptsForwarded { get; init; } = true;
}

/// <summary>Bridge netfilter with the guests' IP filters in its FORWARD and INPUT hooks, and nothing else of the host's.</summary>
public sealed class BridgeNetfilter(BridgeNetfilterOptions options) : IBridgeNetfilter
{
    public Fate? PreRouting(Bridge bridge, ref PassingFrame frame)
    {
        if (frame.Head.Tagged)
        {
            return null; // bridge-nf-filter-vlan-tagged is 0
        }

        switch (frame.Head.Type)
        {
            case EtherType.Ipv4 when options.Ipv4:
                return Admit(ref frame, BridgedIp.TryTrimIpv4(frame.Bytes, out int length4), length4, Fate.MalformedIpv4);
            case EtherType.Ipv6 when options.Ipv6:
                return Admit(ref frame, BridgedIp.TryTrimIpv6(frame.Bytes, out int length6), length6, Fate.MalformedIpv6);
            default:
                return null;
        }
    }

    public Fate? Forward(Bridge bridge, ref PassingFrame frame, BridgePort egress)
    {
        if (!frame.SeenByIp)
        {
            bool shortArp = options.Arp && frame.Head is { Tagged: false, Type: EtherType.Arp } && !BridgedIp.IsWholeArp(frame.Bytes);
            return shortArp ? Fate.MalformedArp : null;
        }

        BridgePort ingress = frame.Ingress!;
        bool version6 = frame.Head.Type == EtherType.Ipv6;
        StageVerdict sent = Ask(bridge, FilterPlace.FromGuestForwarded, version6, ingress, frame);
        if (Refusal(sent, Fate.FilteredFromGuestForwarded, Fate.RejectedFromGuestForwarded) is { } refused)
        {
            return refused;
        }

        StageVerdict received = Ask(bridge, FilterPlace.ToGuestForwarded, version6, egress, frame);
        if (Refusal(received, Fate.FilteredToGuestForwarded, Fate.RejectedToGuestForwarded) is { } unwanted)
        {
            return unwanted;
        }

        bool decided = received == StageVerdict.Accepted || ingress.Filter?.HasIpStages(version6) == true;
        return decided || options.HostAcceptsForwarded ? null : Fate.RefusedByHostPolicy;
    }

    public void PostRouting(Bridge bridge, ref PassingFrame frame, BridgePort egress) =>
        bridge.Emit(egress, frame.Bytes, frame.Head.Tagged);

    public Fate? Input(Bridge bridge, ref PassingFrame frame) =>
        frame is { SeenByIp: true, Ingress: { } ingress }
            ? Refusal(
                Ask(bridge, FilterPlace.FromGuestToHost, frame.Head.Type == EtherType.Ipv6, ingress, frame),
                Fate.FilteredFromGuestToHost, Fate.RejectedFromGuestToHost)
            : null;

    private static Fate? Admit(ref PassingFrame frame, bool sound, int length, Fate malformed)
    {
        if (!sound)
        {
            return malformed;
        }

        frame.Bytes = frame.Bytes[..length];
        frame.SeenByIp = true;
        return null;
    }

    private static StageVerdict Ask(Bridge bridge, FilterPlace place, bool version6, BridgePort port, in PassingFrame frame) =>
        port.Filter?.Ask(place, version6, port.Options.Name, frame.Bytes, frame.Context, bridge.Fates.Witness).Verdict
        ?? StageVerdict.Undecided;

    private static Fate? Refusal(StageVerdict verdict, Fate dropped, Fate rejected) => verdict switch
    {
        StageVerdict.Dropped => dropped,
        StageVerdict.Rejected => rejected,
        _ => null,
    };
}
