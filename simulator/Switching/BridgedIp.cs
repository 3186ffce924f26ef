using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Simulator.Switching;

/// <summary>What bridge netfilter demands of a bridged packet, and how long it leaves the frame (switching.md section 2.8;
/// br_validate_ipv4 in net/bridge/br_netfilter_hooks.c, br_validate_ipv6 in br_netfilter_ipv6.c).</summary>
internal static class BridgedIp
{
    private const int MinimumIpv4 = 20; // bytes
    private const int Ipv6Header = 40; // bytes
    private const byte HopByHop = 0;
    private const byte JumboOption = 194; // RFC 2675 section 2

    /// <summary>The length up to which the packet is kept.</summary>
    /// <returns>False: the header is malformed and the packet is dropped.</returns>
    public static bool TryTrimIpv4(ReadOnlySpan<byte> packet, out int length)
    {
        length = 0;
        if (packet.Length < MinimumIpv4 || packet[0] >> 4 != 4)
        {
            return false;
        }

        int header = (packet[0] & 0xF) * 4;
        if (header < MinimumIpv4 || header > packet.Length || InternetChecksum.Of(packet[..header]) != 0)
        {
            return false;
        }

        int total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        length = total;
        return total >= header && total <= packet.Length;
    }

    /// <inheritdoc cref="TryTrimIpv4"/>
    public static bool TryTrimIpv6(ReadOnlySpan<byte> packet, out int length)
    {
        length = 0;
        if (packet.Length < Ipv6Header || packet[0] >> 4 != 6)
        {
            return false;
        }

        int payload = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        bool hopByHop = packet[6] == HopByHop;
        if (payload == 0 && hopByHop)
        {
            return TryJumbo(packet, out length);
        }

        length = Ipv6Header + payload;
        return length <= packet.Length && (!hopByHop || OptionsEnd(packet[..(Ipv6Header + payload)]) > 0);
    }

    /// <summary>An ARP packet must have its fixed part, with lengths for hardware and protocol addresses.</summary>
    public static bool IsWholeArp(ReadOnlySpan<byte> frame) => frame.Length >= FrameHead.Length + 8;

    private static int OptionsEnd(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < Ipv6Header + 8)
        {
            return 0;
        }

        int end = Ipv6Header + 8 + packet[Ipv6Header + 1] * 8;
        return end <= packet.Length ? end : 0;
    }

    private static bool TryJumbo(ReadOnlySpan<byte> packet, out int length)
    {
        length = 0;
        int end = OptionsEnd(packet);
        for (int at = Ipv6Header + 2; at < end;)
        {
            if (packet[at] == 0) // Pad1 has no length byte
            {
                at++;
                continue;
            }

            if (packet[at] == JumboOption && at + 6 <= end)
            {
                uint payload = BinaryPrimitives.ReadUInt32BigEndian(packet[(at + 2)..]);
                length = Ipv6Header + (int)Math.Min(payload, int.MaxValue / 2);
                return payload > ushort.MaxValue && length <= packet.Length;
            }

            at += at + 1 < end ? 2 + packet[at + 1] : end;
        }

        return false;
    }
}
