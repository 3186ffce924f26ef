using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Engine.Tests.Programs;

/// <summary>Frames of every kind that a header view knows, sound ones and spoilt ones, from a seed.</summary>
/// <remarks>Addresses, ports and protocols come from small pools, so that frames and conditions meet.</remarks>
internal sealed class RandomFrames(Random random)
{
    private static readonly MacAddress[] Macs =
        [.. new ulong[] { 0x5254_0000_0001, 0x5254_0000_0002, 0xFFFF_FFFF_FFFF, 0x0180_C200_0000, 0x0100_5E00_0001 }.Select(MacAddress.FromBits)];

    private static readonly Ipv4Address[] Addresses = [new(0x0A00_0001), new(0x0A00_0002), new(0xC0A8_7A01), new(0xE000_0001), new(0xFFFF_FFFF), new(0)];

    private static readonly Ipv6Address[] Addresses6 =
        [new(((UInt128)0xFE80_0000_0000_0000 << 64) + 1), new(((UInt128)0x2001_0DB8_0000_0000 << 64) + 1), new(((UInt128)0x2001_0DB8_0000_0000 << 64) + 2), new(0)];

    private static readonly ushort[] Ports = [0, 22, 53, 67, 68, 80, 443, 1023, 1024, 65535];

    /// <summary>Mostly sound, sometimes spoilt in one of the ways that hurt parsers.</summary>
    public byte[] Next() => random.Next(3) == 0 ? Spoil(Sound()) : Sound();

    public byte[] Sound() => random.Next(11) switch
    {
        0 => Arp(),
        1 => Frames.Ethernet(Any(Macs), Any(Macs), EtherType.Vlan, Frames.Vlan(random.Next(4096), EtherType.Ipv4, Packet4())),
        2 => Frames.Ethernet(Any(Macs), Any(Macs), EtherType.ServiceVlan,
            Frames.Vlan(random.Next(4096), EtherType.Vlan, Frames.Vlan(random.Next(4096), EtherType.Arp, new byte[28]))),
        3 => Bpdu(),
        4 => Frames.Ethernet(Any(Macs), Any(Macs), (EtherType)random.Next(65536), Bytes(46)),
        5 or 6 or 7 => Frames.Ethernet(Any(Macs), Any(Macs), EtherType.Ipv6, Packet6()),
        _ => Frames.Ethernet(Any(Macs), Any(Macs), EtherType.Ipv4, Packet4()),
    };

    /// <summary>Cut short, padded, a few bits turned, or a length that lies.</summary>
    public byte[] Spoil(byte[] frame)
    {
        byte[] spoilt = [.. frame];
        switch (random.Next(4))
        {
            case 0:
                return spoilt[..random.Next(frame.Length + 1)];
            case 1:
                return [.. spoilt, .. Bytes(random.Next(60))];
            case 2:
                for (int i = random.Next(1, 4); i > 0; i--)
                {
                    spoilt[random.Next(spoilt.Length)] ^= (byte)(1 << random.Next(8));
                }

                return spoilt;
            default:
                int at = 14 + random.Next(8); // versions, lengths, next headers, ARP lengths
                if (at < spoilt.Length)
                {
                    spoilt[at] = (byte)random.Next(256);
                }

                return spoilt;
        }
    }

    private byte[] Arp()
    {
        byte[] payload = Frames.Arp((ushort)random.Next(1, 5), Any(Macs), Any(Addresses), Any(Macs), Any(Addresses));
        if (random.Next(8) == 0)
        {
            (payload[4], payload[5]) = ((byte)random.Next(9), (byte)random.Next(6));
        }

        return Frames.Ethernet(Any(Macs), Any(Macs), random.Next(3) == 0 ? EtherType.Rarp : EtherType.Arp, payload);
    }

