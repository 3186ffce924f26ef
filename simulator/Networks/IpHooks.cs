using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.State;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks;

/// <summary>
/// The IP hooks of one host, which routed packets meet, and bridged ones too where bridge netfilter is on
/// (switching.md sections 2.8 and 9.1): the guests' IP filters, libvirt's network rules, connection tracking, translation.
/// </summary>
/// <remarks>
/// <code>
///   PREROUTING: header checks, reassembly, tracking, replies translated back
///   FORWARD:    sender's filter, receiver's filter (bridged only), network rules
///   INPUT:      sender's filter to the host
///   POSTROUTING: source translation, confirmation, fragments
/// </code>
/// </remarks>
internal sealed class IpHooks : IBridgeNetfilter
{
    private readonly Host _host;
    private readonly HostOptions _options;
    private readonly NetworkRules _rules;
    private readonly ConnectionTracker? _tracker;
    private readonly ConnectionCounts? _counts;
    private readonly SourceNat? _nat;
    private readonly Ipv4Reassembly _trackedFragments, _localFragments;

    public IpHooks(Host host, HostOptions options, NetworkRules rules, TimeProvider clock)
    {
        (_host, _options, _rules) = (host, options, rules);
        _tracker = options.TrackConnections || rules.NeedTracking ? new(clock) : null;
        _counts = _tracker is null ? null : new(_tracker);
        _nat = rules.SourceNat.IsEmpty ? null : new(rules.SourceNat, _tracker!, options.Seed);
        (_trackedFragments, _localFragments) = (new(clock), new(clock));
    }

    Fate? IBridgeNetfilter.PreRouting(Bridge bridge, ref PassingFrame frame) => (frame.Head.Tagged, frame.Head.Type) switch
    {
        (true, _) => null, // bridge-nf-filter-vlan-tagged is 0
        (_, EtherType.Ipv4) => BridgedIpv4(ref frame),
        (_, EtherType.Ipv6) => BridgedIpv6(ref frame),
        _ => null,
    };

    Fate? IBridgeNetfilter.Forward(Bridge bridge, ref PassingFrame frame, BridgePort egress)
    {
        if (!frame.SeenByIp)
        {
            bool shortArp = frame.Head is { Tagged: false, Type: EtherType.Arp } && !BridgedIp.IsWholeArp(frame.Bytes);
            return shortArp ? Fate.MalformedArp : null;
        }

        BridgePort ingress = frame.Ingress!;
        bool version6 = frame.Head.Type == EtherType.Ipv6;
        PacketContext context = ContextOf(frame.Tracked, frame.Bytes);
        ISwitchWitness? witness = bridge.Fates.Witness;
        StageVerdict sent = Ask(ingress, FilterPlace.FromGuestForwarded, version6, frame.Bytes, context, witness);
        StageVerdict received = Passes(sent)
            ? Ask(egress, FilterPlace.ToGuestForwarded, version6, frame.Bytes, context, witness) : StageVerdict.Undecided;
        Fate? refused = Refusal(sent, Fate.FilteredFromGuestForwarded, Fate.RejectedFromGuestForwarded)
            ?? Refusal(received, Fate.FilteredToGuestForwarded, Fate.RejectedToGuestForwarded)
            ?? (received == StageVerdict.Accepted || ingress.Filter?.HasIpStages(version6) == true ? null
                : HostRefuses(frame, version6, bridge.Options.Name));
        if (refused is Fate.RejectedFromGuestForwarded or Fate.RejectedToGuestForwarded or Fate.RejectedByNetwork && !version6)
        {
            _host.AnswerRejection(PacketOf(frame));
        }

        return refused;
    }

    void IBridgeNetfilter.PostRouting(Bridge bridge, ref PassingFrame frame, BridgePort egress)
    {
        if (!frame.SeenByIp)
        {
            bridge.Emit(egress, frame.Bytes, frame.Head.Tagged);
            return;
        }

        ReadOnlySpan<byte> bytes = frame.Bytes;
        if (frame.Head.Type == EtherType.Ipv4 && _nat is not null && frame.Tracked is not null)
        {
            HostPacket packet = PacketOf(frame);
            if (PostRouting(packet, bridge.Options.Name, null) is { } lost)
            {
                bridge.Fates.Enter(lost, egress.Options.Name);
                return;
            }

            bytes = (byte[])[.. frame.Bytes[..FrameHead.Length], .. packet.Bytes];
        }
        else
        {
            Confirm(frame.Tracked);
        }

        EmitFitting(bridge, egress, bytes, frame);
    }

