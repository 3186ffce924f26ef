namespace Lab.Simulator.Switching;

/// <summary>The state of a virtual station interface at the external switch (switching.md section 6.3).</summary>
public interface IAssociation
{
    /// <summary>The VLAN in which the switch has the station: its frames are tagged on the wire, and untagged at the guest.</summary>
    /// <remarks>Null lets nothing pass between the guest and the wire; 0 leaves frames as they are.</remarks>
    ushort? Vlan { get; }
}
