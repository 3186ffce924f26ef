using System.Collections.Immutable;
using System.Globalization;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Networks;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Simulator.Networks;
using Lab.Simulator.Networks.Services;
using Lab.Simulator.Switching;
using Lab.Testbeds;

namespace Lab.Simulated;

/// <summary>What a topology says, in the simulator's terms.</summary>
internal static class SimulatorTerms
{
    /// <summary>As the kernel testbed sets it: bridge netfilter is on when, and only when, some rule asks for it.</summary>
    public static HostOptions OptionsOf(HostSpec host, IReadOnlyCollection<FilterProgram> programs) => new()
    {
        Forwarding = host.Forwards,
        ForwardsIpv6 = host.ForwardsIpv6,
        SendRedirects = host.Untouched,
        LimitsErrors = host.Untouched,
        BridgeNetfilter = host.BridgeNetfilter ?? (host.Untouched || host.HasNetworks || programs.Any(TestbedLimits.HasIpRules)),
        // The kernel testbed keeps connection tracking on, of both versions, wherever a bridge has IP rules.
        TrackIpv4 = programs.Any(TestbedLimits.HasIpRules),
        TrackIpv6 = programs.Any(TestbedLimits.HasIpRules),
    };

    public static DeviceHooks HooksAt(HostSpec host, string name)
    {
        ILookup<bool, EtherType> drops = host.Drops.Where(drop => drop.At == name).ToLookup(drop => drop.OnEgress, drop => drop.Type);
        return new([.. drops[false]], [.. drops[true]]);
    }

    public static IEnumerable<VirtualNetwork> NetworksOf(HostSpec host) => host.Bridges.Where(bridge => bridge.Mode is not null).Select(bridge =>
        new VirtualNetwork(bridge.Name.ToString(), ModeOf(bridge.Mode!.Value), [.. bridge.Addresses.Select(InterfaceOf)], bridge.Device?.ToString())
        {
            Ipv6Addresses = [.. bridge.Ipv6Addresses.Select(InterfaceOf)],
            AllowsIpv6 = bridge.AllowsIpv6,
            TranslatesIpv6 = bridge.TranslatesIpv6,
            TranslationAddresses = bridge.TranslationAddresses,
            TranslationPorts = bridge.TranslationPorts,
        });

    private static NetworkMode ModeOf(ForwardMode mode) => mode switch
    {
        ForwardMode.Nat => NetworkMode.Nat,
        ForwardMode.Route => NetworkMode.Route,
        ForwardMode.Open => NetworkMode.Open,
        _ => NetworkMode.Isolated,
    };

    public static Ipv4Interface InterfaceOf(HostAddress address) => new(address.Address, address.PrefixLength);

    public static Ipv6Interface InterfaceOf(HostIpv6Address address) => new(address.Address, address.PrefixLength);

    public static BridgeOptions OptionsOf(BridgeSpec spec) => new(spec.Mac)
    {
        Name = spec.Name.ToString(),
        GroupForwardMask = spec.GroupForwardMask,
        MulticastSnooping = spec.MulticastSnooping,
        VlanFiltering = spec.VlanFiltering,
        SpanningTree = spec.SpanningTree,
        ForwardDelay = spec.ForwardDelay,
    };

    public static PortOptions OptionsOf(HostSpec host, Guest guest, OnBridge at) => new(guest.Name.Text, Devices.PortMac(guest.Mac))
    {
        Isolated = at.Isolated,
        Hairpin = at.Hairpin,
        Learning = at.Learning,
        Flood = at.Flood,
        Mtu = at.Mtu,
        OwnIpv6 = at.OwnIpv6,
        Vlans = at.Vlans.IsEmpty ? PortVlans.Default : new(
            at.Vlans.FirstOrDefault(vlan => vlan.Native).Id,
            [.. at.Vlans.Where(vlan => !vlan.Tagged).Select(vlan => vlan.Id)], [.. at.Vlans.Where(vlan => vlan.Tagged).Select(vlan => vlan.Id)]),
        Hooks = HooksAt(host, guest.Name.Text),
    };

    public static MacvtapMode ModeOf(DirectMode mode) => mode switch
    {
        DirectMode.Vepa => MacvtapMode.Vepa,
        DirectMode.Bridge => MacvtapMode.Bridge,
        DirectMode.Private => MacvtapMode.Private,
        _ => MacvtapMode.Passthrough,
    };

