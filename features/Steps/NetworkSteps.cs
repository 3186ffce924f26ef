using System.Collections.Immutable;
using System.Globalization;
using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Contract.Traffic;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Networks;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>Steps about a host with networks and uplinks, and about where stations are plugged in.</summary>
[Binding("Networks")]
public sealed class NetworkSteps(Scene scene, GuestSteps guests, NetworkPlaces places)
{
    private const ulong FirstBridgeMac = 0x5254_0000_00FE, FirstUplinkMac = 0x5254_0000_00E0;

    [Given("a host with (the )virtual network(s)", Does = "Starts virtual networks in this order. Columns: network, mode (isolated, nat, "
        + "route or open), address (several, of both versions of IP, separated by commas), and if wanted device, ports (of the translation), "
        + "IPv6 (translated, or allowed without an address) and DHCP (a range, or several of both versions of IP, given away by a server that knows names too). Their bridges are virbr0, virbr1 and so on.",
        Example = "a host with the virtual networks\n| network | mode     | address          |\n| default | nat      | 192.168.122.1/24 |\n"
        + "| lab     | isolated | 192.168.123.1/24 |")]
    public void Networks(DataTable networks)
    {
        foreach (DataRow row in networks.Rows)
        {
            ForwardMode mode = Enum.TryParse(row["mode"], ignoreCase: true, out ForwardMode known) && known <= ForwardMode.Open
                ? known : throw new ScenarioMistakeException(row.Position, $"'{row["mode"]}' is no mode of a network with a bridge");
            int number = Host.Bridges.Length;
            (ImmutableArray<HostAddress> addresses, ImmutableArray<HostIpv6Address> ipv6Addresses) = Addresses(row);
            Add(new(InterfaceName.Parse($"virbr{number}"), BridgeMac(number), mode, addresses)
            {
                Ipv6Addresses = ipv6Addresses,
                AllowsIpv6 = row["IPv6"] == "allowed",
                TranslatesIpv6 = row["IPv6"] == "translated",
                Services = ServicesOf(row, ipv6Addresses),
                Device = row["device"] is "" ? null : InterfaceName.Parse(row["device"]),
                TranslationPorts = row["ports"].Split('-') is [var first, var last]
                    ? (ushort.Parse(first, CultureInfo.InvariantCulture), ushort.Parse(last, CultureInfo.InvariantCulture)) : ((ushort)1024, ushort.MaxValue),
            });
            places.Add(row["network"], InterfaceName.Parse($"virbr{number}"));
        }
    }

    private static NetworkServices? ServicesOf(DataRow row, ImmutableArray<HostIpv6Address> ipv6Addresses)
    {
        AddressPool[] ranges = [.. row["DHCP"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text => RangeOf(row, text))];
        return ranges.Length == 0 ? null : new([.. ranges], [], [])
        {
            ManagedSubnet = ManagedBy(ipv6Addresses, ranges.Select(range => range.First)),
        };
    }

    private static AddressPool RangeOf(DataRow row, string text) => text.Split('-') is [var first, var last]
        && IpNumber.TryParse(first, out IpNumber low) && IpNumber.TryParse(last, out IpNumber high) && low.Version6 == high.Version6 ? new(low, high)
        : throw new ScenarioMistakeException(row.Position, $"'{text}' is no range of addresses; write FIRST-LAST");

    /// <summary>The one of a bridge's IPv6 addresses in whose subnet addresses are given away.</summary>
    private static HostIpv6Address? ManagedBy(ImmutableArray<HostIpv6Address> own, IEnumerable<IpNumber> given) => own
        .Where(address => given.Any(number => number.Version6 && address.Subnet.Contains(number.ToIpv6())))
        .Select(address => (HostIpv6Address?)address).FirstOrDefault();

