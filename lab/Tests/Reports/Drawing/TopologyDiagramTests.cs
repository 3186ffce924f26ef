using System.Collections.Immutable;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Networks;
using Lab.Engine.Packets;
using Lab.Reports.Drawing;

namespace Lab.Tests.Reports.Drawing;

public sealed class TopologyDiagramTests
{
    private static readonly InterfaceName Uplink = InterfaceName.Parse("eth0");
    private static readonly InterfaceName Inner = InterfaceName.Parse("one");

    private static readonly HostSpec Host = new(
        [new(Inner, default, ForwardMode.Nat, [new(Ipv4Address.Parse("192.168.122.1"), 24)])],
        [new(Uplink, default, [new(Ipv4Address.Parse("10.0.0.1"), 24)], null)]);

    private static readonly ImmutableArray<GuestDraft> Guests =
    [
        Guest("g1") with { At = new OnBridge(Inner) { Isolated = true } },
        Guest("m1") with { At = new OnDevice(Uplink, DirectMode.Vepa) },
        Guest("X") with { At = new OnLan() },
        Guest("self") with { At = new OnHost(Uplink) },
    ];

    [Fact]
    public void Everything_hangs_on_what_carries_its_frames_outwards() => Lines(new(Filters, []) { Host = Host, Lan = new(Reflective: true) })
        .Should().Equal(
            "LAN  reflective",
            "├─ X  00:00:00:00:00:00",
            "└─ eth0  10.0.0.1/24",
            "   ├─ m1  00:00:00:00:00:00",
            "   │    macvtap vepa",
            "   ├─ self  the host itself",
            "   └─ host  routes",
            "      └─ one  nat  192.168.122.1/24",
            "         └─ g1  00:00:00:00:00:00",
            "              isolated");

    [Fact]
    public void Before_anything_was_built_the_guests_tell_what_there_is() => Lines(null).Where(line => !line.Contains(':', StringComparison.Ordinal))
        .Should().Equal("LAN", "└─ eth0", "   │    macvtap vepa", "   ├─ self  the host itself", "   └─ host", "      └─ one", "              isolated");

    private static ImmutableDictionary<string, FilterDefinition> Filters => ImmutableDictionary<string, FilterDefinition>.Empty;

    private static IEnumerable<string> Lines(Topology? topology) => TextDrawing.Lines(TopologyDiagram.Of(topology, Guests));

    private static GuestDraft Guest(string name) => new(new(name), default, [], [], null);
}
