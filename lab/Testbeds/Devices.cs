using Lab.Engine.Packets;

namespace Lab.Testbeds;

/// <summary>Names and addresses in the testbed's namespaces; the simulator's host uses the same addresses.</summary>
internal static class Devices
{
    /// <summary>The bridge's index, chosen so that ports can be enslaved in the batch that makes the bridge.</summary>
    public const int BridgeIndex = 1000;

    public static readonly InterfaceName Bridge = InterfaceName.Parse("br0");

    /// <summary>The port from which marker frames come; it has no filter.</summary>
    public static readonly InterfaceName Marker = InterfaceName.Parse("marker");

    public static readonly MacAddress BridgeMac = MacAddress.Parse("52:54:00:00:00:fe");

    /// <summary>What marker frames carry as their source; no stimulus uses it.</summary>
    public static readonly MacAddress MarkerMac = MacAddress.Parse("02:00:00:00:88:b5");

    public static readonly MacAddress MarkerPortMac = MacAddress.Parse("fe:00:00:00:88:b5");

    public static InterfaceName Port(int index) => InterfaceName.Parse($"tap{index}");

    /// <summary>libvirt's way: the guest's address with the first octet fe (switching.md section 1.2).</summary>
    public static MacAddress PortMac(MacAddress guest) =>
        MacAddress.FromBits((guest.Bits & 0x00FF_FFFF_FFFF) | 0xFE00_0000_0000);
}
