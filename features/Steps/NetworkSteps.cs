using System.Collections.Immutable;
using System.Globalization;
using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Contract.Traffic;
using Lab.Engine.Networks;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>Steps about a host with networks and uplinks, and about where stations are plugged in.</summary>
[Binding("Networks")]
public sealed class NetworkSteps(Scene scene, GuestSteps guests)
{
    private const ulong FirstBridgeMac = 0x5254_0000_00FE, FirstUplinkMac = 0x5254_0000_00E0;

    [Given("a host with (the )virtual network(s)", Does = "Starts virtual networks in this order. Columns: network, mode (isolated, nat, "
        + "route or open), address, and if wanted device and ports (of the translation). Their bridges are virbr0, virbr1 and so on.",
        Example = "a host with the virtual networks\n| network | mode     | address          |\n| default | nat      | 192.168.122.1/24 |\n"
        + "| lab     | isolated | 192.168.123.1/24 |")]
    public void Networks(DataTable networks)
    {
        foreach (DataRow row in networks.Rows)
        {
            ForwardMode mode = Enum.TryParse(row["mode"], ignoreCase: true, out ForwardMode known) && known <= ForwardMode.Open
                ? known : throw new ScenarioMistakeException(row.Position, $"'{row["mode"]}' is no mode of a network with a bridge");
            int number = Host.Bridges.Length;
            Add(new(InterfaceName.Parse($"virbr{number}"), BridgeMac(number), mode, Addresses(row))
            {
                Device = row["device"] is "" ? null : InterfaceName.Parse(row["device"]),
                TranslationPorts = row["ports"].Split('-') is [var first, var last]
                    ? (ushort.Parse(first, CultureInfo.InvariantCulture), ushort.Parse(last, CultureInfo.InvariantCulture)) : ((ushort)1024, ushort.MaxValue),
            });
            _networks[row["network"]] = InterfaceName.Parse($"virbr{number}");
        }
    }

    [Given("a host with (the )bridge(s)", Does = "Makes bridges that belong to no network. Columns: bridge, and if wanted address and "
        + "group forward mask.", Example = "a host with the bridge\n| bridge | group forward mask |\n| br0    | 0x4000             |")]
    public void Bridges(DataTable bridges)
    {
        foreach (DataRow row in bridges.Rows)
        {
            Add(new(InterfaceName.Parse(row["bridge"]), BridgeMac(Host.Bridges.Length), null, Addresses(row))
            {
                GroupForwardMask = row["group forward mask"] is "" ? (ushort)0 : Convert.ToUInt16(row["group forward mask"], 16),
            });
        }
    }

    [Given("an uplink {word} with address {word} and gateway {word}", Does = "Plugs a device of the host into the LAN's switch.",
        Example = "an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1")]
    public void Uplink(string name, string address, string gateway) =>
        AddUplink(name, [AddressOf(address)], Ipv4Address.Parse(gateway));

    [Given("an uplink {word} without address", Does = "Plugs a device of the host into the LAN's switch; the host itself does not use it.",
        Example = "an uplink eth0 without address")]
    public void BareUplink(string name) => AddUplink(name, [], null);

    [Given("a LAN whose switch reflects frames", Does = "The switch sends frames back out of the port that they came from, as VEPA asks for.",
        Example = "a LAN whose switch reflects frames")]
    public void Reflective() => scene.Draft.Lan = new(Reflective: true);

    [Given("IP forwarding is {word}", Does = "Overrules what libvirt sets: on as soon as a network forwards.", Example = "IP forwarding is on")]
    public void Forwarding(string onOff) => Host = Host with { Forwarding = onOff == "on" };

    [Given("bridge netfilter is {word}", Does = "Whether bridged IP meets the host's IP rules; without this step it does as soon as there are any.",
        Example = "bridge netfilter is off")]
    public void BridgeNetfilter(string onOff) => Host = Host with { BridgeNetfilter = onOff == "on" };

    [Given("(the )stations", Does = "Plugs stations in. Columns as for guests on a bridge, and at: a network, a bridge, 'LAN', "
        + "'eth0 in MODE mode' for a macvtap, or 'host behind DEVICE' for the host's own stack; port: isolated, hairpin, not learning, not flooded.",
        Example = "the stations\n| guest | MAC               | address        | at      |\n| g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |\n"
        + "| L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |")]
    public void Stations(DataTable stations)
    {
        ImmutableArray<string> own = ["at", "port"];
        int[] kept = [.. Enumerable.Range(0, stations.Header.Length).Where(i => !own.Contains(stations.Header[i], StringComparer.OrdinalIgnoreCase))];
        ImmutableArray<string> header = [.. kept.Select(i => stations.Header[i])];
        foreach (DataRow row in stations.Rows)
        {
            Attachment at = Place(row);
            ImmutableArray<string> cells = [.. kept.Select(i => at is OnHost watched && stations.Header[i] == "MAC" && row["MAC"] is ""
                ? DeviceMac(watched.Device).ToString() : row.Cells[i])];
            guests.Bridge(new(header, [new DataRow(header, cells, row.Position)]));
            GuestDraft guest = scene.Draft.Find(new(row["guest"]));
            scene.Draft.Replace(guest with { At = at });
        }
    }

