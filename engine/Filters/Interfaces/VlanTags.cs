using System.Collections.Immutable;
using Lab.Engine.Diagnostics;

namespace Lab.Engine.Filters.Interfaces;

/// <summary>The VLANs of a guest's port: <c>&lt;vlan&gt;</c> of an interface, a port group or a network (switching.md section 3.2).</summary>
/// <param name="Ids">At least one.</param>
/// <param name="Trunk">Frames carry tags; else there is one VLAN, of whose tag the guest sees nothing.</param>
/// <param name="Native">Of a trunk: the VLAN of frames that come without a tag; null drops them.</param>
/// <param name="NativeTagged">Its frames leave with a tag all the same.</param>
public sealed record VlanTags(ImmutableArray<ushort> Ids, bool Trunk, ushort? Native, bool NativeTagged, SourcePosition Position);

/// <summary>Who would have to tag a guest's frames.</summary>
public enum TagCarrier
{
    /// <summary>Nobody can.</summary>
    None,

    /// <summary>The bridge's port, if the bridge is VLAN-aware; libvirt does it from version 11.0 on.</summary>
    LinuxBridge,

    OpenVSwitch,

    /// <summary>An SR-IOV device, which tags by itself.</summary>
    VirtualFunction,

    /// <summary>The network that the interface names decides.</summary>
    Network,
}
