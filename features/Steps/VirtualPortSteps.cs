using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Networks;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>Steps about networks that are devices to share, and about stations that an external switch must let in.</summary>
[Binding("Virtual ports")]
public sealed class VirtualPortSteps(Scene scene, GuestSteps guests)
{
    private readonly Dictionary<string, NetworkDefinition> _pools = [];

    [Given("the LAN's switch knows the station types", Does = "The types of virtual station (802.1Qbg) that it lets in. Columns: managerid, typeid, "
        + "typeidversion.", Example = "the LAN's switch knows the station types\n| managerid | typeid  | typeidversion |\n| 11        | 1193047 | 2             |")]
    public void StationTypes(DataTable types) => scene.Draft.Lan = scene.Draft.Lan with
    {
        StationTypes = [.. types.Rows.Select(row => (
            byte.Parse(row["managerid"], CultureInfo.InvariantCulture), uint.Parse(row["typeid"], CultureInfo.InvariantCulture),
            byte.Parse(row["typeidversion"], CultureInfo.InvariantCulture)))],
    };

    [Given("the LAN's switch has the port profiles", Does = "The port profiles (802.1Qbh) by which it lets stations in. Column: profile.",
        Example = "the LAN's switch has the port profiles\n| profile |\n| finance |")]
    public void PortProfiles(DataTable profiles) => scene.Draft.Lan = scene.Draft.Lan with { PortProfiles = [.. profiles.Rows.Select(row => row["profile"])] };

    [Given("{guest} with address(es) {addresses} has the interface", Does = "Plugs a guest in as the interface of a domain says: a direct one, or one of a "
        + "network that shares devices, with its port group, virtual port and filter.",
        Example = "g1 with address 10.0.0.11 has the interface\n\"\"\"xml\n<interface type='direct'>\n  <mac address='52:54:00:00:00:11'/>\n"
        + "  <source dev='eth0' mode='vepa'/>\n</interface>\n\"\"\"")]
    public void Interface(GuestName name, ImmutableArray<string> addresses, DocString xml)
    {
        InterfaceReadResult read = InterfaceReader.Read(xml.Position.File, xml.Text);
        InterfaceDefinition face = read.Interface ?? throw Mistakes(read.Diagnostics, xml);
        MacAddress mac = face.Mac ?? throw new ScenarioMistakeException(xml.Position, $"the interface of {name} has no MAC address");
        OnDevice at = face.Source switch
        {
            DirectSource direct => new(direct.Lower, direct.Mode) { VirtualPort = Merged(mac, face.VirtualPort) },
            NetworkSource network when _pools.TryGetValue(network.Network, out NetworkDefinition? pool) => Share(pool, network.PortGroup, face.VirtualPort, mac),
            _ => throw new ScenarioMistakeException(xml.Position, $"the interface of {name} is not on a device; name its bridge in a table of stations"),
        };
        guests.Guest(name, mac, addresses);
        scene.Draft.Replace(scene.Draft.Find(name) with { At = at, Filter = face.Filter is { } filter ? new(filter.Filter, filter.Parameters) : null });
    }

    /// <summary>A network without a bridge of its own: guests share its devices.</summary>
    internal void AddPool(NetworkDefinition network)
    {
        if (network.Forward.Devices.IsEmpty)
        {
            throw new ScenarioMistakeException($"the network {network.Name} has neither a bridge of its own nor devices to share");
        }

        _pools.Add(network.Name, network);
    }

    /// <summary>Null when no such network shares devices.</summary>
    internal OnDevice? Place(string network, MacAddress mac) =>
        _pools.TryGetValue(network, out NetworkDefinition? pool) ? Share(pool, null, null, mac) : null;

    /// <remarks>The device with the fewest guests is taken; passthrough wants one for itself (switching.md section 3.2).</remarks>
    private OnDevice Share(NetworkDefinition pool, string? group, VirtualPort? own, MacAddress mac)
    {
        PortGroup? portGroup = group is null ? pool.PortGroups.FirstOrDefault(candidate => candidate.IsDefault)
            : pool.PortGroups.FirstOrDefault(candidate => candidate.Name == group)
            ?? throw new ScenarioMistakeException($"the network {pool.Name} has no port group '{group}'");
        (InterfaceName device, int taken) = pool.Forward.Devices.Select(device => (device, scene.Draft.Guests.Count(guest => guest.At is OnDevice at && at.Device == device)))
            .MinBy(candidate => candidate.Item2);
        DirectMode mode = pool.Forward.Mode switch
        {
            ForwardMode.Vepa => DirectMode.Vepa,
            ForwardMode.Private => DirectMode.Private,
            ForwardMode.Passthrough => DirectMode.Passthrough,
            _ => DirectMode.Bridge,
        };
        return mode == DirectMode.Passthrough && taken > 0
            ? throw new ScenarioMistakeException($"no device of the network {pool.Name} is free, and in passthrough mode each serves one guest")
            : new(device, mode) { VirtualPort = Merged(mac, own, portGroup?.VirtualPort, pool.VirtualPort) };
    }

    private static VirtualPort? Merged(MacAddress mac, params VirtualPort?[] ports)
    {
        (VirtualPort? port, IReadOnlyList<string> mistakes) = VirtualPortMerge.Of(ports, () => InstanceOf(mac));
        return mistakes.Count == 0 ? port : throw new ScenarioMistakeException(string.Join("; ", mistakes));
    }

    /// <summary>The same on every run, where libvirt draws one.</summary>
    private static Guid InstanceOf(MacAddress mac)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], mac.Bits);
        return new(bytes, bigEndian: true);
    }

    private static ScenarioMistakeException Mistakes(ImmutableArray<Diagnostic> found, DocString xml) => new(
        [.. found.Where(one => one.Severity == Severity.Error)
            .Select(one => one with { Position = one.Position with { Line = one.Position.Line + xml.Position.Line - 1 } })]);
}