    [When("{guest} broadcasts {int} bytes", Does = "Sends one broadcast of this length, headers included.",
        Example = "g1 broadcasts 1518 bytes")]
    public void SendLong(GuestName sender, int length) => scene.Send(new Stimulus(sender, Frames.Ethernet(
        MacAddress.Broadcast, scene.Draft.Find(sender).Mac, EtherType.Experimental2,
        new byte[length >= EthernetView.Length ? length - EthernetView.Length
            : throw new ScenarioMistakeException($"a frame has {EthernetView.Length} bytes at least, not {length}")])));

    [Given("the LAN knows the host", Does = "A station on the LAN asks for every uplink's address, so that the switch knows where the host is.",
        Example = "the LAN knows the host")]
    public void Introduce()
    {
        GuestDraft asker = scene.Draft.Guests.FirstOrDefault(guest => guest is { At: OnLan, Ipv4.IsEmpty: false })
            ?? throw new ScenarioMistakeException("no station with an address is on the LAN");
        scene.Send([.. Host.Uplinks.SelectMany(uplink => uplink.Addresses).Select(own => new Stimulus(asker.Name, Frames.Ethernet(
            MacAddress.Broadcast, asker.Mac, EtherType.Arp, Frames.Arp(1, asker.Mac, asker.Ipv4[0], default, own.Address))))]);
    }

    [When("{guest} routes {frame}", Does = "Sends frames through the host: the destination MAC is that of the host's device on the sender's side.",
        Example = "g1 routes a UDP datagram to L port 53")]
    public void Route(GuestName sender, FramePhrase phrase)
    {
        GuestDraft guest = scene.Draft.Find(sender);
        MacAddress host = guest.At switch
        {
            OnBridge at => DeviceMac(at.Bridge),
            _ => Host.Uplinks is [var uplink, ..] ? uplink.Mac : throw new ScenarioMistakeException("the host has no uplink"),
        };
        scene.Send([.. phrase.Build(guest, scene.Draft).Select(frame =>
        {
            host.Write(frame);
            return new Stimulus(sender, frame);
        })]);
    }

    private readonly Dictionary<string, InterfaceName> _networks = [];

    private HostSpec Host
    {
        get => scene.Draft.Host ?? HostSpec.Empty;
        set => scene.Draft.Host = value;
    }

    private static MacAddress BridgeMac(int number) => MacAddress.FromBits(FirstBridgeMac - (ulong)number);

    private void Add(BridgeSpec bridge) => Host = Host with { Bridges = Host.Bridges.Add(bridge) };

    private void AddUplink(string name, ImmutableArray<HostAddress> addresses, Ipv4Address? gateway) => Host = Host with
    {
        Uplinks = Host.Uplinks.Add(new(
            InterfaceName.Parse(name), MacAddress.FromBits(FirstUplinkMac + (ulong)Host.Uplinks.Length), addresses, gateway)),
    };

    private MacAddress DeviceMac(InterfaceName device) =>
        Host.Bridges.FirstOrDefault(bridge => bridge.Name == device)?.Mac
        ?? Host.Uplinks.FirstOrDefault(uplink => uplink.Name == device)?.Mac
        ?? throw new ScenarioMistakeException($"the host has no device {device}");

    private static ImmutableArray<HostAddress> Addresses(DataRow row) =>
        [.. row["address"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(AddressOf)];

    private static HostAddress AddressOf(string text) =>
        text.Split('/') is [var address, var length] && Ipv4Address.TryParse(address, out Ipv4Address parsed)
            && int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out int bits) && bits <= 32
            ? new(parsed, bits) : throw new ScenarioMistakeException($"'{text}' is not an address with a prefix length");

    private Attachment Place(DataRow row)
    {
        string at = row["at"];
        if (at == "LAN")
        {
            return new OnLan();
        }

        if (at.StartsWith("host behind ", StringComparison.Ordinal))
        {
            return new OnHost(InterfaceName.Parse(at["host behind ".Length..]));
        }

        if (at.Split(' ') is [var device, "in", var mode, "mode"])
        {
            return new OnDevice(InterfaceName.Parse(device), Enum.TryParse(mode, ignoreCase: true, out DirectMode known) ? known
                : throw new ScenarioMistakeException(row.Position, $"'{mode}' is no mode of a macvtap"))
            {
                AllMulticast = row["port"].Contains("all multicast", StringComparison.Ordinal),
            };
        }

        InterfaceName bridge = _networks.TryGetValue(at, out InterfaceName known2) ? known2
            : InterfaceName.TryParse(at, out InterfaceName named) && Host.Bridges.Any(candidate => candidate.Name == named) ? named
            : throw new ScenarioMistakeException(row.Position, $"there is no network or bridge called '{at}'");
        return new OnBridge(bridge)
        {
            Isolated = Says("isolated"), Hairpin = Says("hairpin"), Learning = !Says("not learning"), Flood = !Says("not flooded"),
            Mtu = row["port"].Split("MTU ") is [_, var mtu] ? int.Parse(mtu, CultureInfo.InvariantCulture) : 1500,
        };

        bool Says(string word) => row["port"].Contains(word, StringComparison.Ordinal);
    }
}
