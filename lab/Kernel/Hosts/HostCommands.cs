using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Packets;
using Lab.Testbeds;

namespace Lab.Kernel.Hosts;

/// <summary>What a host's devices are made and furnished with, as lines of ip(8) and bridge(8) and a table of nft(8); it runs nothing.</summary>
/// <param name="deviceOf">Where guests are plugged in now; a guest that moves has another device afterwards.</param>
internal sealed class HostCommands(HostSpec host, ImmutableArray<Guest> guests, IReadOnlyDictionary<GuestName, InterfaceName> deviceOf)
{
    private const int HighestVlan = 4094;

    /// <summary>No guest's own; a frame that a guest tags with it all the same would pass where the simulator drops it.</summary>
    private readonly int _markerVlan = Enumerable.Range(1, HighestVlan)
        .Last(id => !guests.Any(guest => guest.At is OnBridge at && at.Vlans.Any(vlan => vlan.Id == id)));

    /// <summary>The port from which markers come, of the bridge at a place; no guest's frame is flooded to it, which would lead it
    /// through the IP hooks once more than on a bridge without it.</summary>
    public static InterfaceName MarkerPort(int place) => InterfaceName.Parse(string.Create(CultureInfo.InvariantCulture, $"marker{place}"));

    /// <param name="outside">The path of the LAN's namespace, where the other ends are.</param>
    public IEnumerable<string> Uplinks(string? outside) => host.Uplinks.SelectMany((uplink, i) => new[]
    {
        $"link add {uplink.Name} address {uplink.Mac} type veth peer name up{i} netns {outside}",
        $"link set {uplink.Name} up",
    });

    /// <summary>The other end of an uplink, in the LAN's namespace.</summary>
    public static InterfaceName OuterEnd(HostSpec host, InterfaceName uplink) =>
        InterfaceName.Parse(string.Create(CultureInfo.InvariantCulture, $"up{host.Uplinks.Select(candidate => candidate.Name).ToList().IndexOf(uplink)}"));

    /// <summary>Where the uplinks are plugged in.</summary>
    /// <param name="bridge">The LAN's switch.</param>
    public IEnumerable<string> OuterEnds(string bridge, bool reflective) => host.Uplinks.SelectMany((_, i) => new[]
    {
        $"link set up{i} master {bridge} address {MacAddress.FromBits(Devices.MarkerPortMac.Bits + 0x100 + (uint)i)} up",
        $"link set up{i} type bridge_slave hairpin {OnOff(reflective)}",
    });

    /// <remarks>The spanning tree comes when ports forward already, and leaves them so (br_make_forwarding in net/bridge/br_stp.c).</remarks>
    public IEnumerable<string> BridgeSettings() =>
    [
        .. host.Bridges.Where(bridge => bridge.GroupForwardMask != 0 || bridge.MulticastSnooping || bridge.SpanningTree || bridge.VlanFiltering)
            .Select(bridge => $"link set {bridge.Name} type bridge group_fwd_mask {bridge.GroupForwardMask} mcast_snooping {OneZero(bridge.MulticastSnooping)} "
                + (bridge.VlanFiltering ? "vlan_filtering 1 " : "") + $"forward_delay {(int)bridge.ForwardDelay.TotalMilliseconds / 10} stp_state {OneZero(bridge.SpanningTree)}"),
        .. host.Bridges.Select((_, i) => $"link set {MarkerPort(i)} type bridge_slave flood off mcast_flood off bcast_flood off"),
        .. host.Bridges.Where(bridge => bridge.Mtu is not null).Select(bridge => $"link set {bridge.Name} mtu {bridge.Mtu}"),
    ];

    /// <summary>What a bridge is told about a guest's port: its VLANs, and the station behind it.</summary>
    public IEnumerable<string> EntriesOf(Guest guest, OnBridge at)
    {
        (BridgeSpec bridge, InterfaceName device) = (host.Bridges.First(candidate => candidate.Name == at.Bridge), deviceOf[guest.Name]);
        return [.. bridge.VlanFiltering ? VlansOf(device, at) : [], .. at.Known ? [$"fdb add {guest.Mac} dev {device} master static"] : (string[])[]];
    }

    /// <summary>What makes a port differ from a new one.</summary>
    public static IEnumerable<string> SettingsOf(InterfaceName device, OnBridge at) => at with { OwnIpv6 = false, Known = false, Vlans = [] } == new OnBridge(at.Bridge) ? [] :
    [
        $"link set {device} mtu {at.Mtu}",
        $"link set {device} type bridge_slave isolated {OnOff(at.Isolated)} hairpin {OnOff(at.Hairpin)} "
            + $"learning {OnOff(at.Learning)} flood {OnOff(at.Flood)}",
    ];

    /// <summary>The administrator's drops, in one table of their own.</summary>
    public string Drops()
    {
        StringBuilder table = new("table netdev administrator\ndelete table netdev administrator\ntable netdev administrator {\n");
        foreach ((DeviceDrop drop, int i) in host.Drops.Select((drop, i) => (drop, i)))
        {
            string device = deviceOf.TryGetValue(new(drop.At), out InterfaceName port) ? port.ToString() : drop.At;
            table.AppendLine(CultureInfo.InvariantCulture, $$"""
                chain drop{{i}} {
                    type filter hook {{(drop.OnEgress ? "egress" : "ingress")}} device {{device}} priority 0
                    ether type 0x{{(ushort)drop.Type:x4}} drop
                }
                """);
        }

        return table.Append("}\n").ToString();
    }

