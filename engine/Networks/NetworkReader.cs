using System.Collections.Immutable;
using System.Globalization;
using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Filters.Values;
using Lab.Engine.Packets;

namespace Lab.Engine.Networks;

/// <summary>Reads network documents (switching.md section 3.2); one run reports every mistake.</summary>
public sealed class NetworkReader
{
    /// <summary>Elements that say nothing about where frames go.</summary>
    private static readonly string[] Others = ["title", "description", "metadata", "bandwidth", "vlan"];

    private static readonly (string Word, ForwardMode Mode)[] Modes =
    [
        ("nat", ForwardMode.Nat), ("route", ForwardMode.Route), ("open", ForwardMode.Open), ("bridge", ForwardMode.Bridge),
        ("private", ForwardMode.Private), ("vepa", ForwardMode.Vepa), ("passthrough", ForwardMode.Passthrough), ("hostdev", ForwardMode.HostDevice),
    ];

    private readonly Findings _findings;
    private readonly ElementReader _network;
    private ForwardMode _mode;

    private NetworkReader(DocumentElement root, Findings findings) => (_network, _findings) = (new(root, findings), findings);

    public static NetworkReadResult Read(string file, string text, bool strict = false)
    {
        Findings findings = new(strict);
        DocumentElement? root = DocumentReader.Read(file, text, "network", findings);
        NetworkDefinition? definition = root is null ? null : new NetworkReader(root, findings).Read();
        return new(findings.HasErrors ? null : definition, findings.ToImmutable());
    }

    private NetworkDefinition Read()
    {
        _network.Leave(Others);
        NetworkForward forward = _network.Child("forward") is { } element ? ReadForward(element) : NetworkForward.Isolated;
        _mode = forward.Mode;
        ImmutableArray<NetworkIp> addresses = [.. _network.Children("ip").Select(ip => new NetworkIpReader(new(ip, _findings)).Read()).OfType<NetworkIp>()];
        CheckAddresses(addresses);
        NetworkDefinition read = new(
            ReadName(),
            ReadUuid(),
            _network.Optional("ipv6") is { } ipv6 && YesNo(ipv6),
            forward,
            ReadBridge(),
            ReadMac(),
            ReadMtu(),
            ReadDomain(out bool localOnly),
            localOnly,
            ReadDns(),
            addresses,
            [.. _network.Children("route").Select(route => ReadRoute(route, addresses)).OfType<NetworkRoute>()],
            ReadPortGroups(),
            _network.Child("virtualport") is { } port ? ReadVirtualPort(port) : null,
            _network.Child("port") is { } isolation && ReadIsolation(isolation),
            _network.Position);
        _ = _network.Optional("trustGuestRxFilters") is { } trust && YesNo(trust);
        _ = _network.Optional("connections"); // dumpxml of a running network writes it
        _network.ReportTheRest();
        return read;
    }

    private bool HasOwnBridge => _mode is ForwardMode.Isolated or ForwardMode.Nat or ForwardMode.Route or ForwardMode.Open;

    private bool UsesDevices => _mode is ForwardMode.Private or ForwardMode.Vepa or ForwardMode.Passthrough;

    private string ReadName()
    {
        DocumentElement? element = _network.RequiredChild("name");
        string name = element is null ? "" : new ElementReader(element, _findings).Text();
        if (element is not null && (name.Length == 0 || name.AsSpan().IndexOfAny("/\n") >= 0))
        {
            Illegal(element.Position, $"'{name}' cannot be a network's name", "leave out '/' and line ends");
        }

        return name;
    }

    private Guid? ReadUuid()
    {
        if (_network.Child("uuid") is not { } element)
        {
            return null;
        }

        if (UuidSyntax.TryParse(new ElementReader(element, _findings).Text(), out Guid uuid))
        {
            return uuid;
        }

        _findings.Add(DiagnosticTable.MalformedUuid, element.Position, $"'{element.Text}' is not a UUID");
        return null;
    }