    [Given("the network", Does = "Starts the virtual network whose XML stands below, behind those that were started before.",
        Example = "the network\n\"\"\"xml\n<network>\n  <name>default</name>\n  <forward mode='nat'/>\n"
        + "  <ip address='192.168.122.1' netmask='255.255.255.0'/>\n</network>\n\"\"\"")]
    public void Network(DocString xml)
    {
        NetworkReadResult read = NetworkReader.Read(xml.Position.File, xml.InPlace);
        NetworkDefinition network = scene.Understood(read.Network, read.Diagnostics);
        switch (network)
        {
            case { VirtualPort: OpenVSwitch }:
                throw new ScenarioMistakeException(network.Position, $"the network {network.Name} is of Open vSwitch, which the lab does not have");
            case { Forward.Mode: ForwardMode.Bridge, Bridge.Name: { } foreign }:
                places.Add(network.Name, places.BridgeOf(foreign.ToString()) == foreign ? foreign
                    : throw new ScenarioMistakeException(network.Position, $"there is no bridge {foreign}; make it before, with 'a host with the bridge'"), network);
                break;
            case { Bridge: { } own }:
                Start(network, own);
                break;
            case { Forward.Devices.IsEmpty: false }:
                places.Add(network);
                break;
            default:
                throw new ScenarioMistakeException(network.Position, $"the network {network.Name} has neither a bridge nor devices to share");
        }
    }

    /// <summary>A network with a bridge that libvirt makes.</summary>
    private void Start(NetworkDefinition network, NetworkBridge own)
    {
        int number = Host.Bridges.Length;
        InterfaceName bridge = own.Name ?? InterfaceName.Parse($"virbr{number}");
        Add(new(bridge, network.Mac ?? BridgeMac(number), network.Forward.Mode,
            [.. network.Addresses.Where(ip => !ip.Address.Version6).Select(ip => new HostAddress(ip.Address.ToIpv4(), ip.PrefixLength))])
        {
            Ipv6Addresses = [.. network.Addresses.Where(ip => ip.Address.Version6).Select(ip => new HostIpv6Address(new(ip.Address.Bits), ip.PrefixLength))],
            AllowsIpv6 = network.AllowIpv6,
            TranslatesIpv6 = network.Forward.TranslatesIpv6,
            Device = network.Forward.Devices is [var device, ..] ? device : null,
            TranslationAddresses = network.Forward.TranslationAddresses,
            TranslationPorts = network.Forward.TranslationPorts,
            Mtu = network.Mtu,
            VlanFiltering = own.LibvirtKnowsStations, // libvirt switches both on together (networkStartNetworkVirtual)
            Routes = [.. network.Routes.Select(route => new RouteSpec(route.Address, route.PrefixLength, route.Gateway, route.Metric))],
            Services = ServicesOf(network),
            SpanningTree = own.SpanningTree,
            ForwardDelay = own.Delay,
        });
        places.Add(network.Name, bridge, network);
    }

    /// <summary>libvirt starts a server on every network with an address; here one runs where it has something to tell.</summary>
    private static NetworkServices? ServicesOf(NetworkDefinition network)
    {
        NetworkIp[] giving = [.. network.Addresses.Where(ip => ip.Dhcp is not null)];
        NetworkDns dns = network.Dns;
        bool knows = !dns.Hosts.IsEmpty || !dns.Texts.IsEmpty || !dns.Services.IsEmpty || !dns.Forwarders.IsEmpty;
        return giving.Length == 0 && !knows && !network.Addresses.Any(ip => ip.Address.Version6 && dns.Enabled) ? null : new(
            [.. giving.SelectMany(ip => ip.Dhcp!.Ranges).Select(range => new AddressPool(range.First, range.Last, range.LeaseTime))],
            [.. giving.SelectMany(ip => ip.Dhcp!.Hosts).Select(host => new ReservedAddress(host.Mac, host.Name, host.Address, host.LeaseTime) { Id = host.Id })],
            [.. dns.Hosts.SelectMany(host => host.Names.Select(name => (name, host.Address)))])
        {
            Domain = network.Domain,
            LocalZones =
            [
                .. network is { Domain: { } domain, DomainIsLocal: true } ? [domain] : (string[])[],
                .. network.Addresses.Where(ip => ip.ReverseIsLocal).Select(ip => ip.Address.ReverseZone(ip.PrefixLength)),
            ],
            AnswersNames = dns.Enabled,
            ForwardsPlainNames = dns.ForwardPlainNames,
            Forwarders = dns.Forwarders,
            Texts = dns.Texts,
            Services = dns.Services,
            ManagedSubnet = giving.Where(ip => ip.Address.Version6).Select(ip => (HostIpv6Address?)new HostIpv6Address(ip.Address.ToIpv6(), ip.PrefixLength)).FirstOrDefault(),
        };
    }