    /// <summary>Markers have a VLAN to themselves, in which all ports and the host hear them.</summary>
    public IEnumerable<string> MarkerVlans() => host.Bridges.Select((bridge, i) => (bridge, i)).Where(at => at.bridge.VlanFiltering).SelectMany(at => new[]
    {
        $"vlan add vid {_markerVlan} dev {MarkerPort(at.i)} pvid untagged",
        $"vlan add vid {_markerVlan} dev {at.bridge.Name} self untagged",
    });

    private IEnumerable<string> VlansOf(InterfaceName device, OnBridge at) =>
    [
        $"vlan add vid {_markerVlan} dev {device} untagged",
        .. at.Vlans.IsEmpty ? [] : at.Vlans.Select(vlan => $"vlan add vid {vlan.Id} dev {device}{(vlan.Native ? " pvid" : "")}{(vlan.Tagged ? "" : " untagged")}").Prepend($"vlan del vid 1 dev {device}"),
    ];

    private static int OneZero(bool on) => on ? 1 : 0;

    private static string OnOff(bool on) => on ? "on" : "off";

    /// <summary>The host's own.</summary>
    public IEnumerable<string> Addresses() =>
    [
        .. host.Bridges.SelectMany(bridge => bridge.Addresses.Select(address => $"addr add {address} broadcast + dev {bridge.Name}")),
        .. host.Uplinks.SelectMany(uplink => uplink.Addresses.Select(address => $"addr add {address} broadcast + dev {uplink.Name}")),
        .. Ipv6Devices().SelectMany(owner => Ipv6AddressesOf(owner.Mac, owner.Addresses).Select(address => $"addr add {address} dev {owner.Device} nodad")),
    ];

    /// <summary>The link-local one besides.</summary>
    public static IEnumerable<HostIpv6Address> Ipv6AddressesOf(MacAddress mac, ImmutableArray<HostIpv6Address> addresses) =>
        addresses.Prepend(new(mac.LinkLocal(), 64));

    /// <summary>Devices with an IPv6 stack: those to which the topology gives an address.</summary>
    public IEnumerable<(InterfaceName Device, MacAddress Mac, ImmutableArray<HostIpv6Address> Addresses)> Ipv6Devices() => host.Bridges
        .Select(bridge => (bridge.Name, bridge.Mac, bridge.Ipv6Addresses))
        .Concat(host.Uplinks.Select(uplink => (uplink.Name, uplink.Mac, uplink.Ipv6Addresses)))
        .Where(device => !device.Ipv6Addresses.IsEmpty);

    /// <summary>Behind the uplinks' other ends: a default route needs a carrier to be there.</summary>
    public IEnumerable<string> Neighbours() =>
    [
        .. host.Uplinks.Where(uplink => uplink.Gateway is not null).Select(uplink => $"route add default via {uplink.Gateway} dev {uplink.Name}"),
        .. host.Bridges.SelectMany(bridge => bridge.Routes.Select(route =>
            $"route add {route.Destination}/{route.PrefixLength} via {route.Gateway} dev {bridge.Name} metric {route.Metric}")),
        .. host.Uplinks.Where(uplink => uplink.Ipv6Gateway is not null).Select(uplink => $"route add default via {uplink.Ipv6Gateway} dev {uplink.Name}"),
        .. guests.SelectMany(guest => guest.Addresses.Select(address => Neighbour(guest, address,
            bridge => !bridge.Addresses.IsEmpty, uplink => uplink.Addresses.Any(own => own.Subnet.Contains(address))))).OfType<string>(),
        .. guests.SelectMany(guest => guest.Ipv6Addresses.Select(address => Neighbour(guest, address,
            bridge => !bridge.Ipv6Addresses.IsEmpty, uplink => uplink.Ipv6Addresses.Any(own => own.Subnet.Contains(address))))).OfType<string>(),
    ];

    /// <summary>Null where the host has no address from which it could speak to the guest's.</summary>
    private string? Neighbour<T>(Guest guest, T address, Func<BridgeSpec, bool> speaks, Func<UplinkSpec, bool> holds) where T : struct
    {
        InterfaceName? device = guest.At switch
        {
            OnBridge at => host.Bridges.Any(bridge => bridge.Name == at.Bridge && speaks(bridge)) ? at.Bridge : null,
            OnLan or OnDevice => host.Uplinks.FirstOrDefault(holds)?.Name,
            _ => null,
        };
        return device is null ? null : $"neigh replace {address} lladdr {guest.Mac} dev {device} nud permanent";
    }

    /// <summary>A macvtap; it comes up later.</summary>
    public string MakingOf(Guest guest, OnDevice at) =>
        $"link add link {at.Device} name {deviceOf[guest.Name]} address {guest.Mac} type macvtap mode {ModeOf(at.Mode)}";

    private static string ModeOf(DirectMode mode) => mode switch
    {
        DirectMode.Vepa => "vepa",
        DirectMode.Bridge => "bridge",
        DirectMode.Private => "private",
        _ => "passthru",
    };
}