    /// <summary>PREROUTING for a packet that did not come as a bridged one.</summary>
    public Fate? PreRouting(HostPacket packet)
    {
        if (packet.PreRouted || _tracker is null)
        {
            return null;
        }

        if (packet.IsFragment)
        {
            if (_trackedFragments.Take(Framed(packet), out Fate held) is not { } whole)
            {
                return held;
            }

            (packet.Bytes, packet.Sizes, packet.Reassembled) = (whole.Frame[FrameHead.Length..].ToArray(), whole.Sizes, true);
        }

        TrackingResult tracked = _tracker.Track(Framed(packet));
        packet.Tracked = tracked;
        SourceNat.TranslateBack(packet.Bytes, tracked);
        return tracked.Refused ? Fate.TableFull : null;
    }

    /// <summary>Puts fragments for the host itself together; whole packets never come here.</summary>
    public HostPacket? Defragment(HostPacket packet, out Fate held) =>
        _localFragments.Take(Framed(packet), out held) is { } whole
            ? new HostPacket(whole.Frame[FrameHead.Length..].ToArray())
            {
                Arrival = packet.Arrival,
                Port = packet.Port,
                SenderMac = packet.SenderMac,
                ToGroup = packet.ToGroup,
            }
            : null;

    public Fate? Input(HostPacket packet)
    {
        Fate? refused = packet.Port is { } port
            ? Refusal(
                Ask(port, FilterPlace.FromGuestToHost, false, Framed(packet), ContextOf(packet.Tracked, Framed(packet)), _host.Fates.Witness),
                Fate.FilteredFromGuestToHost, Fate.RejectedFromGuestToHost)
            : null;
        if (refused == Fate.RejectedFromGuestToHost)
        {
            _host.AnswerRejection(packet);
        }
        else if (refused is null)
        {
            Confirm(packet.Tracked);
        }

        return refused;
    }

    /// <summary>FORWARD for a routed packet: the sender's filter is asked, a receiver's is not (nwfilter.md section 4.1).</summary>
    public Fate? Forward(HostPacket packet, string arrival, string departure)
    {
        StageVerdict sent = packet.Port is { } port
            ? Ask(port, FilterPlace.FromGuestForwarded, false, Framed(packet), ContextOf(packet.Tracked, Framed(packet)), _host.Fates.Witness)
            : StageVerdict.Undecided;
        Fate? refused = Refusal(sent, Fate.FilteredFromGuestForwarded, Fate.RejectedFromGuestForwarded)
            ?? NetworkRefuses(packet, arrival, departure);
        if (refused is Fate.RejectedFromGuestForwarded or Fate.RejectedByNetwork)
        {
            _host.AnswerRejection(packet);
        }

        return refused;
    }

    /// <summary>OUTPUT: what the host itself sends is tracked too.</summary>
    public void Output(HostPacket packet)
    {
        packet.Tracked = _tracker?.Track(Framed(packet));
    }

    /// <param name="masquerade">The address of the device that the packet leaves by; null for a bridged packet.</param>
    public Fate? PostRouting(HostPacket packet, string departure, Ipv4Address? masquerade)
    {
        if (_nat?.Translate(packet, departure, masquerade ?? _host.AddressOf(departure)) == false)
        {
            return Fate.NoFreePort;
        }

        Confirm(packet.Tracked);
        return null;
    }

    private Fate? BridgedIpv4(ref PassingFrame frame)
    {
        if (!BridgedIp.TryTrimIpv4(frame.Bytes[FrameHead.Length..], out int length))
        {
            return Fate.MalformedIpv4;
        }

        frame.Bytes = frame.Bytes[..(FrameHead.Length + length)];
        frame.SeenByIp = true;
        if (_tracker is null)
        {
            return null;
        }

        bool fragment = (Ipv4Rewriter.Word(frame.Bytes, FrameHead.Length + 6) & 0x3FFF) != 0;
        if (fragment)
        {
            if (_trackedFragments.Take(frame.Bytes, out Fate held) is not { } whole)
            {
                return held;
            }

            frame.Bytes = whole.Frame.Span;
            frame.Sizes = whole.Sizes;
        }

        TrackingResult tracked = _tracker.Track(frame.Bytes);
        frame.Tracked = tracked;
        if (tracked is { Direction: ConnectionDirection.Reply, Connection: { } connection } && SourceNat.IsTranslated(connection))
        {
            byte[] translated = frame.Bytes.ToArray();
            SourceNat.TranslateBack(translated.AsSpan(FrameHead.Length), tracked);
            frame.Bytes = translated;
        }

        return tracked.Refused ? Fate.TableFull : null;
    }