    [Given("a host with (the )bridge(s)", Does = "Makes bridges that belong to no network. Columns: bridge, and if wanted address, "
        + "group forward mask, multicast snooping (on), stp (on) and VLANs (on).", Example = "a host with the bridge\n| bridge | group forward mask |\n| br0    | 0x4000             |")]
    public void Bridges(DataTable bridges)
    {
        foreach (DataRow row in bridges.Rows)
        {
            (ImmutableArray<HostAddress> addresses, ImmutableArray<HostIpv6Address> ipv6Addresses) = Addresses(row);
            Add(new(InterfaceName.Parse(row["bridge"]), BridgeMac(Host.Bridges.Length), null, addresses)
            {
                Ipv6Addresses = ipv6Addresses,
                MulticastSnooping = row["multicast snooping"] == "on",
                SpanningTree = row["stp"] == "on",
                VlanFiltering = row["VLANs"] == "on",
                GroupForwardMask = row["group forward mask"] is "" ? (ushort)0 : Convert.ToUInt16(row["group forward mask"], 16),
            });
        }
    }

    [Given("an uplink {word} with address {word} and gateway {word}", Does = "Plugs a device of the host into the LAN's switch.",
        Example = "an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1")]
    public void Uplink(string name, string address, string gateway) =>
        AddUplink(name, [AddressOf(address)], Ipv4Address.Parse(gateway));

    [Given("the uplink {word} has the address {word} and the gateway {word} too", Does = "Gives an uplink an IPv6 address besides.",
        Example = "the uplink eth0 has the address 2001:db8:f::2/64 and the gateway 2001:db8:f::1 too")]
    public void Ipv6Uplink(string name, string address, string gateway)
    {
        UplinkSpec uplink = Host.Uplinks.FirstOrDefault(candidate => candidate.Name.ToString() == name)
            ?? throw new ScenarioMistakeException($"there is no uplink {name}");
        Host = Host with
        {
            Uplinks = Host.Uplinks.Replace(uplink, uplink with { Ipv6Addresses = [Ipv6AddressOf(address)], Ipv6Gateway = Ipv6Address.Parse(gateway) }),
        };
    }

    [Given("an uplink {word} without address", Does = "Plugs a device of the host into the LAN's switch; the host itself does not use it.",
        Example = "an uplink eth0 without address")]
    public void BareUplink(string name) => AddUplink(name, [], null);

    [Given("a LAN whose switch reflects frames", Does = "The switch sends frames back out of the port that they came from, as VEPA asks for.",
        Example = "a LAN whose switch reflects frames")]
    public void Reflective() => scene.Draft.Lan = scene.Draft.Lan with { Reflective = true };

    [Given("IP forwarding is {word}", Does = "Overrules what libvirt sets: on as soon as a network forwards.", Example = "IP forwarding is on")]
    public void Forwarding(string onOff) => Host = Host with { Forwarding = onOff == "on" };

    [Given("the host asks {word} for names", Does = "The host has a resolver, which its networks' name servers ask too for what they do not know, "
        + "but for those of isolated networks.", Example = "the host asks 10.0.0.9 for names")]
    public void Resolver(string address) => Host = Host with
    {
        Resolver = IpNumber.TryParse(address, out IpNumber resolver) ? resolver : throw new ScenarioMistakeException($"'{address}' is no address"),
    };

