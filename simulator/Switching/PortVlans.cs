using System.Buffers.Binary;
using System.Collections.Immutable;
using Lab.Engine.Packets;

namespace Lab.Simulator.Switching;

/// <summary>Which VLANs a port of a VLAN-aware bridge belongs to, and how their frames look there (net/bridge/br_vlan.c).</summary>
/// <param name="Primary">Of frames that come untagged, or tagged with VLAN 0; 0 drops them.</param>
/// <param name="Untagged">VLANs whose frames leave without a tag.</param>
/// <param name="Tagged">VLANs whose frames leave with one.</param>
public sealed record PortVlans(ushort Primary, ImmutableHashSet<ushort> Untagged, ImmutableHashSet<ushort> Tagged)
{
    /// <summary>What the kernel gives every port, and the bridge device itself (vlan_default_pvid).</summary>
    public static PortVlans Default { get; } = new(1, [1], []);

    private const int TypeOffset = 12, IdMask = 0x0FFF;

    public IEnumerable<ushort> All => Untagged.Union(Tagged);

    public bool Has(ushort vlan) => Untagged.Contains(vlan) || Tagged.Contains(vlan);

    /// <summary>The VLAN that a frame is in when it comes in here; null when it may not (br_allowed_ingress).</summary>
    internal ushort? Classify(ReadOnlySpan<byte> frame)
    {
        int id = HasTag(frame) ? BinaryPrimitives.ReadUInt16BigEndian(frame[(TypeOffset + 2)..]) & IdMask : 0;
        return id == 0 ? (Primary == 0 ? null : Primary) : Has((ushort)id) ? (ushort)id : null;
    }

    /// <summary>The frame as it leaves here: with a tag, or without (br_handle_vlan). A tag with VLAN 0 gets the VLAN's number.</summary>
    internal ReadOnlySpan<byte> Dress(ReadOnlySpan<byte> frame, ushort vlan)
    {
        bool tagged = HasTag(frame), wanted = Tagged.Contains(vlan);
        if (!tagged || !wanted)
        {
            return wanted ? VlanView.Tagged(frame, vlan) : tagged ? VlanView.Untagged(frame) : frame;
        }

        byte[] dressed = frame.ToArray();
        Span<byte> control = dressed.AsSpan(TypeOffset + 2);
        BinaryPrimitives.WriteUInt16BigEndian(control, (ushort)((BinaryPrimitives.ReadUInt16BigEndian(control) & ~IdMask) | vlan));
        return dressed;
    }

    private static bool HasTag(ReadOnlySpan<byte> frame) => EthernetView.TryRead(frame, out EthernetView ethernet) && ethernet.Type == EtherType.Vlan;
}
