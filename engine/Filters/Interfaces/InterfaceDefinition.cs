using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;

namespace Lab.Engine.Filters.Interfaces;

/// <summary>A guest's <c>&lt;interface&gt;</c> (nwfilter.md section 7), as far as switching and filtering go.</summary>
/// <param name="Mac">Null when the document gives none; libvirt then draws one.</param>
/// <param name="Target">The port device; null when it is named automatically.</param>
/// <param name="Filter">Null for an unfiltered interface.</param>
public sealed record InterfaceDefinition(
    InterfaceSource Source,
    MacAddress? Mac,
    InterfaceName? Target,
    VirtualPort? VirtualPort,
    ReferenceEntry? Filter,
    SourcePosition Position)
{
    /// <summary>Null leaves it to the network.</summary>
    public VlanTags? Vlan { get; init; }

    /// <summary>Other isolated ports of its bridge do not hear it, nor it them.</summary>
    public bool Isolated { get; init; }
}

/// <summary>What the interface hangs on; decides its type.</summary>
public abstract record InterfaceSource
{
    private protected InterfaceSource()
    {
    }
}

/// <summary><c>type='network'</c>: a virtual network, by name.</summary>
public sealed record NetworkSource(string Network) : InterfaceSource
{
    /// <summary>Null for the network's default group, if it has one.</summary>
    public string? PortGroup { get; init; }
}

/// <summary><c>type='bridge'</c>: a bridge of the host.</summary>
public sealed record BridgeSource(InterfaceName Bridge) : InterfaceSource;

/// <summary><c>type='ethernet'</c>: a port device that somebody else attaches.</summary>
public sealed record EthernetSource : InterfaceSource;

/// <summary><c>type='direct'</c>: a macvtap on a lower device.</summary>
public sealed record DirectSource(InterfaceName Lower, DirectMode Mode) : InterfaceSource;

/// <summary>Who delivers between the ports of one lower device (nwfilter.md section 7.2).</summary>
public enum DirectMode
{
    /// <summary>The external bridge, which may reflect frames.</summary>
    Vepa,

    /// <summary>The host, directly.</summary>
    Bridge,

    /// <summary>Nobody.</summary>
    Private,

    /// <summary>There is one port only, and it has the lower device to itself.</summary>
    Passthrough,
}
