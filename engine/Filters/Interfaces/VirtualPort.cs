namespace Lab.Engine.Filters.Interfaces;

/// <summary>How the interface associates with an external or virtual switch (nwfilter.md section 7.3).</summary>
public abstract record VirtualPort
{
    private protected VirtualPort()
    {
    }
}

/// <summary>IEEE 802.1Qbg virtual station interface.</summary>
/// <param name="TypeId">24 bits.</param>
/// <param name="InstanceId">Null when it is to be generated.</param>
public sealed record Qbg(byte ManagerId, uint TypeId, byte TypeIdVersion, Guid? InstanceId) : VirtualPort;

/// <summary>IEEE 802.1Qbh port extension.</summary>
public sealed record Qbh(string ProfileId) : VirtualPort;

/// <param name="InterfaceId">Null when it is to be generated.</param>
public sealed record OpenVSwitch(Guid? InterfaceId, string? ProfileId) : VirtualPort;

public sealed record Midonet(Guid InterfaceId) : VirtualPort;

/// <summary>No type given: the network decides it, and these values complete what the network says.</summary>
public sealed record Untyped(
    byte? ManagerId, uint? TypeId, byte? TypeIdVersion, Guid? InstanceId, Guid? InterfaceId, string? ProfileId) : VirtualPort;
