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
/// <remarks>Its multicast filter is that of the host-side device, which has joined all-hosts and all-nodes, the latter even
/// where IPv6 is switched off (ipv6_add_dev in net/ipv6/addrconf.c joins before it looks; seen with <c>ip maddr</c> on Linux
/// 6.18); what the guest itself has joined is not known here (switching.md section 5.5).</remarks>
public sealed class Macvtap
{
    private static readonly MacAddress AllHosts = MacAddress.Parse("01:00:5e:00:00:01"), AllNodes = MacAddress.Parse("33:33:00:00:00:01");

    private readonly HashSet<uint> _groups = [Heard(MacAddress.Broadcast), Heard(AllHosts), Heard(AllNodes)];
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

    public void Join(MacAddress group) => _groups.Add(Heard(group));

    internal bool Hears(MacAddress group) => Options.AllMulticast || _groups.Contains(Heard(group));

    /// <summary>The filter looks at the last four bytes only, and keeps eight bits of their hash with the device's place in the kernel's
    /// memory (mc_hash in drivers/net/macvlan.c): which foreign groups are heard by mistake nobody can know
    /// (fixtures/divergences/macvlan-hashes-groups).</summary>
    private static uint Heard(MacAddress group) => (uint)group.Bits;

    internal void ToGuest(ReadOnlySpan<byte> frame) => _guest.Accept(frame);

    public override string ToString() => Options.Name;
}