    private NetworkForward ReadForward(DocumentElement element)
    {
        ElementReader forward = new(element, _findings);
        ForwardMode mode = ForwardMode.Nat;
        if (forward.Optional("mode") is { } given)
        {
            int known = Array.FindIndex(Modes, candidate => candidate.Word == given.Value);
            if (known < 0)
            {
                _findings.Add(DiagnosticTable.UnknownForwardMode, given.Position, $"'{given.Value}' is not a way of forwarding");
            }

            mode = known < 0 ? mode : Modes[known].Mode;
        }

        _mode = mode;
        forward.Leave("driver", "pf", "address");
        _ = forward.Optional("managed");
        ImmutableArray<InterfaceName> devices = ReadDevices(forward);
        var (addresses, ports, ipv6) = forward.Child("nat") is { } nat ? ReadNat(nat) : (null, NetworkForward.Isolated.TranslationPorts, false);
        forward.ReportTheRest();
        return new(mode, devices, addresses, ports, ipv6);
    }

    private ImmutableArray<InterfaceName> ReadDevices(ElementReader forward)
    {
        List<InterfaceName> devices = [];
        DocumentAttribute? single = forward.Optional("dev");
        if (single is not null)
        {
            devices.Add(Device(single));
        }

        foreach (DocumentElement child in forward.Children("interface"))
        {
            ElementReader reader = new(child, _findings);
            if (reader.Required("dev") is { } attribute)
            {
                InterfaceName device = Device(attribute);
                bool repeatsSingle = single is not null && devices.Count == 1 && devices[0] == device;
                if (devices.Contains(device) && !repeatsSingle)
                {
                    Once(attribute.Position, $"the device '{device}' stands here a second time");
                }

                if (!repeatsSingle)
                {
                    devices.Add(device);
                }
            }

            _ = reader.Optional("connections");
            reader.ReportTheRest();
        }

        bool onlyOne = _mode is ForwardMode.Isolated or ForwardMode.Nat or ForwardMode.Route;
        if ((onlyOne && devices.Count > 1) || (_mode == ForwardMode.Open && devices.Count > 0))
        {
            OtherMode(single?.Position ?? forward.Position, onlyOne ? "such a network forwards through one device at most" : "an open network names no device");
        }

        return [.. devices];
    }

    private ((Ipv4Address, Ipv4Address)? Addresses, (ushort, ushort) Ports, bool Ipv6) ReadNat(DocumentElement element)
    {
        ElementReader nat = new(element, _findings);
        if (_mode != ForwardMode.Nat)
        {
            OtherMode(element.Position, "translation belongs to the mode nat");
        }

        bool ipv6 = nat.Optional("ipv6") is { } attribute && YesNo(attribute);
        (Ipv4Address, Ipv4Address)? addresses = nat.Child("address") is { } address ? ReadTranslationAddresses(new(address, _findings)) : null;
        (ushort, ushort) ports = nat.Child("port") is { } port ? ReadTranslationPorts(new(port, _findings)) : NetworkForward.Isolated.TranslationPorts;
        nat.ReportTheRest();
        return (addresses, ports, ipv6);
    }

    private (Ipv4Address, Ipv4Address)? ReadTranslationAddresses(ElementReader reader)
    {
        DocumentAttribute? start = reader.Required("start"), end = reader.Required("end");
        reader.ReportTheRest();
        if (start is null || end is null || ParseIpv4(start) is not { } first || ParseIpv4(end) is not { } last)
        {
            return null;
        }

        if (last.Bits < first.Bits || last.Bits - first.Bits > ushort.MaxValue || first.Bits >> 16 != last.Bits >> 16)
        {
            Order(end.Position, $"{first} to {last} is no range of at most 65535 addresses that share their first half");
        }

        return (first, last);
    }

    private (ushort, ushort) ReadTranslationPorts(ElementReader reader)
    {
        DocumentAttribute? start = reader.Required("start"), end = reader.Required("end");
        reader.ReportTheRest();
        ushort first = (ushort?)Number(start, ushort.MaxValue) ?? 0, last = (ushort?)Number(end, ushort.MaxValue) ?? ushort.MaxValue;
        if (first >= last && start is not null && end is not null)
        {
            Order(end.Position, $"{first} to {last} is no range of ports: the rules need a start below the end");
        }

        return (first, last);
    }

