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
    private const byte Pad1 = 0; // an option without a length, RFC 8200 section 4.2
    private const byte Jumbo = 194; // RFC 2675 section 2

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
        if (packet[6] != HopByHop)
        {
            length = Ipv6Header + payload;
        }
        else if (!TryReadOptions(packet, payload, out length))
        {
            return false;
        }

        return length <= packet.Length;
    }

    /// <summary>An ARP packet must have its fixed part, with lengths for hardware and protocol addresses.</summary>
    public static bool IsWholeArp(ReadOnlySpan<byte> frame) => frame.Length >= FrameHead.Length + 8;

    /// <summary>The hop-by-hop options must fill their header exactly, and a jumbo option must stand alone for the length
    /// (nf_ip6_check_hbh_len in net/netfilter/utils.c; RFC 2675 section 3).</summary>
    private static bool TryReadOptions(ReadOnlySpan<byte> packet, int payload, out int length)
    {
        length = Ipv6Header + payload;
        if (packet.Length < Ipv6Header + 8)
        {
            return false;
        }

        int end = Ipv6Header + 8 + packet[Ipv6Header + 1] * 8;
        if (end > packet.Length)
        {
            return false;
        }

        for (int at = Ipv6Header + 2; at < end;)
        {
            if (packet[at] == Pad1)
            {
                at++;
                continue;
            }

            if (at + 2 > end || at + 2 + packet[at + 1] > end
                || packet[at] == Jumbo && !TryReadJumbo(packet[at..], at, payload, out length))
            {
                return false;
            }

            at += 2 + packet[at + 1];
        }

        return end <= length; // asked again on the way out, when the rest has been cut off
    }

    private static bool TryReadJumbo(ReadOnlySpan<byte> option, int at, int payload, out int length)
    {
        length = 0;
        if (option[1] != 4 || at % 4 != 2 || payload != 0)
        {
            return false;
        }

        uint jumbo = BinaryPrimitives.ReadUInt32BigEndian(option[2..]);
        length = Ipv6Header + (int)Math.Min(jumbo, int.MaxValue / 2);
        return jumbo > ushort.MaxValue;
    }
}
