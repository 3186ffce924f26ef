using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Simulator.Switching;

/// <summary>A host device that carries macvtaps (switching.md section 5; drivers/net/macvlan.c): W, with its guests above and the wire below.</summary>
/// <remarks>
/// <code>
///   guest   guest   guest      host's stack
///     |       |       |             |
///   macvtap macvtap macvtap         |
///     └───────┴───┬───┴─────────────┘
///                 W ── wire
/// </code>
/// </remarks>
public sealed class LowerDevice
{
    private const int LengthAllowance = FrameHead.Length + FrameHead.TagLength; // as for a bridge port

    private readonly List<Macvtap> _taps = [];
    private readonly Dictionary<MacAddress, Macvtap> _stations = [];
    private readonly IFrameSink _wire;
    private readonly IFrameSink _host;

    /// <param name="wire">Takes what leaves.</param>
    /// <param name="host">The stack behind the device.</param>
    public LowerDevice(string name, MacAddress mac, IFrameSink wire, IFrameSink host) =>
        (Name, Mac, _wire, _host) = (name, mac, wire, host);

    public string Name { get; }

    public MacAddress Mac { get; private set; }

    public int Mtu { get; init; } = 1500; // bytes of payload

    public bool Enslaved { get; init; }

    public DeviceHooks Hooks { get; init; } = DeviceHooks.None;

    /// <summary>Where fragments for groups are put together before anybody hears them; null lets them pass one by one.</summary>
    public IGroupDefragmenter? Defragmenter { get; init; }

    public bool Up { get; set; } = true;

    public bool Carrier { get; set; } = true;

    public FateLedger Fates { get; } = new();

    public IReadOnlyList<Macvtap> Taps => _taps;

    /// <summary>Why the kernel would refuse such a device here; null when it would not.</summary>
    public AttachRefusal? Refuses(MacvtapOptions options) =>
        Enslaved ? AttachRefusal.LowerDeviceEnslaved
        : _taps.Count > 0 && (options.Mode == MacvtapMode.Passthrough || Passthrough is not null) ? AttachRefusal.PassthroughIsExclusive
        : options.Mac.IsGroup ? AttachRefusal.AddressIsGroup
        : options.Mode != MacvtapMode.Passthrough && (options.Mac == Mac || _stations.ContainsKey(options.Mac)) ? AttachRefusal.AddressInUse
        : options.Mtu > Mtu ? AttachRefusal.MtuTooLarge
        : null;

    /// <exception cref="InvalidOperationException"><see cref="Refuses"/> has a reason.</exception>
    public Macvtap Attach(MacvtapOptions options, IFrameSink guest, PortFilter? filter = null, IAssociation? association = null)
    {
        if (Refuses(options) is { } refusal)
        {
            throw new InvalidOperationException($"{options.Name} on {Name}: {refusal}");
        }

        var tap = new Macvtap(options, filter, guest) { Association = association };
        _taps.Add(tap);
        _stations[options.Mac] = tap;
        if (options.Mode == MacvtapMode.Passthrough)
        {
            Mac = options.Mac; // one address for both: macvlan_set_mac_address
        }

        return tap;
    }

    /// <summary>A device that is down is no station any more: frames for it go to the host, its guest's writes nowhere.</summary>
    public void SetUp(Macvtap tap, bool up)
    {
        tap.Up = up;
        if (up)
        {
            _stations[tap.Options.Mac] = tap;
        }
        else
        {
            _ = _stations.Remove(tap.Options.Mac);
        }
    }

    /// <summary>Takes a macvtap away and makes one like it for the same guest; the device's groups are those of a new one.</summary>
    public Macvtap Replug(Macvtap tap)
    {
        Macvtap successor = tap.Successor();
        _taps[_taps.IndexOf(tap)] = _stations[tap.Options.Mac] = successor;
        return successor;
    }

    /// <summary>Replaces a guest's filter between two frames.</summary>
    public static void Bind(Macvtap tap, PortFilter? filter) => tap.Filter = filter;

    /// <summary>The guest sends.</summary>
    public void SendFromGuest(Macvtap tap, ReadOnlySpan<byte> frame)
    {
        if (!FrameHead.TryRead(frame, out FrameHead head, out Fate wrong) && wrong == Fate.TooShort)
        {
            Became(wrong, tap);
        }
        else if (!tap.Up)
        {
            Became(Fate.PortDown, tap);
        }
        else if (!Carrier)
        {
            Became(Fate.NoCarrier, tap);
        }
        else if (FilteredFromGuest(tap, frame) is { } filtered)
        {
            Became(filtered, tap);
        }
        else if (tap.Options.Hooks.DropsOnEgress(frame))
        {
            Became(Fate.DroppedAtDevice, tap);
        }
        else if (tap.Options.Mode == MacvtapMode.Bridge)
        {
            SendBridged(tap, MacAddress.Read(frame), head, frame);
        }
        else
        {
            ToWire(tap, frame);
        }
    }