    [Given("bridge netfilter is {word}", Does = "Whether bridged IP meets the host's IP rules; without this step it does as soon as there are any.",
        Example = "bridge netfilter is off")]
    public void BridgeNetfilter(string onOff) => Host = Host with { BridgeNetfilter = onOff == "on" };

    [Given("(the )stations", Does = "Plugs stations in. Columns as for guests on a bridge, and at: a network, a bridge, 'LAN', "
        + "'eth0 in MODE mode' for a macvtap, or 'host behind DEVICE' for the host's own stack; port: isolated, hairpin, not learning, not flooded, known (to the bridge, for good), MTU, "
        + "own IPv6 (of the port's device), all multicast (of a macvtap); VLANs, on a VLAN-aware bridge: 10 for frames without tags, 10 tagged, 10 native tagged for those that get one on their way out, 10 untagged for those that lose theirs.",
        Example = "the stations\n| guest | MAC               | address        | at      |\n| g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |\n"
        + "| L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |")]
    public void Stations(DataTable stations)
    {
        ImmutableArray<string> own = ["at", "port", "VLANs"];
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

    [When("{guest} routes the packet of protocol {int} to {guest}", Does = "Sends an IPv4 packet of a protocol by its number through the host.",
        Example = "g1 routes the packet of protocol 50 to L")]
    public void RouteProtocol(GuestName sender, int protocol, GuestName target) =>
        SendPacket(sender, DeviceTowards(scene.Draft.Find(sender)), FirstAddress(target), (IpProtocol)protocol, "odd data"u8.ToArray(), 0);

    [When("{guest} routes the {word} fragment of a datagram of {int} bytes to {guest}", Does = "Sends one of the two pieces of a UDP datagram, "
        + "first or last, through the host; the cut is at byte 64.", Example = "g1 routes the first fragment of a datagram of 100 bytes to L")]
    public void RouteFragment(GuestName sender, string which, int length, GuestName target) =>
        SendFragment(sender, DeviceTowards(scene.Draft.Find(sender)), which, length, FirstAddress(target));

    [When("{guest} sends the {word} fragment of a datagram of {int} bytes to {guest}", Does = "Sends one of the two pieces of a UDP datagram, "
        + "first or last; the cut is at byte 64.", Example = "g1 sends the last fragment of a datagram of 100 bytes to g2")]
    public void SendFragmentTo(GuestName sender, string which, int length, GuestName target) =>
        SendFragment(sender, scene.Draft.Find(target).Mac, which, length, FirstAddress(target));

    [When("{guest} sends the {word} fragment of a datagram of {int} bytes to the group {word}", Does = "The same for an IPv4 group, to the MAC that "
        + "belongs to it.", Example = "X sends the last fragment of a datagram of 100 bytes to the group 224.0.0.1")]
    public void SendFragmentToGroup(GuestName sender, string which, int length, string group)
    {
        Ipv4Address target = Ipv4Address.Parse(group);
        SendFragment(sender, target.GroupMac(), which, length, target);
    }

    [When("{guest} routes the {word} IPv6 fragment of a datagram of {int} bytes to {guest}", Does = "Sends one of the two pieces of a UDP "
        + "datagram over IPv6, first or last, through the host; the cut is at byte 64.",
        Example = "g1 routes the first IPv6 fragment of a datagram of 100 bytes to L")]
    public void RouteIpv6Fragment(GuestName sender, string which, int length, GuestName target) =>
        SendIpv6Fragment(sender, DeviceTowards(scene.Draft.Find(sender)), which, length, target);

    [When("{guest} sends the {word} IPv6 fragment of a datagram of {int} bytes to {guest}", Does = "Sends one of the two pieces of a UDP "
        + "datagram over IPv6, first or last; the cut is at byte 64.", Example = "g1 sends the last IPv6 fragment of a datagram of 100 bytes to g2")]
    public void SendIpv6FragmentTo(GuestName sender, string which, int length, GuestName target) =>
        SendIpv6Fragment(sender, scene.Draft.Find(target).Mac, which, length, target);

    [When("{guest} reports the last packet as unreachable", Does = "Sends ICMP host unreachable to the source of the last packet that arrived "
        + "on the LAN, quoting it, through the host.", Example = "gw reports the last packet as unreachable")]
    public void Report(GuestName sender)
    {
        Delivery last = scene.Last.Seen.Deliveries.LastOrDefault(delivery => scene.Draft.Find(delivery.At).At is OnLan)
            ?? throw new ScenarioMistakeException("nothing arrived on the LAN that could be reported");
        GuestDraft guest = scene.Draft.Find(sender);
        ReadOnlySpan<byte> packet = last.Frame.Span[EthernetView.Length..];
        byte[] error = Frames.Icmp(guest.Ipv4[0], Ipv4Address.Read(packet[12..]), 3, 1, 0, packet);
        scene.Send(new Stimulus(sender, Frames.Ethernet(DeviceTowards(guest), guest.Mac, EtherType.Ipv4, error)));
    }

    /// <remarks>RFC 8200 section 4.5.</remarks>
    private void SendIpv6Fragment(GuestName sender, MacAddress to, string which, int length, GuestName target)
    {
        const byte identification = 77;
        GuestDraft guest = scene.Draft.Find(sender);
        (Ipv6Address from, Ipv6Address destination) = (guest.FirstIpv6, scene.Draft.Find(target).FirstIpv6);
        byte[] whole = Frames.Udp(from, 5000, destination, 7, new byte[length]);
        bool first = which == "first";
        byte[] header = [(byte)IpProtocol.Udp, 0, 0, first ? (byte)1 : (byte)FragmentCut, 0, 0, 0, identification];
        byte[] piece = first ? whole[Ipv6View.Length..(Ipv6View.Length + FragmentCut)] : whole[(Ipv6View.Length + FragmentCut)..];
        scene.Send(new Stimulus(sender, Frames.Ethernet(to, guest.Mac, EtherType.Ipv6,
            Frames.Ipv6(from, destination, IpProtocol.Fragment, [.. header, .. piece]))));
    }

    private const int FragmentCut = 64; // bytes; a multiple of eight

    private Ipv4Address FirstAddress(GuestName guest) => scene.Draft.Find(guest).Ipv4[0];

    private void SendFragment(GuestName sender, MacAddress to, string which, int length, Ipv4Address target)
    {
        const int cut = FragmentCut;
        const ushort moreFragments = 0x2000, dontFragment = 0x4000;
        byte[] whole = Frames.Udp(FirstAddress(sender), 5000, target, 7, new byte[length]);
        bool first = which == "first";
        byte[] piece = first ? whole[20..(20 + cut)] : whole[(20 + cut)..];
        SendPacket(sender, to, target, IpProtocol.Udp, piece, (ushort)(dontFragment | (first ? moreFragments : cut / 8)));
    }

    private void SendPacket(GuestName sender, MacAddress to, Ipv4Address target, IpProtocol protocol, byte[] payload, ushort fragment)
    {
        GuestDraft guest = scene.Draft.Find(sender);
        byte[] packet = Frames.Ipv4(guest.Ipv4[0], target, protocol, payload, identification: 77);
        (packet[6], packet[7]) = ((byte)(fragment >> 8), (byte)fragment);
        (packet[10], packet[11]) = (0, 0);
        ushort checksum = InternetChecksum.Of(packet.AsSpan(0, 20));
        (packet[10], packet[11]) = ((byte)(checksum >> 8), (byte)checksum);
        scene.Send(new Stimulus(sender, Frames.Ethernet(to, guest.Mac, EtherType.Ipv4, packet)));
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
        MacAddress host = DeviceTowards(guest);
        scene.Send([.. phrase.Build(guest, scene.Draft).Select(frame =>
        {
            host.Write(frame);
            return new Stimulus(sender, frame);
        })]);
    }

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

    /// <summary>The host's device on the guest's side.</summary>
    private MacAddress DeviceTowards(GuestDraft guest) => guest.At is OnBridge at ? DeviceMac(at.Bridge)
        : Host.Uplinks is [var uplink, ..] ? uplink.Mac : throw new ScenarioMistakeException("the host has no uplink");

    private MacAddress DeviceMac(InterfaceName device) =>
        Host.Bridges.FirstOrDefault(bridge => bridge.Name == device)?.Mac
        ?? Host.Uplinks.FirstOrDefault(uplink => uplink.Name == device)?.Mac
        ?? throw new ScenarioMistakeException($"the host has no device {device}");

    private static (ImmutableArray<HostAddress>, ImmutableArray<HostIpv6Address>) Addresses(DataRow row)
    {
        string[] all = row["address"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return ([.. all.Where(text => !text.Contains(':', StringComparison.Ordinal)).Select(AddressOf)],
            [.. all.Where(text => text.Contains(':', StringComparison.Ordinal)).Select(Ipv6AddressOf)]);
    }

    private static HostAddress AddressOf(string text) => text.Split('/') is [var address, var length]
        && Ipv4Address.TryParse(address, out Ipv4Address parsed) && TryLength(length, 32, out int bits) ? new(parsed, bits) : throw NoAddress(text);

    private static HostIpv6Address Ipv6AddressOf(string text) => text.Split('/') is [var address, var length]
        && Ipv6Address.TryParse(address, out Ipv6Address parsed) && TryLength(length, 128, out int bits) ? new(parsed, bits) : throw NoAddress(text);

    private static bool TryLength(string text, int maximum, out int bits) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out bits) && bits <= maximum;

    private static ScenarioMistakeException NoAddress(string text) => new($"'{text}' is not an address with a prefix length");

    private static readonly (string Words, bool Tagged, bool Native)[] VlanWords =
    [
        ("", Tagged: false, Native: true), ("tagged", Tagged: true, Native: false),
        ("native tagged", Tagged: true, Native: true), ("untagged", Tagged: false, Native: false),
    ];

    /// <summary>As bridge(8) says it: <c>10</c> is pvid untagged, and what is said behind the number takes something of that.</summary>
    private static ImmutableArray<PortVlan> VlansOf(DataRow row)
    {
        ImmutableArray<PortVlan> vlans = [.. row["VLANs"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(VlanOf)];
        return vlans.Count(vlan => vlan.Native) < 2 ? vlans
            : throw new ScenarioMistakeException(row.Position, "frames without a tag are in one VLAN; write 'tagged' or 'untagged' behind the others");

        PortVlan VlanOf(string text)
        {
            (string id, string words) = text.Split(' ', 2) is [var number, var rest] ? (number, rest) : (text, "");
            int known = Array.FindIndex(VlanWords, candidate => candidate.Words == words);
            return known >= 0 && ushort.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out ushort vlan) && vlan is > 0 and < 4095
                ? new(vlan, VlanWords[known].Tagged, VlanWords[known].Native)
                : throw new ScenarioMistakeException(row.Position,
                    $"'{text}' is not a VLAN; write a number from 1 to 4094, and behind it nothing, 'tagged', 'untagged' or 'native tagged'");
        }
    }

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

        Attachment? place = places.For(at, MacAddress.TryParse(row["MAC"], out MacAddress mac) ? mac : default);
        return place is not OnBridge own
            ? place ?? throw new ScenarioMistakeException(row.Position, $"there is no network or bridge called '{at}'")
            : own with
            {
                Isolated = own.Isolated || Says("isolated"),
                Hairpin = Says("hairpin"),
                Learning = own.Learning && !Says("not learning"),
                Flood = own.Flood && !Says("not flooded"),
                Known = own.Known || Says("known"),
                OwnIpv6 = Says("own IPv6"),
                Vlans = VlansOf(row) is { IsEmpty: false } vlans ? vlans : own.Vlans,
                Mtu = row["port"].Split("MTU ") is [_, var mtu] ? int.Parse(mtu, CultureInfo.InvariantCulture) : own.Mtu,
            };

        bool Says(string word) => row["port"].Contains(word, StringComparison.Ordinal);
    }
}
