using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Values;
using Lab.Engine.Packets;

namespace Lab.Engine.Filters.Interfaces;

/// <summary>Reads the <c>&lt;interface&gt;</c> element of a domain, as a document of its own.</summary>
/// <remarks>Where libvirt would leave a guest unfiltered in silence (quirk 42), the filter is kept or the document refused.</remarks>
public static class InterfaceReader
{
    /// <summary>Elements of an interface that say nothing about switching or filtering.</summary>
    private static readonly string[] Others =
    [
        "address", "alias", "backend", "backenddomain", "bandwidth", "boot", "coalesce", "driver", "guest", "ip", "link",
        "model", "mtu", "portForward", "route", "rom", "script", "teaming", "tune",
    ];

    private static readonly (string Word, DirectMode Mode)[] Modes =
    [
        ("vepa", DirectMode.Vepa), ("bridge", DirectMode.Bridge), ("private", DirectMode.Private), ("passthrough", DirectMode.Passthrough),
    ];

    public static InterfaceReadResult Read(string file, string text, bool strict = false)
    {
        Findings findings = new(strict);
        DocumentElement? root = DocumentReader.Read(file, text, "interface", findings);
        InterfaceDefinition? definition = root is null ? null : ReadElement(root, findings);
        return new(findings.HasErrors ? null : definition, findings.ToImmutable());
    }

    /// <summary>Reads the element where it stands, inside a domain for instance.</summary>
    public static InterfaceDefinition ReadElement(DocumentElement element, Findings findings)
    {
        ElementReader reader = new(element, findings);
        reader.Leave(Others);
        InterfaceSource source = ReadSource(reader.Required("type"), reader);
        MacAddress? mac = MacElement.Read(reader.Child("mac"), findings);
        InterfaceName? target = reader.Child("target") is { } targetElement ? ReadTarget(new(targetElement, findings)) : null;
        VirtualPort? port = reader.Child("virtualport") is { } portElement ? VirtualPortReader.Read(portElement, source, findings) : null;
        ReferenceEntry? filter = reader.Child("filterref") is { } filterElement ? ReadFilter(filterElement, source, findings) : null;
        VlanTags? vlan = VlanReader.Read(reader.Child("vlan"), findings);
        VlanReader.CheckCarrier(vlan, CarrierOf(source, port), DiagnosticTable.VlanMisplaced, "such an interface", findings);
        bool isolated = reader.Child("port") is { } isolation && PortIsolation.Read(isolation, findings);
        reader.ReportTheRest();
        return new(source, mac, target, port, filter, element.Position) { Vlan = vlan, Isolated = isolated };
    }

    private static TagCarrier CarrierOf(InterfaceSource source, VirtualPort? port) => (source, port) switch
    {
        (NetworkSource, _) => TagCarrier.Network,
        (BridgeSource, OpenVSwitch) => TagCarrier.OpenVSwitch,
        (BridgeSource, null) => TagCarrier.LinuxBridge,
        (DirectSource { Mode: DirectMode.Passthrough }, _) => TagCarrier.VirtualFunction,
        _ => TagCarrier.None,
    };

    private static InterfaceSource ReadSource(DocumentAttribute? type, ElementReader reader)
    {
        ElementReader? source = reader.Child("source") is { } element ? new(element, reader.Findings) : null;
        switch (type?.Value)
        {
            case "network":
                DocumentAttribute? network = Need(source, "network", reader);
                string? group = source?.Optional("portgroup")?.Value;
                source?.Optional("portid");
                source?.ReportTheRest();
                return new NetworkSource(network?.Value ?? "") { PortGroup = group };
            case "bridge":
                InterfaceName bridge = Device(Need(source, "bridge", reader), reader.Findings);
                source?.ReportTheRest();
                return new BridgeSource(bridge);
            case "direct":
                InterfaceName lower = Device(Need(source, "dev", reader), reader.Findings);
                DirectMode mode = source?.Optional("mode") is { } word ? ReadMode(word, reader.Findings) : DirectMode.Vepa;
                source?.ReportTheRest();
                return new DirectSource(lower, mode);
            case "ethernet" or null: // a missing type has been reported
                source?.ReportTheRest();
                return new EthernetSource();
            default:
                reader.Findings.Add(DiagnosticTable.InterfaceType, type.Position, $"an interface of type '{type.Value}' cannot be filtered");
                return new EthernetSource();
        }
    }

    private static DocumentAttribute? Need(ElementReader? source, string attribute, ElementReader reader)
    {
        if (source is null)
        {
            _ = reader.RequiredChild("source");
        }

        return source?.Required(attribute);
    }

    private static InterfaceName Device(DocumentAttribute? name, Findings findings) =>
        name is null ? default : DeviceName.Read(name, findings) ?? default;

    private static DirectMode ReadMode(DocumentAttribute mode, Findings findings)
    {
        foreach ((string word, DirectMode value) in Modes)
        {
            if (word == mode.Value)
            {
                return value;
            }
        }

        findings.Add(DiagnosticTable.IllegalValue, mode.Position, $"'{mode.Value}' is not a mode of a direct interface",
            $"write one of {string.Join(", ", Modes.Select(m => m.Word))}");
        return DirectMode.Vepa;
    }

    private static InterfaceName? ReadTarget(ElementReader target)
    {
        DocumentAttribute? device = target.Optional("dev");
        _ = target.Optional("managed");
        target.ReportTheRest();
        if (device is null)
        {
            return null;
        }

        if (device.Value.StartsWith("vnet", StringComparison.Ordinal))
        {
            target.Findings.Add(DiagnosticTable.ReservedTarget, device.Position, $"the name '{device.Value}' is dropped");
            return null;
        }

        return DeviceName.Read(device, target.Findings);
    }

    private static ReferenceEntry ReadFilter(DocumentElement element, InterfaceSource source, Findings findings)
    {
        if (source is DirectSource)
        {
            findings.Add(DiagnosticTable.FilterOnDirect, element.Position, "libvirt would discard this filter; here it is applied");
        }

        return ReferenceReader.Read(element, findings);
    }
}
