using System.Collections.Immutable;
using System.Globalization;
using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>Steps about interfaces as domains describe them, and about stations that an external switch must let in.</summary>
[Binding("Virtual ports")]
public sealed class VirtualPortSteps(Scene scene, GuestSteps guests, NetworkPlaces places)
{
    [Given("the LAN's switch knows the station types", Does = "The types of virtual station (802.1Qbg) that it lets in, each into the VLAN of the device below it. Columns: managerid, typeid, "
        + "typeidversion.", Example = "the LAN's switch knows the station types\n| managerid | typeid  | typeidversion |\n| 11        | 1193047 | 2             |")]
    public void StationTypes(DataTable types) => scene.Draft.Lan = scene.Draft.Lan with
    {
        StationTypes = [.. types.Rows.Select(row => (
            byte.Parse(row["managerid"], CultureInfo.InvariantCulture), uint.Parse(row["typeid"], CultureInfo.InvariantCulture),
            byte.Parse(row["typeidversion"], CultureInfo.InvariantCulture)))],
    };

    [Given("the LAN's switch has the port profiles", Does = "The port profiles (802.1Qbh) by which it lets stations in. Columns: profile, and "
        + "if wanted VLAN, in which their frames are on the LAN.",
        Example = "the LAN's switch has the port profiles\n| profile |\n| finance |")]
    public void PortProfiles(DataTable profiles) => scene.Draft.Lan = scene.Draft.Lan with
    {
        PortProfiles = [.. profiles.Rows.Select(row => (row["profile"], row["VLAN"] is "" ? (ushort)0 : ushort.Parse(row["VLAN"], CultureInfo.InvariantCulture)))],
    };

    [Given("{guest} with address(es) {addresses} has the interface", Does = "Plugs a guest in as the interface of a domain says, on a device, a bridge or a "
        + "network, with its port group, virtual port, VLANs, isolation and filter.",
        Example = "g1 with address 10.0.0.11 has the interface\n\"\"\"xml\n<interface type='direct'>\n  <mac address='52:54:00:00:00:11'/>\n"
        + "  <source dev='eth0' mode='vepa'/>\n</interface>\n\"\"\"")]
    public void Interface(GuestName name, ImmutableArray<string> addresses, DocString xml)
    {
        InterfaceReadResult read = InterfaceReader.Read(xml.Position.File, xml.InPlace);
        InterfaceDefinition face = scene.Understood(read.Interface, read.Diagnostics);
        MacAddress mac = face.Mac ?? throw new ScenarioMistakeException(xml.Position, $"the interface of {name} has no MAC address");
        guests.Guest(name, mac, addresses);
        scene.Draft.Replace(scene.Draft.Find(name) with
        {
            At = places.For(face, mac),
            Filter = face.Filter is { } filter ? new(filter.Filter, filter.Parameters) : null,
        });
    }
}
