using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Packets;

namespace Lab.Engine.Networks;

/// <summary>Reads <c>&lt;forward&gt;</c>: how a network is connected, through which devices, and behind which addresses.</summary>
internal sealed class NetworkForwardReader(ElementReader forward, NetworkValues values)
{
    private static readonly (string Word, ForwardMode Mode)[] Modes =
    [
        ("nat", ForwardMode.Nat), ("route", ForwardMode.Route), ("open", ForwardMode.Open), ("bridge", ForwardMode.Bridge),
        ("private", ForwardMode.Private), ("vepa", ForwardMode.Vepa), ("passthrough", ForwardMode.Passthrough), ("hostdev", ForwardMode.HostDevice),
    ];

    private readonly Findings _findings = forward.Findings;
    private ForwardMode _mode;

    public NetworkForward Read()
    {
        _mode = ReadMode();
        ImmutableArray<InterfaceName> devices = ReadDevices();
        CheckGivenAway();
        var (addresses, ports, ipv6) = forward.Child("nat") is { } nat ? ReadNat(nat) : (null, NetworkForward.Isolated.TranslationPorts, false);
        forward.ReportTheRest();
        return new(_mode, devices, addresses, ports, ipv6);
    }

    private ForwardMode ReadMode()
    {
        if (forward.Optional("mode") is not { } given)
        {
            return ForwardMode.Nat;
        }

        int known = Array.FindIndex(Modes, candidate => candidate.Word == given.Value);
        if (known >= 0)
        {
            return Modes[known].Mode;
        }

        _findings.Add(DiagnosticTable.UnknownForwardMode, given.Position, $"'{given.Value}' is not a way of forwarding");
        return ForwardMode.Nat;
    }

    private ImmutableArray<InterfaceName> ReadDevices()
    {
        List<InterfaceName> devices = [];
        DocumentAttribute? single = forward.Optional("dev");
        if (single is not null)
        {
            devices.Add(values.Device(single));
        }

        foreach (DocumentElement child in forward.Children("interface"))
        {
            ElementReader reader = new(child, _findings);
            if (reader.Required("dev") is { } attribute)
            {
                InterfaceName device = values.Device(attribute);
                bool repeatsSingle = single is not null && devices.Count == 1 && devices[0] == device;
                if (devices.Contains(device) && !repeatsSingle)
                {
                    values.Once(attribute.Position, $"the device '{device}' stands here a second time");
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
            values.OtherMode(single?.Position ?? forward.Position, onlyOne ? "such a network forwards through one device at most" : "an open network names no device");
        }

        return [.. devices];
    }

    /// <summary>Devices that are given to guests whole: of those no frame passes the host.</summary>
    private void CheckGivenAway()
    {
        _ = values.YesNo(forward.Optional("managed"));
        DocumentElement? function = forward.Child("pf"), driver = forward.Child("driver");
        DocumentElement[] addresses = [.. forward.Children("address")];
        if (driver?.Find("name") is { Value: not ("vfio" or "kvm") } name)
        {
            values.Illegal(name.Position, $"'{name.Value}' is not a driver", "write 'vfio' or 'kvm'");
        }

        if (function is not null && function.Find("dev") is null)
        {
            _findings.Add(DiagnosticTable.MissingAttribute, function.Position, "<pf> needs the attribute 'dev'");
        }

        DocumentElement?[] kinds = [function, addresses.FirstOrDefault(), forward.Children("interface").FirstOrDefault()];
        if (kinds.OfType<DocumentElement>().Skip(1).FirstOrDefault() is { } second)
        {
            values.Illegal(second.Position, "interfaces, a physical function and addresses are three ways to say the same", "keep one of them");
        }

        foreach (DocumentElement address in addresses)
        {
            if (address.Find("type") is not { Value: "pci" })
            {
                values.Illegal(address.Position, "only PCI devices are given away", "write type='pci' with domain, bus, slot and function");
            }
            else if (_mode != ForwardMode.HostDevice)
            {
                values.OtherMode(address.Position, "PCI devices are given away in the mode hostdev");
            }
        }

        if (_mode == ForwardMode.HostDevice)
        {
            values.NotInterpreted(forward.Position, "a pool of devices given to guests whole");
        }
    }

    private ((Ipv4Address, Ipv4Address)? Addresses, (ushort, ushort) Ports, bool Ipv6) ReadNat(DocumentElement element)
    {
        ElementReader nat = new(element, _findings);
        if (_mode != ForwardMode.Nat)
        {
            values.OtherMode(element.Position, "translation belongs to the mode nat");
        }

        bool ipv6 = values.YesNo(nat.Optional("ipv6"));
        (Ipv4Address, Ipv4Address)? addresses = nat.Child("address") is { } address ? ReadTranslationAddresses(new(address, _findings)) : null;
        (ushort, ushort) ports = nat.Child("port") is { } port ? ReadTranslationPorts(new(port, _findings)) : NetworkForward.Isolated.TranslationPorts;
        nat.ReportTheRest();
        return (addresses, ports, ipv6);
    }

    private (Ipv4Address, Ipv4Address)? ReadTranslationAddresses(ElementReader reader)
    {
        DocumentAttribute? start = reader.Required("start"), end = reader.Required("end");
        reader.ReportTheRest();
        if (start is null || end is null || values.Ipv4(start) is not { } first || values.Ipv4(end) is not { } last)
        {
            return null;
        }

        if (last.Bits < first.Bits || last.Bits - first.Bits > ushort.MaxValue || first.Bits >> 16 != last.Bits >> 16)
        {
            values.Order(end.Position, $"{first} to {last} is no range of at most 65535 addresses that share their first half");
        }

        return (first, last);
    }

    private (ushort, ushort) ReadTranslationPorts(ElementReader reader)
    {
        DocumentAttribute? start = reader.Required("start"), end = reader.Required("end");
        reader.ReportTheRest();
        ushort first = (ushort?)values.Number(start, ushort.MaxValue) ?? 0, last = (ushort?)values.Number(end, ushort.MaxValue) ?? ushort.MaxValue;
        if (first >= last && start is not null && end is not null)
        {
            values.Order(end.Position, $"{first} to {last} is no range of ports: the rules need a start below the end");
        }

        return (first, last);
    }
}