    /// <summary>The host's own stack sends: to the wire, and nowhere else.</summary>
    public void SendFromHost(ReadOnlySpan<byte> frame) => ToWire(null, frame);

    /// <summary>A frame arrives from the wire.</summary>
    public void ReceiveFromWire(ReadOnlySpan<byte> frame)
    {
        if (!FrameHead.TryRead(frame, out _, out Fate wrong))
        {
            Became(wrong, null);
        }
        else if (!Up)
        {
            Became(Fate.PortDown, null);
        }
        else if (!Carrier)
        {
            Became(Fate.NoCarrier, null);
        }
        else if (Hooks.DropsOnIngress(frame))
        {
            Became(Fate.DroppedAtDevice, null);
        }
        else if (MacAddress.Read(frame).IsGroup)
        {
            ReceiveGroup(frame);
        }
        else
        {
            ReceiveUnicast(frame);
        }
    }

    private Macvtap? Passthrough => _taps is [{ Options.Mode: MacvtapMode.Passthrough } only] ? only : null;

    private void SendBridged(Macvtap from, MacAddress destination, in FrameHead head, ReadOnlySpan<byte> frame)
    {
        if (destination.IsGroup)
        {
            bool fits = Fits(head, frame);
            foreach (Macvtap sibling in _taps)
            {
                if (sibling != from && sibling is { Up: true, Options.Mode: MacvtapMode.Bridge } && fits)
                {
                    OfferGroup(sibling, destination, frame);
                }
            }

            ToWire(from, frame);
        }
        else if (_stations.TryGetValue(destination, out Macvtap? sibling) && sibling.Options.Mode == MacvtapMode.Bridge)
        {
            if (!Up)
            {
                Became(Fate.PortDown, from);
            }
            else if (!Fits(head, frame))
            {
                Became(Fate.TooLong, sibling);
            }
            else if (Hooks.DropsOnIngress(frame)) // dev_forward_skb: it comes in at W like a frame from the wire
            {
                Became(Fate.DroppedAtDevice, null);
            }
            else
            {
                Deliver(sibling, frame);
            }
        }
        else
        {
            ToWire(from, frame);
        }
    }

    // macvlan_forward_source and dev_forward_skb: the same limit as a bridge port's.
    private bool Fits(in FrameHead head, ReadOnlySpan<byte> frame) => head.LengthWithoutTag(frame) <= Mtu + LengthAllowance;

    private void ReceiveUnicast(ReadOnlySpan<byte> frame)
    {
        if (Passthrough is { } only)
        {
            if (only.Up)
            {
                DeliverFromWire(only, frame);
            }
            else
            {
                Became(Fate.PortDown, only);
            }
        }
        else if (_stations.TryGetValue(MacAddress.Read(frame), out Macvtap? tap))
        {
            DeliverFromWire(tap, frame);
        }
        else
        {
            ToHost(frame);
        }
    }

    private void ReceiveGroup(ReadOnlySpan<byte> frame)
    {
        MacAddress destination = MacAddress.Read(frame);
        bool control = frame is // EtherType 0x8808, pause frames: macvlan_handle_frame leaves them to the host
            [_, _, _, _, _, _, _, _, _, _, _, _, 0x88, 0x08, ..];
        if (control || (Passthrough is not null && ReservedGroup.Contains(destination)))
        {
            ToHost(frame);
            return;
        }

        if (Defragmenter is { } defragmenter)
        {
            if (!defragmenter.TryComplete(frame, out ReadOnlyMemory<byte> whole, out Fate held))
            {
                Became(held, null);
                return;
            }

            frame = whole.IsEmpty ? frame : whole.Span;
        }

        Macvtap? source = _stations.GetValueOrDefault(MacAddress.Read(frame[MacAddress.Length..]));
        if (source?.Options.Mode is MacvtapMode.Private or MacvtapMode.Passthrough)
        {
            DeliverFromWire(source, frame); // macvlan_handle_frame: handed to the source's own device, and to nobody else
            return;
        }

        foreach (Macvtap tap in _taps)
        {
            if (tap.Up && HearsReflected(tap, source))
            {
                OfferGroup(tap, destination, frame, fromWire: true);
            }
        }

        ToHost(frame);
    }