    public static DhcpScope ScopeOf(NetworkServices services, BridgeSpec network, Ipv4Interface own) => new(
        own, [.. services.RangesOf(version6: false).Select(range => new DhcpPool(range.First.ToIpv4(), range.Last.ToIpv4(), range.LeaseTime))],
        [.. services.ReservationsOf(version6: false).Select(host => new DhcpReservation(host.Mac, host.Name, host.Address.ToIpv4(), host.LeaseTime))],
        Routes: network.Mode is not ForwardMode.Isolated, services.AnswersNames)
    {
        Domain = services.Domain,
        Mtu = (ushort?)network.Mtu,
        Pings = false, // as the kernel testbed has it: a scenario does not wait three seconds
    };

    public static Dhcpv6Scope ScopeOf(NetworkServices services, BridgeSpec network, Ipv6Interface own) => new(
        own, NetworkServices.ServerIdOf(network.Mac),
        [.. services.RangesOf(version6: true).Select(range => new Dhcpv6Pool(range.First.ToIpv6(), range.Last.ToIpv6(), range.LeaseTime))],
        [.. services.ReservationsOf(version6: true).Select(host => new Dhcpv6Reservation(IdOf(host), host.Name, host.Address.ToIpv6(), host.LeaseTime))],
        services.AnswersNames, IsAuthoritative: services.Gives(version6: false))
    {
        Domain = services.Domain,
        MostLeases = services.MostLeases ?? 1000,
    };

    private static ImmutableArray<byte>? IdOf(ReservedAddress host) =>
        host.Id is { } id ? [.. id.Split(':').Select(text => byte.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture))] : null;

    /// <summary>Stateful networks advertise the one subnet in which they give addresses away, others all that guests can make one up in.</summary>
    public static RouterScope RoutersOf(NetworkServices services, BridgeSpec network)
    {
        const int madeUp = 64; // bits of a prefix in which a guest makes an address up (RFC 4862 section 5.5.3)
        bool managed = services.ManagedSubnet is not null;
        TimeSpan[] leases = [.. services.RangesOf(version6: true).Select(range => range.LeaseTime).OfType<TimeSpan>()];
        return new(
            services.ManagedSubnet is { } subnet ? [new(InterfaceOf(subnet).Subnet, ShortestOf(leases))]
                : [.. network.Ipv6Addresses.Where(own => own.PrefixLength <= madeUp).Reverse().Select(own => new AdvertisedPrefix(Ipv6Prefix.Of(own.Address, madeUp)))],
            managed, Routes: network.Mode is not ForwardMode.Isolated, services.AnswersNames);
    }

    /// <summary>No shorter than three intervals between advertisements.</summary>
    private static TimeSpan? ShortestOf(TimeSpan[] leases)
    {
        TimeSpan[] ending = [.. leases.Where(lease => lease != Timeout.InfiniteTimeSpan)];
        TimeSpan least = TimeSpan.FromMinutes(30);
        return ending.Length == 0 ? null : ending.Min() is var shortest && shortest < least ? least : shortest;
    }

    /// <param name="resolver">Of the host.</param>
    public static NameZone ZoneOf(NetworkServices services, ForwardMode? mode, IpNumber? resolver)
    {
        IpNumber? upstream = services.Forwarders.FirstOrDefault(forwarder => forwarder.Domain is null)?.Address
            ?? (mode is ForwardMode.Isolated ? null : resolver);
        return new(upstream, services.Names)
        {
            Domain = services.Domain,
            LocalZones = services.LocalZones,
            Forwards = [.. services.Forwarders.Where(forwarder => forwarder.Domain is not null).Select(forwarder => (forwarder.Domain!, forwarder.Address ?? upstream))],
            ForwardPlainNames = services.ForwardsPlainNames,
            Records =
            [
                .. services.Texts.Select(text => NameRecord.Text(text.Name, text.Value)),
                .. services.Services.Select(service => NameRecord.Service(service.FullName, service.Priority, service.Weight, service.Port, service.Target ?? "")),
            ],
        };
    }

    public static StationProfiles ProfilesOf(LanSpec lan)
    {
        StationProfiles profiles = new();
        foreach ((byte manager, uint type, byte version) in lan.StationTypes)
        {
            profiles.Define(manager, type, version);
        }

        foreach ((string profile, ushort vlan) in lan.PortProfiles)
        {
            profiles.Define(profile, vlan);
        }

        return profiles;
    }

    /// <summary>That of a VLAN device, by its name <c>eth0.2</c>; 0 without one, which a conforming switch refuses.</summary>
    public static ushort VlanOf(InterfaceName device) =>
        device.ToString().Split('.') is [_, var id] && ushort.TryParse(id, out ushort vlan) ? vlan : (ushort)0;

    public static MacAddress UplinkPortMac(int index) => MacAddress.FromBits(0xFE00_0000_89B5 + (ulong)index);
}
