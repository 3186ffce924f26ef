using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Engine.Packets;

namespace Lab.Reports.Drawing;

/// <summary>What a scenario's world looks like as a diagram.</summary>
/// <remarks>
/// <code>
///  no host    bridge ─ guests
///  a host     LAN ─┬─ stations                          every device hangs on what carries its frames outwards,
///                  └─ uplink ─┬─ macvtap guests         so that a frame's way out is a walk to the left
///                             └─ host ─ bridge ─ guests
/// </code>
/// With several uplinks the host hangs on the first of them.
/// </remarks>
internal static class TopologyDiagram
{
    /// <param name="topology">Null when nothing was built; then the attachments of the guests tell what there is.</param>
    public static Diagram Of(Topology? topology, IReadOnlyCollection<GuestDraft> guests)
    {
        if (guests.All(guest => guest.At is null))
        {
            return new([Hub("bridge", [], guests.Select(guest => Station(guest, [])))]);
        }

        HostSpec host = topology?.Host ?? HostSpec.Empty;
        DiagramNode? inner = Host(host, guests);
        DiagramNode[] uplinks = [.. Devices(host, guests).Select((device, index) => Uplink(host, device, guests, index == 0 ? inner : null))];
        DiagramNode[] stations = [.. guests.Where(guest => guest.At is OnLan).Select(guest => Station(guest, []))];
        return uplinks.Length + stations.Length == 0 ? new(inner is null ? [] : [inner])
            : new([Hub("LAN", topology?.Lan.Reflective == true ? ["reflective"] : [], [.. stations, .. uplinks])]);
    }

    private static DiagramNode? Host(HostSpec host, IReadOnlyCollection<GuestDraft> guests)
    {
        InterfaceName[] bridges = [.. host.Bridges.Select(bridge => bridge.Name)
            .Concat(guests.Select(guest => guest.At).OfType<OnBridge>().Select(at => at.Bridge)).Distinct()];
        DiagramNode[] drawn = [.. bridges.Select(name => Bridge(name, host.Bridges.FirstOrDefault(bridge => bridge.Name == name), guests))];
        return drawn.Length == 0 ? null : Hub("host", host.Forwards ? ["routes"] : [], drawn);
    }

    private static DiagramNode Bridge(InterfaceName name, BridgeSpec? bridge, IReadOnlyCollection<GuestDraft> guests) => Hub(
        name.ToString(),
        bridge is null ? []
            : [.. bridge.Mode is { } mode ? [mode.ToString().ToLowerInvariant()] : Array.Empty<string>(), .. bridge.Addresses.Select(address => $"{address}")],
        guests.Where(guest => guest.At is OnBridge at && at.Bridge == name).Select(guest => Station(guest, Port((OnBridge)guest.At!)))
            .Concat(BehindDevice(guests, name)));

    private static IEnumerable<InterfaceName> Devices(HostSpec host, IEnumerable<GuestDraft> guests) =>
        host.Uplinks.Select(uplink => uplink.Name)
            .Concat(guests.Select(guest => guest.At).OfType<OnDevice>().Select(at => at.Device)).Distinct();

    private static DiagramNode Uplink(HostSpec host, InterfaceName name, IReadOnlyCollection<GuestDraft> guests, DiagramNode? inner) => Hub(
        name.ToString(),
        host.Uplinks.Where(uplink => uplink.Name == name).SelectMany(uplink => uplink.Addresses).Select(address => $"{address}"),
        guests.Where(guest => guest.At is OnDevice at && at.Device == name)
            .Select(guest => Station(guest, [$"macvtap {((OnDevice)guest.At!).Mode}".ToLowerInvariant()]))
            .Concat(BehindDevice(guests, name)).Concat(inner is null ? [] : [inner]));

    /// <summary>The host's own stack, where a scenario gives it a name.</summary>
    private static IEnumerable<DiagramNode> BehindDevice(IEnumerable<GuestDraft> guests, InterfaceName device) =>
        guests.Where(guest => guest.At is OnHost at && at.Device == device).Select(guest =>
            new DiagramNode(guest.Name.Text, DiagramShape.Guest, ["the host itself"], DiagramWire.Bare, []));

    private static IEnumerable<string> Port(OnBridge port) => new (bool Holds, string Words)[]
    {
        (port.Isolated, "isolated"), (port.Hairpin, "hairpin"), (!port.Learning, "no learning"), (!port.Flood, "no flooding"),
    }.Where(trait => trait.Holds).Select(trait => trait.Words);

    private static DiagramNode Hub(string name, IEnumerable<string> lines, IEnumerable<DiagramNode> children) =>
        new(name, DiagramShape.Hub, [.. lines], DiagramWire.Bare, [.. children]);

    private static DiagramNode Station(GuestDraft guest, IEnumerable<string> port) => new(
        guest.Name.Text, DiagramShape.Guest,
        [$"{guest.Mac}", .. guest.Ipv4.Select(address => $"{address}"), .. guest.Ipv6.Select(address => $"{address}")],
        guest.Filter is null ? new("", [.. port])
            : new(guest.Filter.Filter, [.. port, .. guest.Filter.Parameters.Values.SelectMany(pair => pair.Value.Select(value => $"{pair.Key}={value.Text}"))]),
        []);
}
