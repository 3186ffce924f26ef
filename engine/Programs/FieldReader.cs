using Lab.Engine.Packets;

namespace Lab.Engine.Programs;

/// <summary>Whether a frame has a field.</summary>
public enum FieldPresence
{
    /// <summary>No such header, or too short a frame: no comparison holds, negated or not.</summary>
    Absent,

    Present,

    /// <summary>A field of a configuration BPDU, asked of another BPDU: every comparison holds (ebt_stp_mt).</summary>
    Waived,
}

/// <summary>Reads any field of any frame the way the kernel's matches do.</summary>
public static class FieldReader
{
    private const int Network = EthernetView.Length;

    /// <param name="value">Right-aligned; 0 unless present.</param>
    public static FieldPresence TryRead(ReadOnlySpan<byte> frame, Field field, out UInt128 value) =>
        TryRead(frame, field, FieldLayout.Of(field), out value);

    /// <param name="layout">Anything but the field's own is for tests that must notice.</param>
    internal static FieldPresence TryRead(ReadOnlySpan<byte> frame, Field field, in FieldLayout layout, out UInt128 value)
    {
        value = 0;
        Header header = FieldTable.Of(field).Header;
        if (!HasHeader(frame, header))
        {
            return FieldPresence.Absent;
        }

        if (header == Header.Stp && field != Field.StpType && frame[TagLength(frame) + FieldLayout.Of(Field.StpType).Offset] != 0)
        {
            return FieldPresence.Waived;
        }

        switch (layout.Anchor)
        {
            case Anchor.Frame:
                return Take(frame, header is Header.Stp or Header.EbtStp ? TagLength(frame) : 0, layout, field, out value);
            case Anchor.Transport:
                return UpperLayer.TryFind(frame, out UpperLayer upper) && Carries(upper, header)
                    ? Take(frame, upper.Offset, layout, field, out value)
                    : FieldPresence.Absent;
            case Anchor.UpperLayer:
                bool found = UpperLayer.TryFind(frame, out upper);
                value = found ? (byte)upper.Protocol : 0u;
                return found ? FieldPresence.Present : FieldPresence.Absent;
            case Anchor.ArpAddress:
                return ReadArpAddress(frame, field, out value) ? FieldPresence.Present : FieldPresence.Absent;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Whether the header starts here at all; that the field itself fits is asked separately.</summary>
    internal static bool HasHeader(ReadOnlySpan<byte> frame, Header header)
    {
        if (!EthernetView.TryRead(frame, out EthernetView ethernet))
        {
            return false;
        }

        return header switch
        {
            Header.Ethernet => true,
            Header.Vlan => ethernet.Type == EtherType.Vlan,
            Header.Stp => BpduView.TryRead(frame[(Network + TagLength(frame))..], out _),
            Header.EbtStp => frame[(Network + TagLength(frame))..].StartsWith(BpduView.Announcement),
            Header.Arp => ethernet.Type is EtherType.Arp or EtherType.Rarp,
            Header.Ipv4 => ethernet.Type == EtherType.Ipv4,
            Header.Ipv6 => ethernet.Type == EtherType.Ipv6,
            _ => ethernet.Type is EtherType.Ipv4 or EtherType.Ipv6,
        };
    }

    /// <summary>The kernel takes an outermost tag off before any hook (skb_vlan_untag in net/core/skbuff.c), so LLC, which has no
    /// EtherType of its own to ask for, is found behind it.</summary>
    internal static int TagLength(ReadOnlySpan<byte> frame) =>
        EthernetView.TryRead(frame, out EthernetView ethernet) && VlanView.Announces(ethernet.Type)
        && frame.Length >= Network + VlanView.Length ? VlanView.Length : 0;

    /// <summary>Whether a transport header of this kind starts at the upper layer.</summary>
    internal static bool Carries(in UpperLayer upper, Header header) => !upper.IsLaterFragment && (header == Header.Tcp
        ? upper.Protocol == IpProtocol.Tcp
        : upper.Protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.UdpLite or IpProtocol.Sctp or IpProtocol.Dccp);

    private static FieldPresence Take(
        ReadOnlySpan<byte> frame, int anchor, FieldLayout layout, Field field, out UInt128 value)
    {
        value = 0;
        if (frame.Length < anchor + layout.Present)
        {
            return FieldPresence.Absent;
        }

        foreach (byte octet in frame.Slice(anchor + layout.Offset, layout.Bytes))
        {
            value = value << 8 | octet;
        }

        value = value >> layout.Shift & FieldTable.Of(field).AllOnes;
        return FieldPresence.Present;
    }

    private static bool ReadArpAddress(ReadOnlySpan<byte> frame, Field field, out UInt128 value)
    {
        value = 0;
        if (!ArpView.TryRead(frame[Network..], out ArpView arp))
        {
            return false;
        }

        bool there;
        if (field is Field.ArpSenderMac or Field.ArpTargetMac)
        {
            there = field == Field.ArpSenderMac ? arp.TryReadSenderMac(out MacAddress mac) : arp.TryReadTargetMac(out mac);
            value = mac.Bits;
        }
        else
        {
            there = arp.TryReadIpv4(out Ipv4Address sender, out Ipv4Address target);
            value = field == Field.ArpSenderIp ? sender.Bits : target.Bits;
        }

        return there;
    }
}
