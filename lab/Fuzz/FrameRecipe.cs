using System.Buffers.Binary;
using System.Numerics;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Fuzz;

/// <summary>
/// A frame described by the fields that conditions speak of, so that a generator can say "as this rule wants it, but
/// one more in that field"; bytes, lengths and checksums follow from it.
/// </summary>
/// <remarks>
/// <code>
///  Ethernet [802.1Q] ┬ ARP, RARP
///                    ├ LLC + BPDU
///                    ├ IPv4 ┬ TCP, UDP, UDP-Lite, SCTP, DCCP, ICMP, IGMP, anything
///                    ├ IPv6 [extension headers] ┘
///                    └ anything
/// </code>
/// </remarks>
internal sealed class FrameRecipe
{
    /// <summary>Without the checksum at the end: IEEE 802.3 asks for 64 with it.</summary>
    private const int ShortestFrame = 60;

    /// <summary>Of the number behind the payload, in bytes.</summary>
    public const int SerialLength = 4;

    /// <summary>Instead of a type the frame has an 802.3 length, and LLC behind it.</summary>
    public const EtherType NoType = default;

    private readonly Dictionary<Field, UInt128> _fields = [];

    private FrameRecipe(Dictionary<Field, UInt128> fields) => _fields = fields;

    public FrameRecipe()
    {
    }

    /// <summary>The EtherType behind all tags, which decides what the frame carries.</summary>
    public EtherType Type { get; set; } = EtherType.Ipv4;

    /// <summary>Tag control informations, outermost first.</summary>
    public ushort[] Tags { get; set; } = [];

    public byte IcmpType { get; set; }

    public byte IcmpCode { get; set; }

    /// <summary>The second word of an ICMP message: identifier and sequence number of an echo.</summary>
    public uint IcmpRest { get; set; } = 1;

    /// <summary>In 8-byte units; 0 for a whole packet or a first fragment.</summary>
    public ushort FragmentOffset { get; set; }

    public bool MoreFragments { get; set; }

    /// <summary>IPv4 options or IPv6 extension headers: so many 8-byte pieces of padding.</summary>
    public int Padding { get; set; }

    public byte[] TcpOptions { get; set; } = [];

    public uint TcpSequence { get; set; } = 1000;

    public uint TcpAcknowledgement { get; set; }

    /// <summary>What follows the transport header; a serial number is added so that frames can be told apart.</summary>
    public byte[] Payload { get; set; } = [];

    /// <summary>How many bytes are cut from the end of the finished frame.</summary>
    public int Cut { get; set; }

    public bool WrongChecksum { get; set; }

    /// <summary>Of IPv4, as the next too.</summary>
    public byte TimeToLive { get; set; } = 64;

    public bool DontFragment { get; set; }

    /// <summary>The length of the finished frame, where it is to be shorter than it would be; null for all of it.</summary>
    public int? Length { get; set; }

    /// <summary>How many bytes of the upper layer the IP packet has and says it has, nothing behind them; null for all of them.</summary>
    public int? UpperLength { get; set; }

    /// <summary>How many bytes LLC and the head of a BPDU are, which say that it is one.</summary>
    public const int AnnouncementLength = 6;

    /// <summary>Which bit of what announces a BPDU, or of the kinds and lengths in an ARP packet, is turned round; null for none.</summary>
    public int? ForeignBit { get; set; }

    /// <summary>Whose header the payload looks like where the packet has none that rules know: TCP, ICMP, or nothing.</summary>
    public IpProtocol? Imitates { get; set; }

    public UInt128 this[Field field]
    {
        get => _fields.GetValueOrDefault(field);
        set => Set(field, value);
    }

    public FrameRecipe Copy() => new(new(_fields))
    {
        Type = Type,
        Tags = Tags,
        IcmpType = IcmpType,
        IcmpCode = IcmpCode,
        IcmpRest = IcmpRest,
        FragmentOffset = FragmentOffset,
        MoreFragments = MoreFragments,
        Padding = Padding,
        TcpOptions = TcpOptions,
        TcpSequence = TcpSequence,
        TcpAcknowledgement = TcpAcknowledgement,
        Payload = Payload,
        Cut = Cut,
        WrongChecksum = WrongChecksum,
        TimeToLive = TimeToLive,
        DontFragment = DontFragment,
        Length = Length,
        UpperLength = UpperLength,
        ForeignBit = ForeignBit,
        Imitates = Imitates,
    };

