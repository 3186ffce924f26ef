using Lab.Engine.Packets;

namespace Lab.Simulator.Switching;

/// <param name="Name">For reports.</param>
/// <param name="Mac">The guest's address; the device carries it itself.</param>
public sealed record MacvtapOptions(string Name, MacAddress Mac, MacvtapMode Mode)
{
    public int Mtu { get; init; } = 1500; // bytes of payload

    /// <summary>Every group passes the multicast filter.</summary>
    public bool AllMulticast { get; init; }

    public DeviceHooks Hooks { get; init; } = DeviceHooks.None;
}

/// <summary>A guest's connection straight to a lower device.</summary>
/// <remarks>Its multicast filter is that of the host-side device, which has joined all-hosts and, unless IPv6 is off
/// there, all-nodes; what the guest itself has joined is not known here (switching.md section 5.5).</remarks>
public sealed class Macvtap
{
    private static readonly MacAddress AllHosts = MacAddress.Parse("01:00:5e:00:00:01");

    private readonly HashSet<MacAddress> _groups = [MacAddress.Broadcast, AllHosts];
    private readonly IFrameSink _guest;

    internal Macvtap(MacvtapOptions options, PortFilter? filter, IFrameSink guest) =>
        (Options, Filter, _guest) = (options, filter, guest);

    public MacvtapOptions Options { get; internal set; }

    public PortFilter? Filter { get; internal set; }

    public bool Up { get; internal set; } = true;

    /// <summary>Whether the switch at the other end lets this station through; always, unless a virtual port says otherwise.</summary>
    public IAssociation? Association { get; init; }

    /// <summary>The macvtap of a new device in this one's place, for the same guest.</summary>
    internal Macvtap Successor() => new(Options, Filter, _guest) { Association = Association };

    public void Join(MacAddress group) => _groups.Add(group);

    internal bool Hears(MacAddress group) => Options.AllMulticast || _groups.Contains(group);

    internal void ToGuest(ReadOnlySpan<byte> frame) => _guest.Accept(frame);

    public override string ToString() => Options.Name;
}
