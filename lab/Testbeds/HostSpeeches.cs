using Lab.Contract.Testbeds;
using Lab.Engine.Packets;

namespace Lab.Testbeds;

/// <summary>Recognises what a host's bridges and port devices say unasked, so that testbeds leave it out of deliveries alike.</summary>
/// <remarks>When they speak is the kernel's choice: hello timers, and the random delays of RFC 3810 section 6.1 and RFC 4862
/// section 5.4.2. A scenario that wants to hear them waits for them.</remarks>
internal static class HostSpeeches
{
    private const byte RouterSolicitation = 133, NeighbourSolicitation = 135, MldV2Report = 143;
    private const ulong SpanningTreeGroup = 0x0180_C200_0000;

    /// <summary>Null for a frame that is a delivery like any other.</summary>
    public static HostSpeech? Of(ReadOnlySpan<byte> frame) =>
        !EthernetView.TryRead(frame, out EthernetView ethernet) || ethernet.Source.Bits >> 40 != 0xFE ? null // no guest's address begins so
        : ethernet.Destination.Bits == SpanningTreeGroup ? HostSpeech.SpanningTreeHello
        : ethernet.Type == EtherType.Ipv6 ? OfIpv6(ethernet.Payload) : null;

    private static HostSpeech? OfIpv6(ReadOnlySpan<byte> packet) =>
        !Ipv6View.TryRead(packet, out Ipv6View ip) || !ip.TryFindUpperLayer(out UpperLayer upper)
            || upper.Protocol != IpProtocol.IcmpV6 || packet.Length <= upper.Offset ? null
        : packet[upper.Offset] switch
        {
            NeighbourSolicitation when ip.Source.Bits == 0 => HostSpeech.AddressCheck,
            MldV2Report or RouterSolicitation => HostSpeech.Other,
            _ => null,
        };
}
