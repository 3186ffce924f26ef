using System.Buffers.Binary;
using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Networks;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>Where the networks of a scenario put their guests: at a bridge, or on one of the devices that they share.</summary>
/// <remarks>What an interface says goes before what its port group says, and that before the network (switching.md section 3.2).</remarks>
public sealed class NetworkPlaces(Scene scene)
{
    private readonly Dictionary<string, (NetworkDefinition? Definition, InterfaceName? Bridge)> _networks = [];

    /// <param name="definition">Null for a network that a table describes.</param>
    internal void Add(string network, InterfaceName bridge, NetworkDefinition? definition = null) => _networks[network] = (definition, bridge);

    /// <summary>A network whose guests share devices.</summary>
    internal void Add(NetworkDefinition pool) => _networks[pool.Name] = (pool, null);

    /// <summary>The bridge of that name, or that of the network of that name; null when there is neither.</summary>
    internal InterfaceName? BridgeOf(string name) =>
        _networks.TryGetValue(name, out var network) ? network.Bridge
        : scene.Draft.Host?.Bridges.FirstOrDefault(bridge => bridge.Name.ToString() == name)?.Name;

    /// <summary>Null when there is no network or bridge of that name.</summary>
    internal Attachment? For(string name, MacAddress mac) =>
        _networks.ContainsKey(name) ? Within(name, null, null, mac) : BridgeOf(name) is { } bridge ? At(bridge, null, null, null) : null;

    internal Attachment For(InterfaceDefinition face, MacAddress mac) => face.Source switch
    {
        DirectSource { Mode: DirectMode.Passthrough } when face.Vlan is not null => throw NoVirtualFunction(face.Vlan),
        DirectSource direct => new OnDevice(direct.Lower, direct.Mode) { VirtualPort = Merged(mac, face.VirtualPort) },
        BridgeSource { Bridge: var bridge } when BridgeOf(bridge.ToString()) == bridge => At(bridge, null, null, face),
        NetworkSource network when _networks.ContainsKey(network.Network) => Within(network.Network, network.PortGroup, face, mac),
        _ => throw new ScenarioMistakeException(face.Position, "there is no network, bridge or device that the interface could be plugged into"),
    };

    private Attachment Within(string name, string? group, InterfaceDefinition? face, MacAddress mac)
    {
        (NetworkDefinition? network, InterfaceName? bridge) = _networks[name];
        PortGroup? portGroup = group is null ? network?.PortGroups.FirstOrDefault(candidate => candidate.IsDefault)
            : network?.PortGroups.FirstOrDefault(candidate => candidate.Name == group)
            ?? throw new ScenarioMistakeException($"the network {name} has no port group '{group}'");
        return bridge is { } own ? At(own, network, portGroup, face) : Shared(network!, portGroup, face, mac);
    }

    private OnBridge At(InterfaceName name, NetworkDefinition? network, PortGroup? group, InterfaceDefinition? face)
    {
        BridgeSpec bridge = scene.Draft.Host!.Bridges.First(candidate => candidate.Name == name);
        VlanTags? tags = face?.Vlan ?? group?.Vlan ?? network?.Vlan;
        if (tags is not null && !bridge.VlanFiltering)
        {
            throw new ScenarioMistakeException(tags.Position, $"the bridge {name} is not VLAN-aware, so the VLANs of its ports count for nothing");
        }

        bool known = network?.Bridge?.LibvirtKnowsStations ?? false;
        return new(name)
        {
            Isolated = (face?.Isolated ?? false) || (network?.Isolated ?? false),
            Learning = !known,
            Flood = !known,
            Known = known,
            Mtu = bridge.Mtu ?? 1500,
            Vlans = tags is null ? [] : [.. PortVlansOf(tags)],
        };
    }

    /// <remarks>As libvirt enters them (virNetDevBridgeSetupVlans, libvirt 11); a native mode counts in trunks only.</remarks>
    private static IEnumerable<PortVlan> PortVlansOf(VlanTags tags) => tags.Trunk
        ? tags.Ids.Distinct().Select(id => new PortVlan(id, Tagged: id != tags.Native || tags.NativeTagged, Native: id == tags.Native))
        : [new PortVlan(tags.Ids[0], Tagged: false, Native: true)];

    /// <remarks>The device with the fewest guests is taken; passthrough wants one for itself (switching.md section 3.2).</remarks>
    private OnDevice Shared(NetworkDefinition pool, PortGroup? group, InterfaceDefinition? face, MacAddress mac)
    {
        (InterfaceName device, int taken) = pool.Forward.Devices.Select(device => (device, scene.Draft.Guests.Count(guest => guest.At is OnDevice at && at.Device == device)))
            .MinBy(candidate => candidate.Item2);
        DirectMode mode = pool.Forward.Mode switch
        {
            ForwardMode.Vepa => DirectMode.Vepa,
            ForwardMode.Private => DirectMode.Private,
            ForwardMode.Passthrough => DirectMode.Passthrough,
            _ => DirectMode.Bridge,
        };
        VlanTags? tags = face?.Vlan ?? group?.Vlan ?? pool.Vlan;
        return mode == DirectMode.Passthrough && taken > 0
            ? throw new ScenarioMistakeException($"no device of the network {pool.Name} is free, and in passthrough mode each serves one guest")
            : tags is null ? new(device, mode) { VirtualPort = Merged(mac, face?.VirtualPort, group?.VirtualPort, pool.VirtualPort) }
            : mode == DirectMode.Passthrough ? throw NoVirtualFunction(tags)
            : throw new ScenarioMistakeException(tags.Position, $"the network {pool.Name} has nobody who could tag its guests' frames");
    }

    /// <remarks>libvirt's words when the guest starts: vlan can only be set for SR-IOV VFs (virNetDevSaveNetConfig).</remarks>
    private static ScenarioMistakeException NoVirtualFunction(VlanTags tags) =>
        new(tags.Position, "only an SR-IOV virtual function can tag a guest's frames, and the devices of this host are none");

    private static VirtualPort? Merged(MacAddress mac, params VirtualPort?[] ports)
    {
        (VirtualPort? port, IReadOnlyList<string> mistakes) = VirtualPortMerge.Of(ports, () => InstanceOf(mac));
        return mistakes.Count == 0 ? port : throw new ScenarioMistakeException(string.Join("; ", mistakes));
    }

    /// <summary>The same on every run, where libvirt draws one.</summary>
    private static Guid InstanceOf(MacAddress mac)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], mac.Bits);
        return new(bytes, bigEndian: true);
    }
}
