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

    private readonly Findings _findings;
    private readonly ElementReader _network;
    private readonly NetworkValues _values;
    private ForwardMode _mode;

    private NetworkReader(DocumentElement root, Findings findings) => (_network, _findings, _values) = (new(root, findings), findings, new(findings));

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
        NetworkForward forward = _network.Child("forward") is { } element ? new NetworkForwardReader(new(element, _findings), _values).Read() : NetworkForward.Isolated;
        _mode = forward.Mode;
        ImmutableArray<NetworkIp> addresses = [.. _network.Children("ip").Select(ip => new NetworkIpReader(new(ip, _findings), _values).Read()).OfType<NetworkIp>()];
        CheckAddresses(addresses);
        NetworkPortReader ports = new(_network, _mode, _values);
        VirtualPort? virtualPort = _network.Child("virtualport") is { } port ? ports.ReadVirtualPort(port) : null;
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
            ports.ReadGroups(),
            virtualPort,
            _network.Child("port") is { } isolation && PortIsolation.Read(isolation, _findings),
            _network.Position)
        {
            Vlan = vlan,
        };
        ports.CheckTags(read);
        _values.CheckTrust(_network);
        new NetworkBandwidthReader(_values, _findings).Check(_network.Child("bandwidth"), ofNetwork: true, read.Bridge is not null);
        _ = _network.Optional("connections"); // dumpxml of a running network writes it
        _network.ReportTheRest();
        return read;
    }

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

        if (tables is not null && (_mode.UsesDevices() || _mode == ForwardMode.HostDevice))
        {
            _values.OtherMode(tables.Position, "a network of this mode has no table of addresses");
        }

        if (zone is not null)
        {
            _values.NotInterpreted(zone.Position, "a firewalld zone");
        }

        uint seconds = _values.Number(delay, int.MaxValue) ?? 0;
        foreach (DocumentAttribute own in new[] { stp, seconds > 0 ? delay : null, zone }.OfType<DocumentAttribute>().Where(_ => !_mode.HasOwnBridge()))
        {
            _values.OtherMode(own.Position, $"'{own.Name}' is for bridges that libvirt makes itself");
        }

        if (name is not null && (_mode.UsesDevices() || _mode == ForwardMode.HostDevice))
        {
            _values.OtherMode(name.Position, "a network of this mode has no bridge");
        }

        bool chosen = name is not null && !name.Value.Contains("%d", StringComparison.Ordinal);
        return _mode.HasOwnBridge() || (_mode == ForwardMode.Bridge && chosen)
            ? new(chosen ? _values.Device(name!) : null, stp?.Value != "off", TimeSpan.FromSeconds(seconds), tables?.Value == "libvirt") : null;
    }

    private MacAddress? ReadMac()
    {
        if (_network.Child("mac") is not { } element)
        {
            return null;
        }

        if (!_mode.HasOwnBridge())
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

        if (!_mode.HasOwnBridge())
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

        if (!_mode.HasOwnBridge())
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
        _network.Child("dns") is { } dns ? new NetworkDnsReader(new(dns, _findings), _values, _mode.HasOwnBridge()).Read() : NetworkDns.Default;

    private void CheckAddresses(ImmutableArray<NetworkIp> addresses)
    {
        if (addresses.IsEmpty && _mode is ForwardMode.Nat or ForwardMode.Route or ForwardMode.Open)
        {
            _findings.Add(DiagnosticTable.NetworkWithoutAddress, _network.Position, $"a network of the mode {_mode.ToString().ToLowerInvariant()} needs an address");
        }

        foreach (NetworkIp address in _mode.HasOwnBridge() ? [] : addresses)
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
}