    private Fate? BridgedIpv6(ref PassingFrame frame)
    {
        if (!BridgedIp.TryTrimIpv6(frame.Bytes[FrameHead.Length..], out int length))
        {
            return Fate.MalformedIpv6;
        }

        frame.Bytes = frame.Bytes[..(FrameHead.Length + length)];
        frame.SeenByIp = true;
        if (_tracker is null)
        {
            return null;
        }

        if (Ipv6Fragments.IsQueued(frame.Bytes[FrameHead.Length..]))
        {
            return Fate.HeldForReassembly;
        }

        frame.Tracked = _tracker.Track(frame.Bytes);
        return null;
    }

    private Fate? HostRefuses(in PassingFrame frame, bool version6, string bridge) =>
        version6 || _rules.Forward.IsEmpty ? (_options.AcceptsForwarded ? null : Fate.RefusedByHostPolicy)
        : NetworkRefuses(PacketOf(frame), bridge, bridge);

    private Fate? NetworkRefuses(HostPacket packet, string arrival, string departure)
    {
        foreach (ForwardRule rule in _rules.Forward)
        {
            if (rule.Matches(arrival, departure, packet))
            {
                return rule.Verdict == ForwardVerdict.Accept ? null : Fate.RejectedByNetwork;
            }
        }

        return _options.AcceptsForwarded ? null : Fate.RefusedByHostPolicy;
    }

    private void EmitFitting(Bridge bridge, BridgePort egress, ReadOnlySpan<byte> bytes, in PassingFrame frame)
    {
        int mtu = egress.Options.Mtu;
        bool large = bytes.Length - FrameHead.Length > mtu;
        if (frame.Head.Type == EtherType.Ipv6)
        {
            if (large)
            {
                bridge.Fates.Enter(Fate.TooBigForBridge, egress.Options.Name);
                return;
            }

            bridge.Emit(egress, bytes, tagged: false);
        }
        else if (!frame.Sizes.IsDefaultOrEmpty)
        {
            int header = Ipv4Rewriter.HeaderLength(bytes[FrameHead.Length..]);
            bool fit = frame.Sizes.All(size => size + header <= mtu);
            Ipv4Fragments.Send(bytes, FrameHead.Length, mtu, fit ? frame.Sizes : [], new PortSink(bridge, egress));
        }
        else if (!large)
        {
            bridge.Emit(egress, bytes, tagged: false);
        }
        else if ((bytes[FrameHead.Length + 6] & 0x40) != 0)
        {
            bridge.Fates.Enter(Fate.TooBigForBridge, egress.Options.Name);
        }
        else
        {
            Ipv4Fragments.Send(bytes, FrameHead.Length, mtu, [], new PortSink(bridge, egress));
        }
    }

    private void Confirm(TrackingResult? packet)
    {
        if (packet is { } tracked)
        {
            _tracker?.Confirm(tracked);
        }
    }

    private PacketContext ContextOf(TrackingResult? packet, ReadOnlySpan<byte> frame)
    {
        if (packet is not { } tracked)
        {
            return default;
        }

        _counts?.Now(tracked, frame);
        return new(tracked.State, tracked.Direction, _counts);
    }

    private static StageVerdict Ask(
        BridgePort port, FilterPlace place, bool version6, ReadOnlySpan<byte> frame, in PacketContext context, ISwitchWitness? witness) =>
        port.Filter?.Ask(place, version6, port.Options.Name, frame, context, witness).Verdict ?? StageVerdict.Undecided;

    private static bool Passes(StageVerdict verdict) => verdict is StageVerdict.Undecided or StageVerdict.Accepted;

    private static Fate? Refusal(StageVerdict verdict, Fate dropped, Fate rejected) => verdict switch
    {
        StageVerdict.Dropped => dropped,
        StageVerdict.Rejected => rejected,
        _ => null,
    };

    private static HostPacket PacketOf(in PassingFrame frame) => new(frame.Bytes[FrameHead.Length..].ToArray())
    {
        Port = frame.Ingress,
        SenderMac = frame.Head.Source,
        ToGroup = frame.Head.Destination.IsGroup,
        Tracked = frame.Tracked,
        Bridged = true,
    };

    // Filters and tracking read frames; the link header of a routed packet is that of its arrival.
    private static byte[] Framed(HostPacket packet) =>
        Frames.Ethernet(packet.Arrival?.Mac ?? default, packet.SenderMac, EtherType.Ipv4, packet.Bytes);

    private sealed class PortSink(Bridge bridge, BridgePort egress) : IFrameSink
    {
        public void Accept(ReadOnlySpan<byte> frame) => bridge.Emit(egress, frame, tagged: false);
    }
}
