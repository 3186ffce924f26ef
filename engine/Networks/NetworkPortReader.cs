using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters.Interfaces;

namespace Lab.Engine.Networks;

/// <summary>Reads what a network says of its guests' ports: port groups, virtual ports, and the VLANs of both.</summary>
/// <param name="network">The whole document.</param>
internal sealed class NetworkPortReader(ElementReader network, ForwardMode mode, NetworkValues values)
{
    private readonly Findings _findings = network.Findings;
    private readonly NetworkBandwidthReader _bandwidth = new(values, network.Findings);

    public ImmutableArray<PortGroup> ReadGroups()
    {
        List<PortGroup> groups = [];
        foreach (DocumentElement element in network.Children("portgroup"))
        {
            ElementReader group = new(element, _findings);
            values.CheckTrust(group);
            DocumentAttribute? name = group.Required("name");
            bool isDefault = values.YesNo(group.Optional("default"));
            VirtualPort? port = group.Child("virtualport") is { } virtualPort ? ReadVirtualPort(virtualPort) : null;
            VlanTags? vlan = VlanReader.Read(group.Child("vlan"), _findings);
            _bandwidth.Check(group.Child("bandwidth"), ofNetwork: false, fits: true);
            group.ReportTheRest();
            if (groups.Exists(other => other.Name == name?.Value))
            {
                values.Once(name!.Position, $"there is a port group '{name.Value}' already");
            }

            if (isDefault && groups.Exists(other => other.IsDefault))
            {
                values.Once(element.Position, "one port group can be the default");
            }

            groups.Add(new(name?.Value ?? "", isDefault, port) { Vlan = vlan });
        }

        return [.. groups];
    }

    public VirtualPort? ReadVirtualPort(DocumentElement element)
    {
        VirtualPort? port = VirtualPortReader.Read(element, new NetworkSource(""), _findings);
        bool fits = port switch
        {
            null or Untyped => true,
            OpenVSwitch => mode == ForwardMode.Bridge,
            Qbg or Qbh => mode.UsesDevices() || mode is ForwardMode.HostDevice or ForwardMode.Bridge,
            _ => false,
        };
        if (element.Find("type") is null)
        {
            _findings.Add(DiagnosticTable.MissingAttribute, element.Position, "<virtualport> needs the attribute 'type'");
        }
        else if (mode.HasOwnBridge() || !fits)
        {
            values.OtherMode(element.Position, mode.HasOwnBridge() ? "a network that uses IP forwarding has no virtual port" : "this type of virtual port does not go with the mode");
        }

        return port;
    }

    /// <remarks>libvirt's networkValidate judges every port group whose guests get tags, and the network itself where a guest may
    /// do without a group.</remarks>
    public void CheckTags(NetworkDefinition read)
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

        TagCarrier CarrierOf(VirtualPort? port, bool shared) => mode switch
        {
            ForwardMode.HostDevice or ForwardMode.Passthrough when shared => TagCarrier.VirtualFunction,
            ForwardMode.Bridge when port is OpenVSwitch => TagCarrier.OpenVSwitch,
            ForwardMode.Bridge when port is null && read.Bridge is not null => TagCarrier.LinuxBridge,
            _ => TagCarrier.None,
        };
    }
}
