using Lab.Engine.Packets;

namespace Lab.Simulator.Switching;

/// <summary>01:80:c2:00:00:00 to ...0f, which IEEE 802.1D section 7.12.6 keeps from being forwarded (switching.md section 2.5).</summary>
internal static class ReservedGroup
{
    private const ulong First = 0x0180_C200_0000;
    private const ulong Last = First + 0xF;

    /// <summary>Where spanning tree messages go.</summary>
    public static readonly MacAddress Bpdu = MacAddress.FromBits(First);

    public static bool Contains(MacAddress destination) => destination.Bits is >= First and <= Last;

    /// <summary>...01, the address of pause frames, is dropped even before learning.</summary>
    public static bool IsPause(MacAddress destination) => destination.Bits == First + 1;

    /// <summary>A bridge without spanning tree floods the BPDU address; others need their bit in the mask.</summary>
    public static bool IsForwarded(MacAddress destination, BridgeOptions options) =>
        destination.Bits == First ? !options.SpanningTree : (options.GroupForwardMask >> (int)(destination.Bits - First) & 1) != 0;
}
