using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>One of the places where a program acts: which stage it is, and how a port is recognised there.</summary>
/// <param name="Name">Part of the names of chains and maps.</param>
/// <param name="Device">The port: where the frame comes in, or where it goes out.</param>
/// <param name="Type">For the IP stages, which see untagged packets of their family only.</param>
internal sealed record StageKind(string Name, NftMeta Device, EtherType? Type, Func<FilterProgram, Stage?> Of)
{
    public static readonly StageKind From = new("from", NftMeta.InputInterface, null, p => p.EthernetFromGuest);
    public static readonly StageKind To = new("to", NftMeta.OutputInterface, null, p => p.EthernetToGuest);
    public static readonly StageKind Ip4From =
        new("ip4-from", NftMeta.InputInterface, EtherType.Ipv4, p => p.Ipv4?.FromGuestForwarded);
    public static readonly StageKind Ip4To =
        new("ip4-to", NftMeta.OutputInterface, EtherType.Ipv4, p => p.Ipv4?.ToGuestForwarded);
    public static readonly StageKind Ip6From =
        new("ip6-from", NftMeta.InputInterface, EtherType.Ipv6, p => p.Ipv6?.FromGuestForwarded);
    public static readonly StageKind Ip6To =
        new("ip6-to", NftMeta.OutputInterface, EtherType.Ipv6, p => p.Ipv6?.ToGuestForwarded);

    /// <summary>What the host itself sends or routes to a port: quirk 26 spares it in libvirt's meaning, the strict one does not.</summary>
    public static readonly StageKind Ip4FromHost = FromHostTo(Ip4To), Ip6FromHost = FromHostTo(Ip6To);

    /// <remarks>
    /// What a guest sends to the host itself passes the same rules as what it sends on (nwfilter.md section 4.6), so the
    /// chains of FromGuestForwarded serve both hooks.
    /// </remarks>
    public static readonly ImmutableArray<StageKind> All = [From, To, Ip4From, Ip4To, Ip4FromHost, Ip6From, Ip6To, Ip6FromHost];

    /// <summary>For taps and veths on no bridge: what the guest sends comes in, whoever sent what it receives, and there is no
    /// connection tracking.</summary>
    public static readonly ImmutableArray<StageKind> Alone =
        [.. All.Where(kind => !kind.FromHost).Select(kind => kind with { Tracked = false })];

    /// <summary>For macvtaps, where egress is what the guest sends and ingress what it receives (switching.md section 9.2).</summary>
    public static readonly ImmutableArray<StageKind> Macvtap =
        [.. Alone.Select(kind => kind with { Name = $"mac-{kind.Name}", Device = kind.IsFromGuest ? NftMeta.OutputInterface : NftMeta.InputInterface })];

    /// <summary>Connection tracking has seen the packet, and somebody behind can reject it.</summary>
    public bool Tracked { get; init; } = true;

    /// <summary>The sender is the host, whose packets have passed the IP hooks by now.</summary>
    public bool FromHost { get; private init; }

    public bool IsFromGuest { get; } = Device == NftMeta.InputInterface;

    public string Map => $"{Name}-ports";

    private static StageKind FromHostTo(StageKind to) => to with
    {
        Name = $"{to.Name}-of-host",
        Of = program => program.Meaning == Meaning.Strict ? to.Of(program) : null,
        FromHost = true,
    };
}
