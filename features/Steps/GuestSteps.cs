using System.Collections.Immutable;
using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>Steps that put guests on the bridge and bind them to filters.</summary>
[Binding("Guests")]
public sealed class GuestSteps(Scene scene, ScenarioInfo scenario)
{
    [Given("a bridge with (the )guests", Does = "Puts guests on one bridge, a row each. Columns: guest, MAC, address, "
        + "filter, parameters; all but guest may be empty or missing. A guest without MAC gets one; several addresses are "
        + "separated by commas; a filter gets MAC and, as IP, the addresses, unless parameters say otherwise.",
        Example = "a bridge with guests\n| guest | MAC               | address    | filter        |\n"
        + "| alice | 52:54:00:00:00:0a | 192.0.2.10 | clean-traffic |\n| bob   |                   | 192.0.2.11 |               |")]
    public void Bridge(DataTable guests)
    {
        foreach (DataRow row in guests.Rows)
        {
            Add(row);
        }
    }

    [Given("(a )guest {guest} with MAC {mac} and address(es) {addresses}", Does = "Puts one guest without filter on the bridge.",
        Example = "a guest carol with MAC 52:54:00:00:00:0c and addresses 192.0.2.12 and 192.0.2.13")]
    public void Guest(GuestName name, MacAddress mac, ImmutableArray<string> addresses) =>
        Add(name, mac, addresses, null, scenario.Position);

    [Given("{guest} is bound to {word}", Does = "Filters the guest's port; MAC and IP are the guest's own.",
        Example = "alice is bound to clean-traffic")]
    public void Bind(GuestName name, string filter)
    {
        GuestDraft guest = scene.Draft.Find(name);
        scene.Draft.Replace(guest with { Filter = new(filter, Parameters(guest.Ipv4, scenario.Position)) });
    }

    [Given("{guest} is bound to {word} with (the )parameters", Does = "Filters the guest's port with these values; several values of one "
        + "name make a list. MAC is the guest's own unless given.",
        Example = "alice is bound to clean-traffic with parameters\n| name | value      |\n| IP   | 192.0.2.10 |\n| IP   | 192.0.2.11 |")]
    public void BindWith(GuestName name, string filter, DataTable parameters)
    {
        GuestDraft guest = scene.Draft.Find(name);
        ParameterSet set = parameters.Rows.Aggregate(ParameterSet.Empty, (set, row) =>
            set.Append(row["name"], new ParameterValue(row["value"], row.Position)));
        scene.Draft.Replace(guest with { Filter = new(filter, set) });
    }

    private void Add(DataRow row)
    {
        foreach (string column in row.Header.Where(column => !Columns.Contains(column, StringComparer.OrdinalIgnoreCase)))
        {
            throw new ScenarioMistakeException(row.Position, $"guests have no column '{column}'; there is {Listing.Of(Columns)}");
        }

        MacAddress mac = row["MAC"] is "" ? MacAddress.FromBits(0x5254_0000_0000ul | (uint)(0x1000 + scene.Draft.Guests.Count))
            : MacAddress.TryParse(row["MAC"], out MacAddress given) ? given
            : throw new ScenarioMistakeException(row.Position, $"'{row["MAC"]}' is not a MAC address");
        ParameterSet? parameters = row["parameters"] is "" ? null : ParametersOf(row);
        Add(new(row["guest"]), mac,
            [.. row["address"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            row["filter"] is "" ? null : (row["filter"], parameters), row.Position);
    }

    private static readonly string[] Columns = ["guest", "MAC", "address", "filter", "parameters"];

    private void Add(
        GuestName name, MacAddress mac, ImmutableArray<string> addresses, (string Name, ParameterSet? Parameters)? filter,
        SourcePosition position)
    {
        List<Ipv4Address> version4 = [];
        List<Ipv6Address> version6 = [];
        foreach (string address in addresses)
        {
            if (Ipv4Address.TryParse(address, out Ipv4Address four))
            {
                version4.Add(four);
            }
            else
            {
                version6.Add(Ipv6Address.TryParse(address, out Ipv6Address six) ? six
                    : throw new ScenarioMistakeException(position, $"'{address}' is not an IP address"));
            }
        }

        FilterUse? use = filter is { } given ? new(given.Name, given.Parameters ?? Parameters(version4, position)) : null;
        scene.Draft.Add(new(name, mac, [.. version4], [.. version6], use));
    }

    /// <summary>What a filter gets when a scenario says nothing: IP, once for each address.</summary>
    private static ParameterSet Parameters(IEnumerable<Ipv4Address> addresses, SourcePosition position) =>
        addresses.Aggregate(ParameterSet.Empty, (set, address) => set.Append("IP", new(address.ToString(), position)));

    /// <summary><c>NAME=value NAME=value</c>; a repeated name makes a list.</summary>
    private static ParameterSet ParametersOf(DataRow row) =>
        row["parameters"].Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Aggregate(ParameterSet.Empty, (set, text) =>
            text.Split('=', 2) is [var name, var value] ? set.Append(name, new(value, row.Position))
            : throw new ScenarioMistakeException(row.Position, $"'{text}' is not a parameter; write NAME=value"));
}
