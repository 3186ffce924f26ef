using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Engine.Tests.Filters.Templates;

/// <summary>What a frame says in every field that an attribute may ask for; built byte by byte, apart from the field table.</summary>
internal sealed record Probe
{
    public MacAddress Source { get; init; } = MacAddress.Parse("52:54:00:00:00:0a");
    public MacAddress Destination { get; init; } = MacAddress.Parse("52:54:00:00:00:0b");
    public ushort Type { get; init; } = 0x88B5;
    public ushort VlanId { get; init; } = 100;
    public ushort Encapsulated { get; init; } = 0x88B5;
    public byte BpduType { get; init; }
    public byte BpduFlags { get; init; } = 0x10;
    public ushort RootPriority { get; init; } = 0x8000;
    public MacAddress RootAddress { get; init; } = MacAddress.Parse("02:00:00:00:00:0a");
    public uint RootCost { get; init; } = 100_000;
    public ushort SenderPriority { get; init; } = 0x9000;
    public MacAddress SenderAddress { get; init; } = MacAddress.Parse("02:00:00:00:00:0b");
    public ushort Port { get; init; } = 0x8001;
    public ushort Age { get; init; } = 0x100;
    public ushort MaxAge { get; init; } = 0x1400;
    public ushort HelloTime { get; init; } = 0x200;
    public ushort ForwardDelay { get; init; } = 0xF00;
    public ushort HardwareType { get; init; } = 1;
    public ushort ProtocolType { get; init; } = 0x800;
    public ushort Opcode { get; init; } = 1;
    public MacAddress SenderMac { get; init; } = MacAddress.Parse("52:54:00:00:00:0c");
    public MacAddress TargetMac { get; init; } = MacAddress.Parse("52:54:00:00:00:0d");
    public string SenderIp { get; init; } = "192.0.2.10";
    public string TargetIp { get; init; } = "192.0.2.20";
    public string From { get; init; } = "192.0.2.10";
    public string To { get; init; } = "192.0.2.20";
    public string From6 { get; init; } = "2001:db8::10";
    public string To6 { get; init; } = "2001:db8::20";
    public byte Protocol { get; init; } = 17;
    public byte Tos { get; init; }
    public ushort FromPort { get; init; } = 4000;
    public ushort ToPort { get; init; } = 5000;
    public byte TcpFlags { get; init; } = 0x10;
    public byte? TcpOption { get; init; }
    public byte IcmpType { get; init; } = 8;
    public byte IcmpCode { get; init; }

    /// <summary>The frame as the other side would send it.</summary>
    public Probe Swapped() => this with
    {
        Source = Destination,
        Destination = Source,
        SenderMac = TargetMac,
        TargetMac = SenderMac,
        SenderIp = TargetIp,
        TargetIp = SenderIp,
        From = To,
        To = From,
        From6 = To6,
        To6 = From6,
        FromPort = ToPort,
        ToPort = FromPort,
    };

    /// <summary>A frame that the bare protocol element matches.</summary>
    public byte[] Build(string protocol) => protocol switch
    {
        "mac" => Ethernet(Type, new byte[46]),
        "vlan" => Ethernet(0x8100, Frames.Vlan(VlanId, (EtherType)Encapsulated, new byte[42])),
        "stp" => Bpdu(),
        "arp" => Ethernet(0x0806, Arp()),
        "rarp" => Ethernet(0x8035, Arp()),
        "ip" => Ethernet(0x0800, Packet4(Protocol)),
        "ipv6" => Ethernet(0x86DD, Packet6(Protocol)),
        _ when protocol.EndsWith("-ipv6", StringComparison.Ordinal) => Ethernet(0x86DD, Packet6(Number(protocol[..^5]))),
        "icmpv6" => Ethernet(0x86DD, Packet6(58)),
        _ => Ethernet(0x0800, Packet4(Number(protocol))),
    };

    private byte Number(string protocol) => protocol switch
    {
        "tcp" => 6,
        "udp" => 17,
        "sctp" => 132,
        "udplite" => 136,
        "icmp" => 1,
        "igmp" => 2,
        "esp" => 50,
        "ah" => 51,
        _ => Protocol,
    };

    private byte[] Ethernet(ushort type, byte[] payload) => Frames.Ethernet(Destination, Source, (EtherType)type, payload);

    private byte[] Bpdu()
    {
        byte[] bytes = new byte[38];
        Convert.FromHexString("424203000000").CopyTo(bytes, 0);
        (bytes[6], bytes[7]) = (BpduType, BpduFlags);
        Put(8, RootPriority);
        RootAddress.Write(bytes.AsSpan(10));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), RootCost);
        Put(20, SenderPriority);
        SenderAddress.Write(bytes.AsSpan(22));
        Put(28, Port);
        Put(30, Age);
        Put(32, MaxAge);
        Put(34, HelloTime);
        Put(36, ForwardDelay);
        return Frames.Ethernet(MacAddress.Parse("01:80:c2:00:00:00"), Source, (EtherType)38, bytes);

        void Put(int at, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), value);
    }

    private byte[] Arp()
    {
        byte[] bytes = Frames.Arp(Opcode, SenderMac, Ipv4Address.Parse(SenderIp), TargetMac, Ipv4Address.Parse(TargetIp));
        BinaryPrimitives.WriteUInt16BigEndian(bytes, HardwareType);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), ProtocolType);
        return bytes;
    }

    private byte[] Packet4(byte protocol) =>
        Frames.Ipv4(Ipv4Address.Parse(From), Ipv4Address.Parse(To), (IpProtocol)protocol, Upper(protocol), tos: Tos);

    private byte[] Packet6(byte protocol) =>
        Frames.Ipv6(Ipv6Address.Parse(From6), Ipv6Address.Parse(To6), (IpProtocol)protocol, Upper(protocol), trafficClass: Tos);

    private byte[] Upper(byte protocol)
    {
        byte[] bytes = new byte[24];
        if (protocol is 1 or 58)
        {
            (bytes[0], bytes[1]) = (IcmpType, IcmpCode);
            return bytes;
        }

        BinaryPrimitives.WriteUInt16BigEndian(bytes, FromPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), ToPort);
        if (protocol == 6)
        {
            bytes[12] = (byte)(TcpOption is null ? 0x50 : 0x60);
            bytes[13] = TcpFlags;
            (bytes[20], bytes[21]) = (TcpOption ?? 0, (byte)(TcpOption is > 1 ? 4 : 0));
        }

        return bytes;
    }
}
