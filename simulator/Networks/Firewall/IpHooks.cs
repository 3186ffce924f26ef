using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.State;
using Lab.Simulator.Networks.Ipv4;
using Lab.Simulator.Networks.Ipv6;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks.Firewall;

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
    private readonly SourceNat? _nat4, _nat6;
    private readonly Ipv4Reassembly _trackedFragments, _localFragments;
    private readonly Ipv6Reassembly _trackedFragments6, _localFragments6;
    private HostPacket? _departing;

    public IpHooks(Host host, HostOptions options, NetworkRules rules, TimeProvider clock)
    {
        (_host, _options, _rules) = (host, options, rules);
        _tracker = Tracks(version6: false) || Tracks(version6: true) ? new(clock) : null;
        _counts = _tracker is null ? null : new(_tracker);
        _nat4 = rules.Ipv4.SourceNat.IsEmpty ? null : new(rules.Ipv4.SourceNat, _tracker!, options.Seed);
        _nat6 = rules.Ipv6.SourceNat.IsEmpty ? null : new(rules.Ipv6.SourceNat, _tracker!, options.Seed);
        (_trackedFragments, _localFragments) = (new(clock), new(clock));
        (_trackedFragments6, _localFragments6) = (new(clock), new(clock));
    }

    /// <summary>Tracking runs for a version of IP as soon as one of its rules asks for it (nf_ct_netns_get).</summary>
    private bool Tracks(bool version6) =>
        (version6 ? _options.TrackIpv6 : _options.TrackIpv4) || _rules.For(version6).NeedTracking;

    private SourceNat? Nat(bool version6) => version6 ? _nat6 : _nat4;

    /// <summary>Hands a packet of the host's stack to a device, whole or in pieces; a bridge's hooks know of it meanwhile.</summary>
    public void Depart(HostPacket packet, Action send)
    {
        HostPacket? outer = _departing; // what the host answers while that one is under way
        _departing = packet;
        send();
        _departing = outer;
    }

    Fate? IBridgeNetfilter.PreRouting(Bridge bridge, ref PassingFrame frame) => (frame.Head.Tagged, frame.Head.Type) switch
    {
        (true, _) => null, // bridge-nf-filter-vlan-tagged is 0
        (_, EtherType.Ipv4) => BridgedIpv4(bridge, ref frame),
        (_, EtherType.Ipv6) => BridgedIpv6(bridge, ref frame),
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
                : HostRefuses(bridge, frame, version6));
        if (refused is Fate.RejectedFromGuestForwarded or Fate.RejectedToGuestForwarded or Fate.RejectedByNetwork)
        {
            _host.AnswerRejection(PacketOf(bridge, frame));
        }

        return refused;
    }

    /// <remarks>No IP hook of libvirt's knows the port of what the host sends (quirk 26); the strict meaning asks all the same.</remarks>
    Fate? IBridgeNetfilter.Output(Bridge bridge, in PassingFrame frame, BridgePort egress)
    {
        if (egress.Filter is not { Program.Meaning: Meaning.Strict } || frame.Head.Tagged || frame.Head.Type is not (EtherType.Ipv4 or EtherType.Ipv6))
        {
            return null;
        }

        bool version6 = frame.Head.Type == EtherType.Ipv6;
        StageVerdict received = Ask(
            egress, FilterPlace.ToGuestForwarded, version6, frame.Bytes, ContextOf(_departing?.Tracked, frame.Bytes), bridge.Fates.Witness);
        if (received == StageVerdict.Rejected && _departing is { Arrival: not null } routed)
        {
            _host.AnswerRejection(routed);
        }

        return Refusal(received, Fate.FilteredToGuestForwarded, Fate.RejectedToGuestForwarded);
    }

    /// <remarks>What goes up for many has its connection confirmed there, whoever else let the packet through (br_nf_local_in).</remarks>
    void IBridgeNetfilter.Input(in PassingFrame frame)
    {
        if (frame.Head.Destination.IsGroup)
        {
            Confirm(frame.Tracked);
        }
    }

    void IBridgeNetfilter.PostRouting(Bridge bridge, ref PassingFrame frame, BridgePort egress)
    {
        if (!frame.SeenByIp)
        {
            bridge.Emit(egress, frame.Bytes, frame.Head.Tagged);
            return;
        }

        ReadOnlySpan<byte> bytes = frame.Bytes;
        if (frame.Tracked is not null && Nat(frame.Head.Type == EtherType.Ipv6) is not null)
        {
            HostPacket packet = PacketOf(bridge, frame);
            if (PostRouting(packet, packet.Arrival!, packet.Version6 ? Ipv6Stack.AddressTowards(new(packet.DestinationBits), packet.Arrival!)?.Bits
                : packet.Arrival!.AddressTowards(((Ipv4Packet)packet).Destination)?.Bits) is { } lost)
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
        if (packet.PreRouted || !Tracks(packet.Version6))
        {
            return null;
        }

        if (packet.Version6 ? _trackedFragments6.Concerns(packet.Bytes) : packet.IsFragment)
        {
            byte[] frame = packet.Framed();
            if ((packet.Version6 ? _trackedFragments6.Take(frame, out Fate held) : _trackedFragments.Take(frame, out held)) is not { } whole)
            {
                return held;
            }

            (packet.Bytes, packet.Sizes, packet.Reassembled) = (whole.Packet, whole.Sizes, true);
        }

        TrackingResult tracked = _tracker!.Track(packet.Framed());
        packet.Tracked = tracked;
        return tracked.Refused ? Fate.TableFull : SourceNat.TranslateBack(packet.Bytes, tracked);
    }

    /// <summary>Puts fragments for the host itself together; whole packets never come here.</summary>
    public HostPacket? Defragment(HostPacket packet, out Fate held)
    {
        byte[] frame = packet.Framed();
        return (packet.Version6 ? _localFragments6.Take(frame, out held) : _localFragments.Take(frame, out held)) is not { } whole ? null
            : packet.Version6 ? new Ipv6Packet(whole.Packet, packet.How) : new Ipv4Packet(whole.Packet, packet.How);
    }

    public Fate? Input(HostPacket packet)
    {
        Fate? refused = Refusal(Asked(packet, FilterPlace.FromGuestToHost), Fate.FilteredFromGuestToHost, Fate.RejectedFromGuestToHost);
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
    public Fate? Forward(HostPacket packet, HostDevice departure)
    {
        Fate? refused = Refusal(
                Asked(packet, FilterPlace.FromGuestForwarded), Fate.FilteredFromGuestForwarded, Fate.RejectedFromGuestForwarded)
            ?? NetworkRefuses(packet, packet.Arrival!.Name, departure.Name);
        if (refused is Fate.RejectedFromGuestForwarded or Fate.RejectedByNetwork)
        {
            _host.AnswerRejection(packet);
        }

        return refused;
    }

    /// <summary>OUTPUT: what the host itself sends is tracked too.</summary>
    /// <param name="cause">What an error is about: the error belongs to its connection, whatever it quotes (nf_conntrack_attach).</param>
    /// <returns>Null, or why the packet is lost.</returns>
    public Fate? Output(HostPacket packet, HostPacket? cause)
    {
        if (cause?.Tracked is { Connection: not null, Direction: { } direction } tracked)
        {
            packet.Tracked = new(ConnectionStates.Related,
                direction == ConnectionDirection.Original ? ConnectionDirection.Reply : ConnectionDirection.Original, tracked.Connection);
        }
        else if (Tracks(packet.Version6))
        {
            packet.Tracked = _tracker!.Track(packet.Framed());
        }

        return packet.Tracked is { } known ? SourceNat.TranslateBack(packet.Bytes, known) : null;
    }

    /// <param name="masquerade">The address of the device that the packet leaves by; null if it has none.</param>
    public Fate? PostRouting(HostPacket packet, HostDevice departure, UInt128? masquerade)
    {
        if (Nat(packet.Version6)?.Translate(packet, departure.Name, masquerade) is { } lost)
        {
            return lost;
        }

        Confirm(packet.Tracked);
        return null;
    }

    private StageVerdict Asked(HostPacket packet, FilterPlace place)
    {
        if (packet.Port is not { } port)
        {
            return StageVerdict.Undecided;
        }

        byte[] frame = packet.Framed();
        return Ask(port, place, packet.Version6, frame, ContextOf(packet.Tracked, frame), _host.Fates.Witness);
    }

    private Fate? BridgedIpv4(Bridge bridge, ref PassingFrame frame)
    {
        if (!BridgedIp.TryTrimIpv4(frame.Bytes[FrameHead.Length..], out int length))
        {
            return Fate.MalformedIpv4;
        }

        frame.Bytes = frame.Bytes[..(FrameHead.Length + length)];
        frame.SeenByIp = true;
        if (!Tracks(version6: false))
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

            frame.Bytes = whole.Frame;
            frame.Sizes = whole.Sizes;
        }

        return Track(bridge, ref frame);
    }

    private Fate? BridgedIpv6(Bridge bridge, ref PassingFrame frame)
    {
        if (!BridgedIp.TryTrimIpv6(frame.Bytes[FrameHead.Length..], out int length))
        {
            return Fate.MalformedIpv6;
        }

        frame.Bytes = frame.Bytes[..(FrameHead.Length + length)];
        frame.SeenByIp = true;
        if (!Tracks(version6: true))
        {
            return null;
        }

        if (_trackedFragments6.Concerns(frame.Bytes[FrameHead.Length..]))
        {
            if (_trackedFragments6.Take(frame.Bytes, out Fate held) is not { } whole)
            {
                return held;
            }

            frame.Bytes = whole.Frame;
            frame.Sizes = whole.Sizes;
        }

        return Track(bridge, ref frame);
    }

    private Fate? Track(Bridge bridge, ref PassingFrame frame)
    {
        TrackingResult tracked = _tracker!.Track(frame.Bytes);
        frame.Tracked = tracked;
        return tracked.Refused ? Fate.TableFull
            : tracked is { Direction: ConnectionDirection.Reply, Connection: { } connection } && SourceNat.IsTranslated(connection) ? TranslateBack(bridge, ref frame, tracked)
            : null;
    }

    /// <remarks>With another destination the frame goes to the station that has it, if that is on this bridge too, and up to the host
    /// otherwise, whoever it was sent to (br_nf_pre_routing_finish, net/bridge/br_netfilter_hooks.c).</remarks>
    private Fate? TranslateBack(Bridge bridge, ref PassingFrame frame, in TrackingResult tracked)
    {
        byte[] bytes = frame.Bytes.ToArray();
        UInt128 before = PacketOf(bridge, frame).DestinationBits;
        Fate? lost = SourceNat.TranslateBack(bytes.AsSpan(FrameHead.Length), tracked);
        frame.Bytes = bytes;
        HostPacket packet = PacketOf(bridge, frame);
        if (lost is null && packet.DestinationBits != before && (lost = _host.FindStation(packet, out MacAddress? station)) is null)
        {
            (station ?? bridge.Options.Mac).Write(bytes);
            frame = frame.Dressed(bytes);
        }

        return lost;
    }

    private Fate? HostRefuses(Bridge bridge, in PassingFrame frame, bool version6) =>
        _rules.For(version6).Forward.IsEmpty ? (_options.AcceptsForwarded ? null : Fate.RefusedByHostPolicy)
        : NetworkRefuses(PacketOf(bridge, frame), bridge.Options.Name, bridge.Options.Name);

    private Fate? NetworkRefuses(HostPacket packet, string arrival, string departure)
    {
        foreach (ForwardRule rule in _rules.For(packet.Version6).Forward)
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
        if (frame.Head.Type == EtherType.Ipv6)
        {
            EmitFittingIpv6(bridge, egress, bytes, frame);
            return;
        }

        int mtu = egress.Options.Mtu;
        int largest = frame.Sizes.IsDefaultOrEmpty ? 0 : frame.Sizes.Max() + Ipv4Rewriter.HeaderLength(bytes[FrameHead.Length..]);
        bool mayCut = largest > 0 ? largest <= mtu : (bytes[FrameHead.Length + 6] & 0x40) == 0; // br_nf_ip_fragment
        if (largest == 0 && bytes.Length - FrameHead.Length <= mtu)
        {
            bridge.Emit(egress, bytes, tagged: false);
        }
        else if (!mayCut)
        {
            bridge.Fates.Enter(Fate.TooBigForBridge, egress.Options.Name);
        }
        else if (largest == 0)
        {
            Ipv4Fragments.Send(bytes, FrameHead.Length, mtu, [], new PortSink(bridge, egress));
        }
        else
        {
            Ipv4Fragments.SendAgain(bytes, FrameHead.Length, mtu, frame.Sizes, Linear(bytes[FrameHead.Length..], frame.Tracked, routed: false), frame.IsCopy, keepsFlag: false, new PortSink(bridge, egress));
        }
    }

    // br_nf_dev_queue_xmit hands what does not fit to ip6_fragment, which tells the sender where it may not cut.
    private void EmitFittingIpv6(Bridge bridge, BridgePort egress, ReadOnlySpan<byte> bytes, in PassingFrame frame)
    {
        ReadOnlySpan<byte> packet = bytes[FrameHead.Length..];
        int mtu = egress.Options.Mtu, largest = Ipv6Fragments.LargestPiece(packet, frame.Sizes);
        if (Ipv6Fragments.Fits(packet.Length, mtu, largest))
        {
            bridge.Emit(egress, bytes, tagged: false);
        }
        else if (largest == 0 || largest > mtu)
        {
            bridge.Fates.Enter(Fate.TooBigForBridge, egress.Options.Name);
            _host.Ipv6.AnswerError((Ipv6Packet)PacketOf(bridge, frame), Icmpv6Type.PacketTooBig, 0, (uint)mtu);
        }
        else
        {
            Ipv6Fragments.Send(bytes, FrameHead.Length, mtu, frame.Sizes, keepSizes: !frame.IsCopy, _host.Ipv6.NextIdentification(), new PortSink(bridge, egress));
        }
    }

    /// <inheritdoc cref="Ipv4Fragments.Linear"/>
    public int Linear(ReadOnlySpan<byte> packet, TrackingResult? tracked, bool routed) =>
        Ipv4Fragments.Linear(packet, routed, _nat4 is not null && tracked?.State == ConnectionStates.Related, SourceNat.Changes(tracked));

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
            return new(ConnectionStates.None, Sets: _options.IpSets);
        }

        _counts?.Now(tracked, frame);
        return new(tracked.State, tracked.Direction, _counts, _options.IpSets);
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

    /// <summary>A copy of a packet that is being bridged; for the IP hooks it comes in by the bridge device.</summary>
    private HostPacket PacketOf(Bridge bridge, in PassingFrame frame) =>
        HostPacket.Of(frame.Head, frame.Bytes[FrameHead.Length..].ToArray(), _host.DeviceNamed(bridge.Options.Name), frame);

    private sealed class PortSink(Bridge bridge, BridgePort egress) : IFrameSink
    {
        public void Accept(ReadOnlySpan<byte> frame) => bridge.Emit(egress, frame, tagged: false);
    }
}
