using System.Collections.Immutable;
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
    private static readonly string[] Others = ["title", "description", "metadata"];

    private static readonly (string Word, ForwardMode Mode)[] Modes =
    [
        ("nat", ForwardMode.Nat), ("route", ForwardMode.Route), ("open", ForwardMode.Open), ("bridge", ForwardMode.Bridge),
        ("private", ForwardMode.Private), ("vepa", ForwardMode.Vepa), ("passthrough", ForwardMode.Passthrough), ("hostdev", ForwardMode.HostDevice),
    ];

    private readonly Findings _findings;
    private readonly ElementReader _network;
    private readonly NetworkValues _values;
    private readonly NetworkBandwidthReader _bandwidth;
    private ForwardMode _mode;

    private NetworkReader(DocumentElement root, Findings findings)
    {
        (_network, _findings, _values) = (new(root, findings), findings, new(findings));
        _bandwidth = new(_values, findings);
    }

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
        ImmutableArray<NetworkIp> addresses = [.. _network.Children("ip").Select(ip => new NetworkIpReader(new(ip, _findings), _values).Read()).OfType<NetworkIp>()];
        CheckAddresses(addresses);
        VirtualPort? virtualPort = _network.Child("virtualport") is { } port ? ReadVirtualPort(port) : null;
        VlanTags? vlan = VlanReader.Read(_network.Child("vlan"), _findings);
        NetworkDefinition read = new(
            ReadName(),
            ReadUuid(),
            _values.YesNo(_network.Optional("ipv6")),
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
            virtualPort,
            _network.Child("port") is { } isolation && PortIsolation.Read(isolation, _findings),
            _network.Position)
        {
            Vlan = vlan,
        };
        CheckTags(read);
        CheckTrust(_network);
        _bandwidth.Check(_network.Child("bandwidth"), ofNetwork: true, read.Bridge is not null);
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
            _values.Illegal(element.Position, $"'{name}' cannot be a network's name", "leave out '/' and line ends");
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
        ImmutableArray<InterfaceName> devices = ReadDevices(forward);
        CheckGivenAway(forward);
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
                    _values.Once(attribute.Position, $"the device '{device}' stands here a second time");
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
            _values.OtherMode(single?.Position ?? forward.Position, onlyOne ? "such a network forwards through one device at most" : "an open network names no device");
        }

        return [.. devices];
    }

    /// <summary>Devices that are given to guests whole: of those no frame passes the host.</summary>
    private void CheckGivenAway(ElementReader forward)
    {
        _ = _values.YesNo(forward.Optional("managed"));
        DocumentElement? function = forward.Child("pf"), driver = forward.Child("driver");
        DocumentElement[] addresses = [.. forward.Children("address")];
        if (driver?.Find("name") is { Value: not ("vfio" or "kvm") } name)
        {
            _values.Illegal(name.Position, $"'{name.Value}' is not a driver", "write 'vfio' or 'kvm'");
        }

        if (function is not null && function.Find("dev") is null)
        {
            _findings.Add(DiagnosticTable.MissingAttribute, function.Position, "<pf> needs the attribute 'dev'");
        }

        DocumentElement?[] kinds = [function, addresses.FirstOrDefault(), forward.Children("interface").FirstOrDefault()];
        if (kinds.OfType<DocumentElement>().Skip(1).FirstOrDefault() is { } second)
        {
            _values.Illegal(second.Position, "interfaces, a physical function and addresses are three ways to say the same", "keep one of them");
        }

        foreach (DocumentElement address in addresses)
        {
            if (address.Find("type") is not { Value: "pci" })
            {
                _values.Illegal(address.Position, "only PCI devices are given away", "write type='pci' with domain, bus, slot and function");
            }
            else if (_mode != ForwardMode.HostDevice)
            {
                _values.OtherMode(address.Position, "PCI devices are given away in the mode hostdev");
            }
        }

        if (_mode == ForwardMode.HostDevice)
        {
            _values.NotInterpreted(forward.Position, "a pool of devices given to guests whole");
        }
    }

    private void CheckTrust(ElementReader owner)
    {
        if (owner.Optional("trustGuestRxFilters") is { } trust && _values.YesNo(trust))
        {
            _values.NotInterpreted(trust.Position, "trust in a guest's receive filter");
        }
    }

    private ((Ipv4Address, Ipv4Address)? Addresses, (ushort, ushort) Ports, bool Ipv6) ReadNat(DocumentElement element)
    {
        ElementReader nat = new(element, _findings);
        if (_mode != ForwardMode.Nat)
        {
            _values.OtherMode(element.Position, "translation belongs to the mode nat");
        }

        bool ipv6 = _values.YesNo(nat.Optional("ipv6"));
        (Ipv4Address, Ipv4Address)? addresses = nat.Child("address") is { } address ? ReadTranslationAddresses(new(address, _findings)) : null;
        (ushort, ushort) ports = nat.Child("port") is { } port ? ReadTranslationPorts(new(port, _findings)) : NetworkForward.Isolated.TranslationPorts;
        nat.ReportTheRest();
        return (addresses, ports, ipv6);
    }

    private (Ipv4Address, Ipv4Address)? ReadTranslationAddresses(ElementReader reader)
    {
        DocumentAttribute? start = reader.Required("start"), end = reader.Required("end");
        reader.ReportTheRest();
        if (start is null || end is null || _values.Ipv4(start) is not { } first || _values.Ipv4(end) is not { } last)
        {
            return null;
        }

        if (last.Bits < first.Bits || last.Bits - first.Bits > ushort.MaxValue || first.Bits >> 16 != last.Bits >> 16)
        {
            _values.Order(end.Position, $"{first} to {last} is no range of at most 65535 addresses that share their first half");
        }

        return (first, last);
    }

    private (ushort, ushort) ReadTranslationPorts(ElementReader reader)
    {
        DocumentAttribute? start = reader.Required("start"), end = reader.Required("end");
        reader.ReportTheRest();
        ushort first = (ushort?)_values.Number(start, ushort.MaxValue) ?? 0, last = (ushort?)_values.Number(end, ushort.MaxValue) ?? ushort.MaxValue;
        if (first >= last && start is not null && end is not null)
        {
            _values.Order(end.Position, $"{first} to {last} is no range of ports: the rules need a start below the end");
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
            _values.Illegal(tables.Position, $"'{tables.Value}' manages no table of addresses", "write 'kernel' or 'libvirt'");
        }

        if (tables is not null && (UsesDevices || _mode == ForwardMode.HostDevice))
        {
            _values.OtherMode(tables.Position, "a network of this mode has no table of addresses");
        }

        if (zone is not null)
        {
            _values.NotInterpreted(zone.Position, "a firewalld zone");
        }

        uint seconds = _values.Number(delay, int.MaxValue) ?? 0;
        foreach (DocumentAttribute own in new[] { stp, seconds > 0 ? delay : null, zone }.OfType<DocumentAttribute>().Where(_ => !HasOwnBridge))
        {
            _values.OtherMode(own.Position, $"'{own.Name}' is for bridges that libvirt makes itself");
        }

        if (name is not null && (UsesDevices || _mode == ForwardMode.HostDevice))
        {
            _values.OtherMode(name.Position, "a network of this mode has no bridge");
        }

        bool chosen = name is not null && !name.Value.Contains("%d", StringComparison.Ordinal);
        return HasOwnBridge || (_mode == ForwardMode.Bridge && chosen)
            ? new(chosen ? Device(name!) : null, stp?.Value != "off", TimeSpan.FromSeconds(seconds), tables?.Value == "libvirt") : null;
    }

    private MacAddress? ReadMac()
    {
        if (_network.Child("mac") is not { } element)
        {
            return null;
        }

        if (!HasOwnBridge)
        {
            _values.OtherMode(element.Position, "only a bridge that libvirt makes itself gets an address");
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
            _values.OtherMode(element.Position, "only a bridge that libvirt makes itself gets an MTU");
        }

        ElementReader mtu = new(element, _findings);
        uint? size = _values.Number(mtu.Required("size"), int.MaxValue);
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
            _values.OtherMode(element.Position, "only networks with a name server of their own have a domain");
        }

        ElementReader domain = new(element, _findings);
        DocumentAttribute? name = domain.Required("name");
        localOnly = _values.YesNo(domain.Optional("localOnly"));
        domain.ReportTheRest();
        return name?.Value;
    }

    private NetworkDns ReadDns() =>
        _network.Child("dns") is { } dns ? new NetworkDnsReader(new(dns, _findings), _values, HasOwnBridge).Read() : NetworkDns.Default;

    private void CheckAddresses(ImmutableArray<NetworkIp> addresses)
    {
        if (addresses.IsEmpty && _mode is ForwardMode.Nat or ForwardMode.Route or ForwardMode.Open)
        {
            _findings.Add(DiagnosticTable.NetworkWithoutAddress, _network.Position, $"a network of the mode {_mode.ToString().ToLowerInvariant()} needs an address");
        }

        foreach (NetworkIp address in HasOwnBridge ? [] : addresses)
        {
            _values.OtherMode(address.Position, "only a bridge that libvirt makes itself gets addresses");
        }

        foreach (NetworkIp second in addresses.Where(ip => ip.Dhcp is not null).GroupBy(ip => ip.Address.Version6).SelectMany(family => family.Skip(1)))
        {
            _values.Once(second.Position, "one address of each family can have <dhcp>");
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
        uint cost = _values.Number(metric, uint.MaxValue) ?? 1;
        if (metric is not null && cost == 0)
        {
            _values.Illegal(metric.Position, "'0' is no metric", "write a number from 1 on");
        }

        if (destination is null || gateway is null || _values.Address(gateway) is not { } via)
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
            CheckTrust(group);
            DocumentAttribute? name = group.Required("name");
            bool isDefault = _values.YesNo(group.Optional("default"));
            VirtualPort? port = group.Child("virtualport") is { } virtualPort ? ReadVirtualPort(virtualPort) : null;
            VlanTags? vlan = VlanReader.Read(group.Child("vlan"), _findings);
            _bandwidth.Check(group.Child("bandwidth"), ofNetwork: false, fits: true);
            group.ReportTheRest();
            if (groups.Exists(other => other.Name == name?.Value))
            {
                _values.Once(name!.Position, $"there is a port group '{name.Value}' already");
            }

            if (isDefault && groups.Exists(other => other.IsDefault))
            {
                _values.Once(element.Position, "one port group can be the default");
            }

            groups.Add(new(name?.Value ?? "", isDefault, port) { Vlan = vlan });
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
            _values.OtherMode(element.Position, HasOwnBridge ? "a network that uses IP forwarding has no virtual port" : "this type of virtual port does not go with the mode");
        }

        return port;
    }

    /// <remarks>libvirt's networkValidate judges every port group whose guests get tags, and the network itself where a guest may
    /// do without a group.</remarks>
    private void CheckTags(NetworkDefinition read)
    {
        const string everybody = "guests of such a network";
        IEnumerable<(VlanTags? Tags, TagCarrier Carrier, string Guests)> uses = read.PortGroups.Select(group => group.VirtualPort is { } own
            ? (group.Vlan ?? read.Vlan, CarrierOf(own, shared: false), $"guests of the port group '{group.Name}'")
            : (group.Vlan ?? read.Vlan, CarrierOf(read.VirtualPort, shared: true), everybody));
        uses = read.PortGroups.Any(group => group.IsDefault) ? uses : uses.Append((read.Vlan, CarrierOf(read.VirtualPort, shared: true), everybody));
        foreach ((VlanTags? tags, TagCarrier carrier, string guests) in uses.DistinctBy(use => (use.Tags?.Position, use.Carrier, use.Guests)))
        {
            VlanReader.CheckCarrier(tags, carrier, DiagnosticTable.OptionForOtherMode, guests, _findings);
        }

        TagCarrier CarrierOf(VirtualPort? port, bool shared) => _mode switch
        {
            ForwardMode.HostDevice or ForwardMode.Passthrough when shared => TagCarrier.VirtualFunction,
            ForwardMode.Bridge when port is OpenVSwitch => TagCarrier.OpenVSwitch,
            ForwardMode.Bridge when port is null && read.Bridge is not null => TagCarrier.LinuxBridge,
            _ => TagCarrier.None,
        };
    }

    private InterfaceName Device(DocumentAttribute attribute)
    {
        if (!InterfaceName.TryParse(attribute.Value, out InterfaceName name))
        {
            _findings.Add(DiagnosticTable.DeviceName, attribute.Position, $"'{attribute.Value}' is not a name that a network device can have");
        }

        return name;
    }
}
