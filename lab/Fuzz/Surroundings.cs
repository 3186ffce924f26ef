using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Networks;
using Lab.Engine.Packets;

namespace Lab.Fuzz;

/// <summary>What generated cases play in: where the three guests are plugged in, and the host around them if there is one.</summary>
/// <remarks>
/// Addresses are those of <see cref="Palette"/>, so that frames find their way; every address that a host could have to
/// ask for is known to it, because a question that nobody answers is repeated by a clock.
/// </remarks>
/// <param name="Host">Null: one bridge and nothing else.</param>
/// <param name="Guests">The first has the filter; the second may have it too.</param>
internal sealed record Surroundings(string Name, HostSpec? Host, ImmutableArray<Guest> Guests)
{
    private static readonly InterfaceName Bridge = InterfaceName.Parse("virbr0"), Uplink = InterfaceName.Parse("eth0");

    private static readonly MacAddress BridgeMac = MacAddress.Parse("52:54:00:00:00:fe"), UplinkMac = MacAddress.Parse("52:54:00:00:00:e0");

    private static readonly ImmutableArray<Ipv4Address> Outside = [Ipv4Address.Parse("198.51.100.9"), Ipv4Address.Parse("198.51.100.1")];

    public static readonly Surroundings OneBridge = new("bridge", null, Palette.Guests);

    public static readonly ImmutableArray<Surroundings> All =
    [
        OneBridge, Network("isolated", ForwardMode.Isolated), Network("nat", ForwardMode.Nat), Network("routed", ForwardMode.Route),
        new("macvtap", new([], [new(Uplink, UplinkMac, [], null)]),
        [
            .. Palette.Guests.Take(2).Select(guest => guest with { At = new OnDevice(Uplink, DirectMode.Bridge) }),
            Palette.Guests[2] with { At = new OnLan() },
        ]),
    ];

    /// <summary>To which frames for the host are sent; null where there is none.</summary>
    public MacAddress? HostMac => Host is { Bridges: [{ Mac: var mac }, ..] } ? mac : null;

    /// <summary>Two guests on a virtual network; the third stands outside, or on the network too where it is isolated.</summary>
    private static Surroundings Network(string name, ForwardMode mode)
    {
        bool inside = mode == ForwardMode.Isolated;
        BridgeSpec bridge = new(Bridge, BridgeMac, mode, [new(Ipv4Address.Parse("10.0.0.254"), 24)]);
        UplinkSpec uplink = new(Uplink, UplinkMac, [new(Ipv4Address.Parse("198.51.100.2"), 24)], Outside[1]);
        return new(name, new([bridge], inside ? [] : [uplink]),
        [
            Palette.Guests[0] with { At = new OnBridge(Bridge), Addresses = [Ipv4Address.Parse("10.0.0.1")] },
            Palette.Guests[1] with
            {
                At = new OnBridge(Bridge),
                Addresses = [Ipv4Address.Parse("10.0.0.2"), Ipv4Address.Parse("10.0.0.3"), Ipv4Address.Parse("10.0.0.128")],
            },
            Palette.Guests[2] with { At = inside ? new OnBridge(Bridge) : new OnLan(), Addresses = inside ? [] : Outside },
        ]);
    }
}
