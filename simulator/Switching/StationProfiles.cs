using Lab.Engine.Packets;

namespace Lab.Simulator.Switching;

/// <summary>An external switch's tables of station types and port profiles, and whom it has let in.</summary>
/// <remarks>Linux has no software switch that speaks VDP, so this part of the simulator has no kernel to agree with.</remarks>
public sealed class StationProfiles
{
    /// <summary>Stations that may be associated at a time: as many as a VLAN has addresses in any real network.</summary>
    public const int MaximumStations = 4096;

    private readonly HashSet<(byte Manager, uint Type, byte Version)> _types = [];
    private readonly Dictionary<string, ushort> _profiles = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, MacAddress> _instances = [];

    public void Define(byte manager, uint type, byte version) => _types.Add((manager, type, version));

    public void Define(string profile, ushort vlan) => _profiles[profile] = vlan;

    /// <summary>Reserves a place without letting frames through: an incoming migration has begun.</summary>
    public void PreAssociate(VirtualStation station, StationRequest request, MacAddress mac) =>
        Settle(station, request, mac, AssociationState.PreAssociated);

    /// <summary>The guest starts, or its migration has ended.</summary>
    public void Associate(VirtualStation station, StationRequest request, MacAddress mac) =>
        Settle(station, request, mac, AssociationState.Associated);

    /// <summary>The guest stops.</summary>
    public void Disassociate(VirtualStation station, StationRequest request)
    {
        (station.State, station.Vlan) = (AssociationState.Unassociated, 0);
        if (request is StationType { Instance: var instance })
        {
            _ = _instances.Remove(instance);
        }
    }

    private void Settle(VirtualStation station, StationRequest request, MacAddress mac, AssociationState agreed)
    {
        ushort? vlan = request switch
        {
            StationType type => Admit(type, mac),
            StationProfile { Profile: var profile } => _profiles.TryGetValue(profile, out ushort tag) ? tag : null,
            _ => null,
        };
        (station.State, station.Vlan) = vlan is { } granted ? (agreed, granted) : (AssociationState.Failed, (ushort)0);
    }

    /// <summary>Refused: VLAN 0, the reserved manager, an unknown type, an instance that has another address already.</summary>
    private ushort? Admit(StationType type, MacAddress mac)
    {
        bool taken = _instances.TryGetValue(type.Instance, out MacAddress owner) ? owner != mac : _instances.Count >= MaximumStations;
        if (type.Vlan == 0 || type.Manager == 0 || !_types.Contains((type.Manager, type.Type, type.Version)) || taken)
        {
            return null;
        }

        _instances[type.Instance] = mac;
        return type.Vlan;
    }
}