    private byte[] Bpdu()
    {
        byte[] payload = new byte[random.Next(4) == 0 ? 7 : 38];
        BpduView.Announcement.CopyTo(payload);
        random.NextBytes(payload.AsSpan(7));
        payload[6] = random.Next(3) == 0 ? (byte)0x80 : (byte)0;
        return Frames.Ethernet(Macs[3], Any(Macs), (EtherType)payload.Length, payload);
    }

    private byte[] Packet4()
    {
        byte[] packet = random.Next(3) switch
        {
            0 => Frames.Udp(Any(Addresses), Any(Ports), Any(Addresses), Any(Ports), Bytes(random.Next(20))),
            1 => Tcp(Frames.Tcp(Any(Addresses), Any(Ports), Any(Addresses), Any(Ports), (byte)random.Next(64), Bytes(random.Next(20)))),
            _ => Frames.Ipv4(Any(Addresses), Any(Addresses), Any(Enum.GetValues<IpProtocol>()), Upper()),
        };
        packet[1] = (byte)random.Next(256);
        if (random.Next(6) == 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), (ushort)(random.Next(8) << 13 | random.Next(3)));
        }

        return random.Next(6) == 0 ? WithOptions(packet) : packet;
    }

    private byte[] Packet6()
    {
        byte[] packet = random.Next(4) switch
        {
            0 => Frames.Udp(Any(Addresses6), Any(Ports), Any(Addresses6), Any(Ports), Bytes(random.Next(20))),
            1 => Frames.Tcp(Any(Addresses6), Any(Ports), Any(Addresses6), Any(Ports), (byte)random.Next(64), Bytes(random.Next(20))),
            2 => Frames.Icmp(Any(Addresses6), Any(Addresses6), (byte)random.Next(256), (byte)random.Next(4), 0, Bytes(random.Next(20))),
            _ => Frames.Ipv6(Any(Addresses6), Any(Addresses6), Any(Enum.GetValues<IpProtocol>()), Upper()),
        };
        packet[0] = (byte)(0x60 | random.Next(16));
        packet[1] = (byte)random.Next(256);
        for (int i = random.Next(3); i > 0; i--)
        {
            packet = WithExtension(packet);
        }

        return packet;
    }

    private byte[] Upper() => random.Next(4) == 0 ? Bytes(random.Next(6)) : [.. Two(Any(Ports)), .. Two(Any(Ports)), .. Bytes(16)];

    private static byte[] Two(ushort value) => [(byte)(value >> 8), (byte)value];

    /// <summary>Turns some payload into options: kinds, lengths, and lists that end wrongly.</summary>
    private byte[] Tcp(byte[] packet)
    {
        if (packet.Length > 44 && random.Next(2) == 0)
        {
            packet[32] = 6 << 4;
            packet[40] = (byte)random.Next(9);
            packet[41] = (byte)random.Next(6);
        }

        return packet;
    }

    private byte[] WithOptions(byte[] packet)
    {
        byte[] longer = [.. packet[..20], .. Bytes(4), .. packet[20..]];
        longer[0] = 0x46;
        BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(2), (ushort)longer.Length);
        return longer;
    }

    private byte[] WithExtension(byte[] packet)
    {
        IpProtocol kind = Any<IpProtocol>([IpProtocol.HopByHop, IpProtocol.Routing, IpProtocol.DestinationOptions, IpProtocol.Fragment, IpProtocol.Ah]);
        byte[] extension = new byte[8];
        extension[0] = packet[6];
        extension[1] = kind == IpProtocol.Fragment || random.Next(4) != 0 ? (byte)0 : (byte)random.Next(4);
        extension[3] = kind == IpProtocol.Fragment && random.Next(2) == 0 ? (byte)(8 * random.Next(3)) : (byte)0;
        byte[] longer = [.. packet[..40], .. extension, .. packet[40..]];
        longer[6] = (byte)kind;
        BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(4), (ushort)(longer.Length - 40));
        return longer;
    }

    private byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private T Any<T>(T[] pool) => pool[random.Next(pool.Length)];
}