    /// <param name="serial">Ends up in the payload, where no condition looks.</param>
    public byte[] ToBytes(uint serial)
    {
        Writer frame = new();
        frame.Mac(this[Field.EthernetDestination]).Mac(this[Field.EthernetSource]);
        foreach (ushort tag in Tags)
        {
            frame.U16((ushort)EtherType.Vlan).U16(tag);
        }

        byte[] body = Body(serial);
        frame.U16(Type == NoType ? (ushort)body.Length : (ushort)Type).Bytes(body);
        byte[] bytes = frame.ToArray();
        if (bytes.Length < ShortestFrame && UpperLength is null)
        {
            Array.Resize(ref bytes, Math.Max(ShortestFrame, bytes.Length + SerialLength));
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - SerialLength), serial);
        }

        return bytes[..Math.Clamp(Math.Min(bytes.Length - Cut, Length ?? bytes.Length), EthernetView.Length, bytes.Length)];
    }

    private void Set(Field field, UInt128 value)
    {
        switch (field)
        {
            case Field.EtherType when value == (ushort)EtherType.Vlan:
                Tags = Tags.Length == 0 ? [1] : Tags;
                break;
            case Field.EtherType:
                (Type, Tags) = ((EtherType)(ushort)value, []);
                break;
            case Field.VlanId:
                Tags = [(ushort)value, .. Tags.Skip(1)];
                break;
            case Field.VlanEncapsulatedType:
                (Type, Tags) = ((EtherType)(ushort)value, Tags.Length == 0 ? [1] : Tags[..1]);
                break;
            case Field.Ipv4Dscp:
                _fields[Field.Ipv4Tos] = value << 2;
                break;
            default:
                _fields[field] = value;
                break;
        }
    }

    private byte[] Body(uint serial) => Type switch
    {
        EtherType.Arp or EtherType.Rarp => Announced(Arp()),
        EtherType.Ipv4 => Ipv4(serial),
        EtherType.Ipv6 => Ipv6(serial),
        NoType => Announced(Bpdu()),
        _ => new Writer().Bytes(Payload).U32(serial).ToArray(),
    };

    private byte[] Announced(byte[] body)
    {
        if (ForeignBit is { } bit)
        {
            body[bit / 8] ^= (byte)(0x80 >> bit % 8);
        }

        return body;
    }

    private byte[] Arp() => new Writer()
        .U16(this[Field.ArpHardwareType]).U16(this[Field.ArpProtocolType]).U8(6).U8(4).U16(this[Field.ArpOpcode])
        .Mac(this[Field.ArpSenderMac]).U32(this[Field.ArpSenderIp])
        .Mac(this[Field.ArpTargetMac]).U32(this[Field.ArpTargetIp]).ToArray();

    /// <summary>A BPDU of IEEE 802.1D-1998 section 9.3 behind LLC; a topology change notification ends after its type.</summary>
    private byte[] Bpdu()
    {
        byte[] bytes = BpduAtItsPlace();
        foreach ((Field field, UInt128 value) in _fields.Where(pair => FieldTable.Of(pair.Key).Header == Header.EbtStp))
        {
            FieldLayout layout = FieldLayout.Of(field);
            if (layout.Present - EthernetView.Length <= bytes.Length)
            {
                new Writer().Number(value, layout.Bytes).ToArray().CopyTo(bytes, layout.Offset - EthernetView.Length);
            }
        }

        return bytes;
    }

    private byte[] BpduAtItsPlace()
    {
        Writer body = new Writer().U8(0x42).U8(0x42).U8(3).U16(0).U8(0).U8(this[Field.StpType]);
        return this[Field.StpType] == 0x80
            ? body.ToArray()
            : body.U8(this[Field.StpFlags])
                .U16(this[Field.StpRootPriority]).Mac(this[Field.StpRootAddress]).U32(this[Field.StpRootCost])
                .U16(this[Field.StpSenderPriority]).Mac(this[Field.StpSenderAddress]).U16(this[Field.StpPort])
                .U16(this[Field.StpMessageAge]).U16(this[Field.StpMaxAge]).U16(this[Field.StpHelloTime])
                .U16(this[Field.StpForwardDelay]).ToArray();
    }

    private byte[] Ipv4(uint serial)
    {
        UInt128 from = this[Field.Ipv4Source], to = this[Field.Ipv4Destination];
        byte protocol = (byte)this[Field.Ipv4Protocol];
        byte[] upper = Shortened(Upper(protocol, WordSum(from) + WordSum(to), serial));
        int words = 5 + 2 * Padding;
        byte[] packet = new Writer()
            .U8((UInt128)(0x40 | words)).U8(this[Field.Ipv4Tos]).U16((UInt128)(4 * words + upper.Length))
            .U16((ushort)serial).U16((UInt128)(FragmentOffset | (MoreFragments ? 0x2000 : 0) | (DontFragment ? 0x4000 : 0)))
            .U8(TimeToLive).U8(protocol).U16(0).U32(from).U32(to)
            .Bytes(Enumerable.Repeat((byte)1, 8 * Padding).ToArray()) // option 1: no operation
            .Bytes(upper).ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), InternetChecksum.Of(packet.AsSpan(0, 4 * words)));
        return packet;
    }

    private byte[] Ipv6(uint serial)
    {
        UInt128 from = this[Field.Ipv6Source], to = this[Field.Ipv6Destination];
        byte protocol = (byte)this[Field.Ipv6Protocol];
        byte[] upper = Shortened(Upper(protocol, WordSum(from) + WordSum(to), serial));
        bool fragment = FragmentOffset != 0 || MoreFragments;
        int extensions = 8 * Padding + (fragment ? 8 : 0);
        Writer packet = new Writer()
            .U32(6u << 28 | (uint)this[Field.Ipv6Dscp] << 22).U16((UInt128)(extensions + upper.Length))
            .U8((UInt128)(byte)(Padding > 0 ? IpProtocol.DestinationOptions : fragment ? IpProtocol.Fragment : (IpProtocol)protocol)).U8(64)
            .U128(from).U128(to);
        for (int i = Padding; i > 0; i--)
        {
            IpProtocol next = i > 1 ? IpProtocol.DestinationOptions : fragment ? IpProtocol.Fragment : (IpProtocol)protocol;
            packet.U8((byte)next).U8(0).U8(1).U8(4).U32(0); // PadN of four (RFC 8200 section 4.2)
        }

        if (fragment)
        {
            packet.U8(protocol).U8(0).U16((UInt128)(FragmentOffset << 3 | (MoreFragments ? 1 : 0))).U32(serial);
        }

        return packet.Bytes(upper).ToArray();
    }

    private byte[] Shortened(byte[] upper) => upper[..Math.Min(upper.Length, UpperLength ?? upper.Length)];

    /// <param name="addresses">The sum of the pseudo-header's addresses.</param>
    private byte[] Upper(byte protocol, ulong addresses, uint serial)
    {
        byte[] data = new Writer().Bytes(Payload).U32(serial).ToArray();
        if (FragmentOffset != 0)
        {
            return Imitation(data); // a later piece of something: no header
        }

        (byte[] bytes, int checksumAt, bool pseudo) = (IpProtocol)protocol switch
        {
            IpProtocol.Tcp => (Tcp(data), 16, true),
            IpProtocol.Udp => (Ports().U16((UInt128)(8 + data.Length)).U16(0).Bytes(data).ToArray(), 6, true),
            // A coverage of 0 is the whole datagram (RFC 3828 section 3.1).
            IpProtocol.UdpLite => (Ports().U16(0).U16(0).Bytes(data).ToArray(), 6, true),
            IpProtocol.Dccp => (Ports().U8(4).U8(0).U16(0).U8(1).U8(0).U16(0).U32(0).Bytes(data).ToArray(), 6, true),
            IpProtocol.Icmp => (Icmp(data), 2, Type == EtherType.Ipv6),
            IpProtocol.IcmpV6 => (Icmp(data), 2, Type == EtherType.Ipv6),
            IpProtocol.Sctp => (Sctp(), -1, false),
            IpProtocol.Igmp => (new Writer().U8(0x16).U8(0).U16(0).U32(this[Field.Ipv4Destination]).ToArray(), 2, false),
            IpProtocol.Ah => (new Writer().U8((byte)IpProtocol.NoNextHeader).U8(4).U16(0).U32(7).U32(serial).U128(0).ToArray()[..24], -1, false),
            _ => (Imitation(data), -1, false),
        };
        if (checksumAt >= 0)
        {
            ulong initial = pseudo ? addresses + PseudoTail(protocol, bytes.Length) : 0;
            ushort checksum = InternetChecksum.Of(bytes, initial);
            checksum = checksum == 0 && protocol is (byte)IpProtocol.Udp or (byte)IpProtocol.UdpLite ? (ushort)0xFFFF : checksum;
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(checksumAt), (ushort)(WrongChecksum ? checksum ^ 0x5555 : checksum));
        }

        return bytes;
    }

    private byte[] Imitation(byte[] data) => Imitates switch
    {
        IpProtocol.Tcp => Tcp(data),
        IpProtocol.Icmp => Icmp(data),
        _ => data,
    };

    /// <summary>Protocol and length; for UDP-Lite as connection tracking reckons, so that it is taken for valid (see PacketSanity).</summary>
    private ulong PseudoTail(byte protocol, int length) => protocol != (byte)IpProtocol.UdpLite ? protocol + (ulong)length
        : (ulong)IpProtocol.Udp + (Type == EtherType.Ipv6 ? (ulong)length : (byte)length);

    private byte[] Tcp(byte[] data)
    {
        byte[] options = new byte[(TcpOptions.Length + 3) / 4 * 4];
        TcpOptions.CopyTo(options, 0);
        return Ports().U32(TcpSequence).U32(TcpAcknowledgement).U8((UInt128)((5 + options.Length / 4) << 4))
            .U8(this[Field.TcpFlags]).U16(65535).U16(0).U16(0).Bytes(options).Bytes(data).ToArray();
    }

    private byte[] Icmp(byte[] data) =>
        new Writer().U8(IcmpType).U8(IcmpCode).U16(0).U32(IcmpRest).Bytes(data).ToArray();

    /// <summary>An INIT chunk (RFC 9260 section 3.3.2) with a zero verification tag, as the first packet has.</summary>
    private byte[] Sctp()
    {
        byte[] packet = Ports().U32(0).U32(0)
            .U8(1).U8(0).U16(20).U32(0x1234).U32(65535).U16(1).U16(1).U32(1).ToArray();
        uint sum = uint.MaxValue;
        foreach (byte octet in packet)
        {
            sum = BitOperations.Crc32C(sum, octet);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(8), ~sum ^ (WrongChecksum ? 0x5555u : 0)); // RFC 9260 appendix A
        return packet;
    }

    private Writer Ports() =>
        new Writer().U16(this[Field.TransportSourcePort]).U16(this[Field.TransportDestinationPort]);

    private static ulong WordSum(UInt128 bits)
    {
        ulong sum = 0;
        for (; bits != 0; bits >>= 16)
        {
            sum += (ushort)bits;
        }

        return sum;
    }

    /// <summary>Numbers to bytes, highest first.</summary>
    private sealed class Writer
    {
        private readonly List<byte> _bytes = [];

        public Writer U8(UInt128 value) => Number(value, 1);

        public Writer U16(UInt128 value) => Number(value, 2);

        public Writer U32(UInt128 value) => Number(value, 4);

        public Writer Mac(UInt128 value) => Number(value, 6);

        public Writer U128(UInt128 value) => Number(value, 16);

        public Writer Bytes(ReadOnlySpan<byte> bytes)
        {
            _bytes.AddRange(bytes);
            return this;
        }

        public byte[] ToArray() => [.. _bytes];

        public Writer Number(UInt128 value, int length)
        {
            for (int shift = 8 * (length - 1); shift >= 0; shift -= 8)
            {
                _bytes.Add((byte)(value >> shift));
            }

            return this;
        }
    }
}
