using System.Collections.Immutable;
using Lab.Engine.Packets;

namespace Lab.Simulator.Switching;

/// <summary>What the host drops at a device itself (netfilter's netdev family, switching.md section 9), by EtherType.</summary>
/// <remarks>
/// Ingress and egress are the host's words, so they change sides with the kind of port:
/// <code>
///               what the guest sends   what the guest receives
///   tap         ingress                egress
///   macvtap     egress                 ingress
/// </code>
/// </remarks>
public sealed record DeviceHooks(ImmutableHashSet<EtherType> Ingress, ImmutableHashSet<EtherType> Egress)
{
    public static DeviceHooks None { get; } = new([], []);

    internal bool DropsOnIngress(ReadOnlySpan<byte> frame) => Ingress.Count > 0 && Ingress.Contains(TypeOf(frame));

    internal bool DropsOnEgress(ReadOnlySpan<byte> frame) => Egress.Count > 0 && Egress.Contains(TypeOf(frame));

    private static EtherType TypeOf(ReadOnlySpan<byte> frame) =>
        EthernetView.TryRead(frame, out EthernetView ethernet) ? ethernet.Type : default;
}
