using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Simulator.Networks.Ipv6;

namespace Lab.Simulator.Networks.Services;

/// <param name="Lifetime">Null is for ever, as for every prefix whose leases have no time of their own.</param>
public sealed record AdvertisedPrefix(Ipv6Prefix Prefix, TimeSpan? Lifetime = null);

/// <summary>What a network's routers say of it.</summary>
/// <param name="Prefixes">In the order in which the kernel lists the addresses that they come from: the last one added first.</param>
/// <param name="Managed">Addresses are to be asked for by DHCPv6, rather than made up.</param>
/// <param name="Routes">The host is a router for its guests: in every mode but isolated.</param>
/// <param name="AnswersNames">It names itself as name server.</param>
public sealed record RouterScope(ImmutableArray<AdvertisedPrefix> Prefixes, bool Managed, bool Routes, bool AnswersNames);

/// <summary>dnsmasq's answers to those who look for a router (switching.md section 7.3; radv.c).</summary>
/// <remarks>It also speaks unasked, at random moments of its own; that is silenced in a testbed, and not modelled here.</remarks>
public sealed class RouterAdvertiser
{
    private const byte HopLimit = 255; // of the advertisement itself: whatever comes over a router is none
    private const byte NetworkControl = 0xC0; // IPTOS_CLASS_CS6
    private const byte GuestHopLimit = 64; // that guests should use
    private const byte PrefixOption = 3, MtuOption = 5, NameServerOption = 25; // RFC 4861 section 4.6, RFC 8106 section 5.1
    private const byte ManagedFlags = 0xC0, OnLink = 0x80, Autonomous = 0x40;
    private const uint Forever = uint.MaxValue;
    private const ushort RouterLifetime = 1800; // seconds: three times the interval of 600

    private readonly Host _host;
    private readonly HostDevice _device;
    private readonly RouterScope _scope;

    public RouterAdvertiser(Host host, HostDevice device, RouterScope scope)
    {
        (_host, _device, _scope) = (host, device, scope);
        _ = device.Groups.Add(Ipv6Classes.AllRouters);
    }

    /// <summary>To the asker, or to everybody if it has no address yet.</summary>
    internal void Answer(Ipv6Packet solicitation)
    {
        Ipv6Address to = solicitation.Source.Bits == 0 ? Ipv6Classes.AllNodes : solicitation.Source;
        if (solicitation.Payload[1] == 0 && !_scope.Prefixes.IsEmpty && _host.Ipv6.SourceTowards(to, _device) is { } own)
        {
            byte[] packet = Frames.Icmp(own, to, (byte)Icmpv6Type.RouterAdvertisement, 0, Head(), Body(), HopLimit);
            Ipv6Packet.SetTrafficClass(packet, NetworkControl);
            _host.Ipv6.Send(packet, _device);
        }
    }

    private uint Head() => (uint)GuestHopLimit << 24 | (_scope.Managed ? (uint)ManagedFlags << 16 : 0) | (_scope.Routes ? RouterLifetime : 0u);

    private byte[] Body() =>
    [
        .. new byte[8], // reachable time and retransmission timer: left to the guest
        .. _scope.Prefixes.SelectMany(Option),
        MtuOption, 1, 0, 0, .. NetworkOrder.Bytes((uint)_device.Mtu),
        .. NeighbourDiscovery.Option(NeighbourDiscovery.SourceOption, _device.Mac),
        .. _scope.AnswersNames ? (byte[])[NameServerOption, 3, 0, 0, .. NetworkOrder.Bytes(ShortestLife), .. IpNumber.Of(_device.Mac.LinkLocal()).ToBytes()] : [],
    ];

    private byte[] Option(AdvertisedPrefix prefix)
    {
        byte[] life = NetworkOrder.Bytes(Seconds(prefix.Lifetime));
        return
        [
            PrefixOption, 4, (byte)prefix.Prefix.Length, (byte)(OnLink | (_scope.Managed ? 0 : Autonomous)), .. life, .. life, 0, 0, 0, 0,
            .. IpNumber.Of(prefix.Prefix.Network).ToBytes(),
        ];
    }

    /// <summary>Of the prefixes of each class the longest, of these the shortest; unique local ones are a class of their own.</summary>
    private uint ShortestLife => _scope.Prefixes.GroupBy(prefix => prefix.Prefix.Network.IsUniqueLocal())
        .Min(alike => alike.Max(prefix => Seconds(prefix.Lifetime)));

    private static uint Seconds(TimeSpan? time) => time is { } given && given != Timeout.InfiniteTimeSpan ? (uint)given.TotalSeconds : Forever;
}
