using Lab.Contract.Testbeds;
using Lab.Engine.Packets;

namespace Lab.Fuzz;

/// <summary>What a case plays in, as the steps of a feature: one bridge, or a host with networks, uplinks and stations around it.</summary>
/// <remarks>Names and addresses that no column says are those that the steps give (<see cref="Surroundings"/> has the same).</remarks>
internal static class TopologyWriter
{
    public static IEnumerable<string> Write(Topology topology) => SetsOf(topology).Concat(topology.Host is not { } host ? OneBridge(topology) :
    [
        .. host.Bridges.IsEmpty ? [] : Table("Given a host with the virtual networks", ["network", "mode", "address"],
            host.Bridges.Select(bridge => (string[])[bridge.Name.ToString(), $"{bridge.Mode}".ToLowerInvariant(), List(bridge.Addresses)])),
        .. host.Uplinks.Select(uplink => uplink is { Addresses: [var own, ..], Gateway: { } gateway }
            ? $"Given an uplink {uplink.Name} with address {own} and gateway {gateway}" : $"Given an uplink {uplink.Name} without address"),
        .. Table("Given the stations", ["guest", "MAC", "address", "at", "filter", "parameters"], topology.Guests.Select(guest =>
            (string[])[$"{guest.Name}", $"{guest.Mac}", List(guest.Addresses), PlaceOf(guest.At), FilterOf(guest), ParametersOf(guest)])),
    ]);

    private static IEnumerable<string> SetsOf(Topology topology) => topology.IpSets.IsEmpty ? [] : Table("Given the ipsets", ["ipset", "members"],
        topology.IpSets.Select(set => (string[])[set.Name, List(set.Prefixes.Select(prefix => $"{new IpNumber(set.Version6, prefix.Network)}/{prefix.Length}"))]));

    private static IEnumerable<string> OneBridge(Topology topology) => Table("Given a bridge with guests", ["guest", "MAC", "filter", "parameters"],
        topology.Guests.Select(guest => (string[])[$"{guest.Name}", $"{guest.Mac}", FilterOf(guest), ParametersOf(guest)]));

    private static string PlaceOf(Attachment? at) => at switch
    {
        OnBridge plugged => plugged.Bridge.ToString(),
        OnDevice direct => $"{direct.Device} in {$"{direct.Mode}".ToLowerInvariant()} mode",
        OnHost host => $"host behind {host.Device}",
        _ => "LAN",
    };

    private static string FilterOf(Guest guest) => guest.Filter?.Filter ?? "";

    /// <summary>A value of a list stands with the name of the list again.</summary>
    private static string ParametersOf(Guest guest) => guest.Filter is not { } use ? ""
        : string.Join(' ', use.Parameters.Values.SelectMany(list => list.Value.Select(value => $"{list.Key}={value.Text}")));

    private static string List<T>(IEnumerable<T> values) => string.Join(", ", values);

    private static IEnumerable<string> Table(string step, string[] columns, IEnumerable<string[]> rows) =>
        [step, .. rows.Prepend(columns).Select(cells => $"  | {string.Join(" | ", cells)} |")];
}