    private NetworkBridge? ReadBridge()
    {
        DocumentElement? element = _network.Child("bridge");
        ElementReader? bridge = element is null ? null : new(element, _findings);
        DocumentAttribute? name = bridge?.Optional("name"), stp = bridge?.Optional("stp"), delay = bridge?.Optional("delay");
        DocumentAttribute? zone = bridge?.Optional("zone"), tables = bridge?.Optional("macTableManager");
        bridge?.ReportTheRest();
        if (tables is not null && tables.Value is not ("kernel" or "libvirt"))
        {
            Illegal(tables.Position, $"'{tables.Value}' manages no table of addresses", "write 'kernel' or 'libvirt'");
        }

        uint seconds = Number(delay, int.MaxValue) ?? 0;
        foreach (DocumentAttribute own in new[] { stp, seconds > 0 ? delay : null, zone }.OfType<DocumentAttribute>().Where(_ => !HasOwnBridge))
        {
            OtherMode(own.Position, $"'{own.Name}' is for bridges that libvirt makes itself");
        }

        if (name is not null && (UsesDevices || _mode == ForwardMode.HostDevice))
        {
            OtherMode(name.Position, "a network of this mode has no bridge");
        }

        bool chosen = name is not null && !name.Value.Contains("%d", StringComparison.Ordinal);
        return HasOwnBridge || (_mode == ForwardMode.Bridge && chosen)
            ? new(chosen ? Device(name!) : null, stp?.Value != "off", TimeSpan.FromSeconds(seconds)) : null;
    }

    private MacAddress? ReadMac()
    {
        if (_network.Child("mac") is not { } element)
        {
            return null;
        }

        if (!HasOwnBridge)
        {
            OtherMode(element.Position, "only a bridge that libvirt makes itself gets an address");
        }

        return MacElement.Read(element, _findings);
    }

    private int? ReadMtu()
    {
        if (_network.Child("mtu") is not { } element)
        {
            return null;
        }

        if (!HasOwnBridge)
        {
            OtherMode(element.Position, "only a bridge that libvirt makes itself gets an MTU");
        }

        ElementReader mtu = new(element, _findings);
        uint? size = Number(mtu.Required("size"), int.MaxValue);
        mtu.ReportTheRest();
        return (int?)size;
    }

    private string? ReadDomain(out bool localOnly)
    {
        localOnly = false;
        if (_network.Child("domain") is not { } element)
        {
            return null;
        }

        if (!HasOwnBridge)
        {
            OtherMode(element.Position, "only networks with a name server of their own have a domain");
        }

        ElementReader domain = new(element, _findings);
        DocumentAttribute? name = domain.Required("name");
        localOnly = domain.Optional("localOnly") is { } local && YesNo(local);
        domain.ReportTheRest();
        return name?.Value;
    }

    private NetworkDns ReadDns()
    {
        if (_network.Child("dns") is not { } element)
        {
            return NetworkDns.Default;
        }

        ElementReader dns = new(element, _findings);
        DocumentAttribute? enable = dns.Optional("enable");
        bool enabled = enable is null || YesNo(enable);
        bool plain = dns.Optional("forwardPlainNames") is not { } forward || YesNo(forward);
        ImmutableArray<DnsHost> hosts = [.. dns.Children("host").Select(ReadDnsHost).OfType<DnsHost>()];
        ImmutableArray<DnsForwarder> forwarders = [.. dns.Children("forwarder").Select(ReadForwarder).OfType<DnsForwarder>()];
        ImmutableArray<DnsText> texts = [.. dns.Children("txt").Select(ReadText).OfType<DnsText>()];
        dns.Leave("srv");
        dns.ReportTheRest();
        if (!enabled && !element.Children.IsEmpty)
        {
            Illegal(enable!.Position, "a name server that is off has nothing to say", "remove what stands inside <dns>, or switch it on");
        }

        if (!HasOwnBridge && element.Children.FirstOrDefault(child => child.Name is "txt" or "host" or "srv") is { } entry)
        {
            OtherMode(entry.Position, "only networks with a name server of their own have entries");
        }

        return new(enabled, plain, hosts, forwarders, texts);
    }

