using System.Collections.Immutable;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Packets;

namespace Lab.Contract.Testbeds;

/// <summary>Where a network card is plugged in.</summary>
public abstract record Attachment
{
    private protected Attachment()
    {
    }
}

/// <summary>A tap on a bridge of the host.</summary>
/// <param name="Bridge">One of <see cref="HostSpec.Bridges"/>.</param>
public sealed record OnBridge(InterfaceName Bridge) : Attachment
{
    public bool Isolated { get; init; }

    public bool Hairpin { get; init; }

    public bool Learning { get; init; } = true;

    public bool Flood { get; init; } = true;

    /// <summary>The bridge is told that the guest is here, for good (<c>macTableManager='libvirt'</c>).</summary>
    public bool Known { get; init; }

    public int Mtu { get; init; } = 1500; // bytes

    /// <summary>On a VLAN-aware bridge; empty leaves the port in VLAN 1, untagged.</summary>
    public ImmutableArray<PortVlan> Vlans { get; init; } = [];

    /// <summary>The port device has an IPv6 stack, as any device has unless it is told otherwise (switching.md section 10.3).</summary>
    public bool OwnIpv6 { get; init; }
}

/// <summary>A VLAN that a port belongs to.</summary>
/// <param name="Id">1 to 4094.</param>
/// <param name="Tagged">Its frames leave the port with a tag.</param>
/// <param name="Native">Frames that come without a tag are in it; true of one VLAN of a port at most.</param>
public readonly record struct PortVlan(ushort Id, bool Tagged, bool Native);

/// <summary>A macvtap straight on an uplink of the host.</summary>
/// <param name="Device">One of <see cref="HostSpec.Uplinks"/>.</param>
public sealed record OnDevice(InterfaceName Device, DirectMode Mode) : Attachment
{
    /// <summary>Every group passes the device's multicast filter, as with a trusted receive filter.</summary>
    public bool AllMulticast { get; init; }

    /// <summary>As whom the guest asks the switch to let it in; null where it need not ask.</summary>
    public VirtualPort? VirtualPort { get; init; }
}

/// <summary>A station of its own on the switch that the host's uplinks are plugged into: no guest of this host.</summary>
public sealed record OnLan : Attachment;

/// <summary>The host's own stack behind one of its devices: sends frames through it, and hears what the device hands up.</summary>
/// <remarks>A stack does not see the outer VLAN tag of a frame: the kernel keeps it apart.</remarks>
/// <param name="Device">A bridge or an uplink.</param>
public sealed record OnHost(InterfaceName Device) : Attachment;
