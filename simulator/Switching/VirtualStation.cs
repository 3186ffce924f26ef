namespace Lab.Simulator.Switching;

/// <summary>Where a virtual station interface stands with the external switch (switching.md section 6.3).</summary>
public enum AssociationState
{
    Unassociated,
    PreAssociated,
    Associated,
    Failed,
}

/// <summary>What a virtual port asks the switch for: an 802.1Qbg station type, or an 802.1Qbh profile.</summary>
public abstract record StationRequest;

/// <param name="Manager">Of the database that defines the type; 0 is reserved.</param>
/// <param name="Vlan">Of the VLAN device below the macvtap; 0 without one, which a conforming switch refuses.</param>
public sealed record StationType(byte Manager, uint Type, byte Version, ushort Vlan, Guid Instance) : StationRequest;

public sealed record StationProfile(string Profile) : StationRequest;

/// <summary>One guest's station, as its macvtap sees it.</summary>
public sealed class VirtualStation : IAssociation
{
    public AssociationState State { get; internal set; }

    /// <summary>What the switch tags the station's frames with; 0 before association.</summary>
    public ushort Vlan { get; internal set; }

    ushort? IAssociation.Vlan => State == AssociationState.Associated ? Vlan : null;
}