    private DnsHost? ReadDnsHost(DocumentElement element)
    {
        ElementReader host = new(element, _findings);
        DocumentAttribute? ip = host.Required("ip");
        ImmutableArray<string> names = [.. host.Children("hostname").Select(name => new ElementReader(name, _findings).Text())];
        host.ReportTheRest();
        if (names.IsEmpty || names.Contains(""))
        {
            _findings.Add(DiagnosticTable.MissingElement, element.Position, "<host> needs a <hostname> with a name in it");
        }

        return ip is not null && Parse(ip) is { } address ? new(address.ToString(), names) : null;
    }

    private DnsForwarder? ReadForwarder(DocumentElement element)
    {
        ElementReader forwarder = new(element, _findings);
        DocumentAttribute? address = forwarder.Optional("addr"), domain = forwarder.Optional("domain");
        forwarder.ReportTheRest();
        if (address is null && domain is null)
        {
            _findings.Add(DiagnosticTable.MissingAttribute, element.Position, "<forwarder> needs the attribute 'addr', or 'domain', or both");
        }

        _ = address is null ? null : Parse(address);
        return new(address?.Value, domain?.Value);
    }

    private DnsText? ReadText(DocumentElement element)
    {
        ElementReader text = new(element, _findings);
        DocumentAttribute? name = text.Required("name"), value = text.Required("value");
        text.ReportTheRest();
        if (name?.Value.AsSpan().IndexOfAny(" ,") >= 0)
        {
            Illegal(name.Position, $"'{name.Value}' cannot be the name of a text record", "leave out blanks and commas");
        }

        return name is null || value is null ? null : new(name.Value, value.Value);
    }

    private void CheckAddresses(ImmutableArray<NetworkIp> addresses)
    {
        if (addresses.IsEmpty && _mode is ForwardMode.Nat or ForwardMode.Route or ForwardMode.Open)
        {
            _findings.Add(DiagnosticTable.NetworkWithoutAddress, _network.Position, $"a network of the mode {_mode.ToString().ToLowerInvariant()} needs an address");
        }

        foreach (NetworkIp address in HasOwnBridge ? [] : addresses)
        {
            OtherMode(address.Position, "only a bridge that libvirt makes itself gets addresses");
        }

        foreach (NetworkIp second in addresses.Where(ip => ip.Dhcp is not null).GroupBy(ip => ip.Address.Version6).SelectMany(family => family.Skip(1)))
        {
            Once(second.Position, "one address of each family can have <dhcp>");
        }

        for (int i = 1; i < addresses.Length; i++)
        {
            if (addresses.Take(i).FirstOrDefault(other => other.Holds(addresses[i].First) || addresses[i].Holds(other.First)) is { } other)
            {
                _findings.Add(DiagnosticTable.Overlap, addresses[i].Position,
                    $"the subnet of {addresses[i].Address} shares addresses with that of {other.Address}");
            }
        }
    }

    private NetworkRoute? ReadRoute(DocumentElement element, ImmutableArray<NetworkIp> addresses)
    {
        ElementReader reader = new(element, _findings);
        NetworkIpReader.Subnet? destination = NetworkIpReader.ReadSubnet(reader);
        DocumentAttribute? gateway = reader.Required("gateway"), metric = reader.Optional("metric");
        reader.ReportTheRest();
        uint cost = Number(metric, uint.MaxValue) ?? 1;
        if (metric is not null && cost == 0)
        {
            Illegal(metric.Position, "'0' is no metric", "write a number from 1 on");
        }

        if (destination is null || gateway is null || Parse(gateway) is not { } via)
        {
            return null;
        }

        if (via.Version6 != destination.Address.Version6)
        {
            _findings.Add(DiagnosticTable.AddressFamily, gateway.Position, $"{via} is not of the family of {destination.Address}");
        }
        else if (!addresses.Any(ip => ip.Holds(via)))
        {
            _findings.Add(DiagnosticTable.OutsideSubnet, gateway.Position, $"the gateway {via} is in no subnet of this network");
        }

        return new(destination.Address, destination.PrefixLength, via, cost);
    }

