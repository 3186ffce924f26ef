using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Packets;

namespace Lab.Contract.Scenes;

/// <summary>A guest as a scenario speaks of it: what the topology needs, and the addresses that its frames will carry.</summary>
/// <param name="Ipv4">In the order given; frames use the first unless they say otherwise. May be empty.</param>
/// <param name="Ipv6">Without any, frames use the link-local address that follows from the MAC (RFC 4291 appendix A).</param>
public sealed record GuestDraft(
    GuestName Name, MacAddress Mac, ImmutableArray<Ipv4Address> Ipv4, ImmutableArray<Ipv6Address> Ipv6, FilterUse? Filter)
{
    /// <summary>Null: on the bridge of a topology that has nothing else.</summary>
    public Attachment? At { get; init; }

    public Ipv6Address FirstIpv6 => Ipv6.IsEmpty ? Mac.LinkLocal() : Ipv6[0];
}