    /// <summary>Who hears a group frame from the wire, given the sibling that it was reflected from (macvlan_multicast_rx).</summary>
    private static bool HearsReflected(Macvtap tap, Macvtap? source) => (source?.Options.Mode, tap.Options.Mode) switch
    {
        (null, _) => true,
        (MacvtapMode.Vepa, MacvtapMode.Vepa or MacvtapMode.Bridge) => tap != source,
        (MacvtapMode.Bridge, MacvtapMode.Vepa) => true, // those in bridge mode had it directly
        _ => false,
    };

    private void OfferGroup(Macvtap tap, MacAddress group, ReadOnlySpan<byte> frame, bool fromWire = false)
    {
        if (!tap.Hears(group))
        {
            Became(Fate.NotSubscribed, tap);
        }
        else if (fromWire)
        {
            DeliverFromWire(tap, frame);
        }
        else
        {
            Deliver(tap, frame);
        }
    }

    private void DeliverFromWire(Macvtap tap, ReadOnlySpan<byte> frame)
    {
        switch (tap.Association)
        {
            case { Vlan: null }:
                Became(Fate.NotAssociated, tap);
                break;
            case { Vlan: > 0 and var vlan }:
                DeliverFromVlan(tap, frame, vlan);
                break;
            default:
                Deliver(tap, frame);
                break;
        }
    }

    private void DeliverFromVlan(Macvtap tap, ReadOnlySpan<byte> frame, ushort vlan)
    {
        if (EthernetView.TryRead(frame, out EthernetView ethernet) && ethernet.Type == EtherType.Vlan
            && VlanView.TryRead(ethernet.Payload, out VlanView tag) && tag.Id == vlan)
        {
            Deliver(tap, VlanView.Untagged(frame));
        }
        else
        {
            Became(Fate.OtherVlan, tap);
        }
    }

    private void Deliver(Macvtap tap, ReadOnlySpan<byte> frame)
    {
        if (!FrameHead.TryRead(frame, out _, out Fate wrong)) // a sibling may send what the wire would not take
        {
            Became(wrong, tap);
        }
        else if (tap.Options.Hooks.DropsOnIngress(frame))
        {
            Became(Fate.DroppedAtDevice, tap);
        }
        else if (FilteredToGuest(tap, frame) is { } filtered)
        {
            Became(filtered, tap);
        }
        else
        {
            Became(Fate.Forwarded, tap);
            tap.ToGuest(frame);
        }
    }

    // The order of the layers is that of a bridge's port (nwfilter.md section 4.1). Nobody can be told of a rejection here.
    private Fate? FilteredFromGuest(Macvtap tap, ReadOnlySpan<byte> frame) =>
        !Passes(tap, FilterPlace.FromGuest, frame) ? Fate.FilteredFromGuest
        : !Passes(tap, FilterPlace.FromGuestForwarded, frame) ? Fate.FilteredFromGuestForwarded
        : null;

    private Fate? FilteredToGuest(Macvtap tap, ReadOnlySpan<byte> frame) =>
        !Passes(tap, FilterPlace.ToGuestForwarded, frame) ? Fate.FilteredToGuestForwarded
        : !Passes(tap, FilterPlace.ToGuest, frame) ? Fate.FilteredToGuest
        : null;

    private bool Passes(Macvtap tap, FilterPlace place, ReadOnlySpan<byte> frame)
    {
        if (tap.Filter is not { } filter)
        {
            return true;
        }

        bool layer2 = place is FilterPlace.FromGuest or FilterPlace.ToGuest;
        EtherType type = EthernetView.TryRead(frame, out EthernetView ethernet) ? ethernet.Type : default;
        return (!layer2 && type is not (EtherType.Ipv4 or EtherType.Ipv6))
            || filter.Ask(place, version6: type == EtherType.Ipv6, tap.Options.Name, frame, default, Fates.Witness).Passes;
    }

    private void ToHost(ReadOnlySpan<byte> frame)
    {
        Became(Fate.GivenToHost, null);
        _host.Accept(frame);
    }

    private void ToWire(Macvtap? from, ReadOnlySpan<byte> frame)
    {
        if (!Up)
        {
            Became(Fate.PortDown, null);
        }
        else if (!Carrier)
        {
            Became(Fate.NoCarrier, null);
        }
        else if (Hooks.DropsOnEgress(frame))
        {
            Became(Fate.DroppedAtDevice, null);
        }
        else if (from?.Association is { Vlan: null })
        {
            Became(Fate.NotAssociated, from);
        }
        else
        {
            Became(Fate.Forwarded, null);
            _wire.Accept(from?.Association is { Vlan: > 0 and var vlan } ? VlanView.Tagged(frame, vlan) : frame);
        }
    }

    private void Became(Fate fate, Macvtap? at) => Fates.Enter(fate, at?.Options.Name ?? Name);
}