    private ImmutableArray<PortGroup> ReadPortGroups()
    {
        List<PortGroup> groups = [];
        foreach (DocumentElement element in _network.Children("portgroup"))
        {
            ElementReader group = new(element, _findings);
            group.Leave("bandwidth", "vlan");
            _ = group.Optional("trustGuestRxFilters");
            DocumentAttribute? name = group.Required("name");
            bool isDefault = group.Optional("default") is { } given && YesNo(given);
            VirtualPort? port = group.Child("virtualport") is { } virtualPort ? ReadVirtualPort(virtualPort) : null;
            group.ReportTheRest();
            if (groups.Exists(other => other.Name == name?.Value))
            {
                Once(name!.Position, $"there is a port group '{name.Value}' already");
            }

            if (isDefault && groups.Exists(other => other.IsDefault))
            {
                Once(element.Position, "one port group can be the default");
            }

            groups.Add(new(name?.Value ?? "", isDefault, port));
        }

        return [.. groups];
    }

    private VirtualPort? ReadVirtualPort(DocumentElement element)
    {
        VirtualPort? port = VirtualPortReader.Read(element, new NetworkSource(""), _findings);
        bool fits = port switch
        {
            null or Untyped => true,
            OpenVSwitch => _mode == ForwardMode.Bridge,
            Qbg or Qbh => UsesDevices || _mode is ForwardMode.HostDevice or ForwardMode.Bridge,
            _ => false,
        };
        if (element.Find("type") is null)
        {
            _findings.Add(DiagnosticTable.MissingAttribute, element.Position, "<virtualport> needs the attribute 'type'");
        }
        else if (HasOwnBridge || !fits)
        {
            OtherMode(element.Position, HasOwnBridge ? "a network that uses IP forwarding has no virtual port" : "this type of virtual port does not go with the mode");
        }

        return port;
    }

    private bool ReadIsolation(DocumentElement element)
    {
        ElementReader port = new(element, _findings);
        bool isolated = port.Optional("isolated") is { } given && YesNo(given);
        port.ReportTheRest();
        return isolated;
    }

    private InterfaceName Device(DocumentAttribute attribute)
    {
        if (!InterfaceName.TryParse(attribute.Value, out InterfaceName name))
        {
            _findings.Add(DiagnosticTable.DeviceName, attribute.Position, $"'{attribute.Value}' is not a name that a network device can have");
        }

        return name;
    }

    private bool YesNo(DocumentAttribute attribute)
    {
        if (attribute.Value is not ("yes" or "no"))
        {
            Illegal(attribute.Position, $"'{attribute.Value}' is not a value of '{attribute.Name}'", "write 'yes' or 'no'");
        }

        return attribute.Value == "yes";
    }

    private uint? Number(DocumentAttribute? attribute, uint maximum)
    {
        if (attribute is null)
        {
            return null;
        }

        if (CNumber.TryReadUnsigned(attribute.Value, 10, out uint number) && number <= maximum)
        {
            return number;
        }

        Illegal(attribute.Position, $"'{attribute.Value}' is not a value of '{attribute.Name}'",
            string.Create(CultureInfo.InvariantCulture, $"write a number from 0 to {maximum}"));
        return null;
    }

    private IpNumber? Parse(DocumentAttribute attribute)
    {
        if (IpNumber.TryParse(attribute.Value, out IpNumber address))
        {
            return address;
        }

        Illegal(attribute.Position, $"'{attribute.Value}' is not an address", "write an IPv4 or IPv6 address");
        return null;
    }

    private Ipv4Address? ParseIpv4(DocumentAttribute attribute)
    {
        if (Parse(attribute) is not { } address)
        {
            return null;
        }

        if (!address.Version6)
        {
            return address.ToIpv4();
        }

        _findings.Add(DiagnosticTable.AddressFamily, attribute.Position, $"{address} is not an IPv4 address");
        return null;
    }

    private void Illegal(SourcePosition position, string message, string help) =>
        _findings.Add(DiagnosticTable.IllegalValue, position, message, help);

    private void OtherMode(SourcePosition position, string message) => _findings.Add(DiagnosticTable.OptionForOtherMode, position, message);

    private void Once(SourcePosition position, string message) => _findings.Add(DiagnosticTable.OnlyOnce, position, message);

    private void Order(SourcePosition position, string message) => _findings.Add(DiagnosticTable.RangeOrder, position, message);
}
