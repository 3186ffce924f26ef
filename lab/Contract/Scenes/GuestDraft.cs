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

    public Ipv6Address FirstIpv6 => Ipv6.IsEmpty ? LinkLocal(Mac) : Ipv6[0];

    /// <summary>fe80::/64 with the modified EUI-64 of the MAC.</summary>
    private static Ipv6Address LinkLocal(MacAddress mac)
    {
        ulong bits = mac.Bits ^ 0x0200_0000_0000; // the universal/local bit is inverted
        ulong identifier = (bits >> 24) << 40 | 0xFFFEul << 24 | (bits & 0xFF_FFFF);
        return new(new UInt128(0xFE80_0000_0000_0000, identifier));
    }
}
