using System.Buffers.Binary;

namespace Lab.Engine.Packets;

/// <summary>
/// Frames in one line of words: <c>tcp 10.0.0.5:4000 > 10.0.0.1:80 syn</c>, <c>arp who-has 10.0.0.1 tell 10.0.0.5</c>,
/// <c>icmp 10.0.0.5 > 10.0.0.1 echo-request</c>, <c>udp [2001:db8::5]:546 > [ff02::1:2]:547 dscp 10</c>, <c>ether 0x88cc</c>.
/// </summary>
/// <remarks>
/// <code>
///  tcp|udp|udplite|sctp  ADDRESS:PORT > ADDRESS:PORT   [syn] [ack] [fin] [rst] [psh] [urg]
///  icmp|icmpv6           ADDRESS > ADDRESS             [echo-request|echo-reply|unreachable|...] [type N] [code N] [id N] [seq N]
///  ip|igmp|esp|ah        ADDRESS > ADDRESS             [protocol N]
///  arp|rarp              who-has ADDRESS tell ADDRESS | ADDRESS is-at MAC | announce ADDRESS
///  ether                 TYPE
///  any of them           [from MAC] [to MAC] [vlan N] [dscp N] [ttl N] [bytes N]
/// </code>
/// Checksums and lengths are right; whoever wants a wrong frame gives its bytes.
/// </remarks>
public static class PacketWords
{
    private const int MostBytes = 9000; // a jumbo frame's payload

    private static readonly Dictionary<string, IpProtocol> Protocols = new(StringComparer.OrdinalIgnoreCase)
    {
        ["tcp"] = IpProtocol.Tcp,
        ["udp"] = IpProtocol.Udp,
        ["udplite"] = IpProtocol.UdpLite,
        ["sctp"] = IpProtocol.Sctp,
        ["icmp"] = IpProtocol.Icmp,
        ["icmpv6"] = IpProtocol.IcmpV6,
        ["igmp"] = IpProtocol.Igmp,
        ["esp"] = IpProtocol.Esp,
        ["ah"] = IpProtocol.Ah,
        ["ip"] = IpProtocol.Experimental,
    };

    private static readonly Dictionary<string, TcpFlags> Flags = new(StringComparer.OrdinalIgnoreCase)
    {
        ["fin"] = TcpFlags.Fin,
        ["syn"] = TcpFlags.Syn,
        ["rst"] = TcpFlags.Rst,
        ["psh"] = TcpFlags.Psh,
        ["ack"] = TcpFlags.Ack,
        ["urg"] = TcpFlags.Urg,
    };

    private static readonly Dictionary<string, (byte Version4, byte Version6)> IcmpTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["echo-request"] = (8, 128),
        ["echo-reply"] = (0, 129),
        ["unreachable"] = (3, 1),
        ["time-exceeded"] = (11, 3),
        ["router-solicitation"] = (10, 133),
        ["router-advertisement"] = (9, 134),
        ["neighbour-solicitation"] = (0, 135),
        ["neighbour-advertisement"] = (0, 136),
    };

    /// <summary>Reads a line; what is wrong with it is one sentence without full stop.</summary>
    /// <param name="from">The Ethernet source unless the words say otherwise; likewise <paramref name="to"/>.</param>
    public static bool TryParse(string text, MacAddress from, MacAddress to, out byte[] frame, out string mistake)
    {
        Reader reader = new(text, from, to);
        try
        {
            frame = reader.Read();
            mistake = "";
            return true;
        }
        catch (FormatException wrong)
        {
            frame = [];
            mistake = wrong.Message;
            return false;
        }
    }

    /// <exception cref="FormatException">The message says what is wrong.</exception>
    public static byte[] Parse(string text, MacAddress from, MacAddress to) => new Reader(text, from, to).Read();

    private sealed class Reader(string text, MacAddress from, MacAddress to)
    {
        private readonly WordReader _words = new(text);
        private MacAddress _from = from;
        private MacAddress _to = to;
        private int? _vlan;
        private byte _tos;
        private byte _ttl = 64;
        private int _bytes;

        public byte[] Read()
        {
            string head = _words.Next("a packet, such as 'tcp 10.0.0.5:4000 > 10.0.0.1:80 syn'");
            (EtherType type, Func<byte[]> build) = head switch
            {
                "arp" or "rarp" => (head == "arp" ? EtherType.Arp : EtherType.Rarp, Arp(head)),
                "ether" => ((EtherType)_words.Number("an EtherType", 65535), () => new byte[_bytes == 0 ? 46 : _bytes]),
                _ when Protocols.TryGetValue(head, out IpProtocol protocol) => Ip(protocol),
                _ => throw new FormatException($"'{head}' begins no packet; write one of arp, rarp, ether, {string.Join(", ", Protocols.Keys)}"),
            };
            ReadCommonWords();
            byte[] payload = build();
            return _vlan is { } vlan
                ? Frames.Ethernet(_to, _from, EtherType.Vlan, Frames.Vlan(vlan, type, payload))
                : Frames.Ethernet(_to, _from, type, payload);
        }

        private void ReadCommonWords()
        {
            while (_words.TryNext(out string? word))
            {
                switch (word)
                {
                    case "from":
                        _from = _words.Mac();
                        break;
                    case "to":
                        _to = _words.Mac();
                        break;
                    case "vlan":
                        _vlan = _words.Number("a VLAN id", 4095);
                        break;
                    case "dscp":
                        _tos = (byte)(_words.Number("a DSCP", 63) << 2);
                        break;
                    case "ttl":
                        _ttl = (byte)_words.Number("a time to live", 255);
                        break;
                    case "bytes":
                        _bytes = _words.Number("a number of payload bytes", MostBytes);
                        break;
                    default:
                        throw new FormatException($"'{word}' says nothing about this packet");
                }
            }
        }

        private Func<byte[]> Arp(string head)
        {
            bool rarp = head == "rarp";
            if (_words.TryTake("who-has"))
            {
                Ipv4Address wanted = _words.Ipv4("the address that is asked for");
                _words.Expect("tell");
                Ipv4Address asker = _words.Ipv4("the asker's address");
                return () => Frames.Arp((ushort)(rarp ? 3 : 1), _from, asker, default, wanted);
            }

            if (_words.TryTake("announce"))
            {
                // What a hypervisor sends after a migration: RARP for itself, or gratuitous ARP.
                Ipv4Address self = rarp ? default : _words.Ipv4("the address that is announced");
                return () => Frames.Arp((ushort)(rarp ? 3 : 1), _from, self, rarp ? _from : default, self);
            }

            Ipv4Address answered = _words.Ipv4("who-has, announce, or the address that is announced");
            _words.Expect("is-at");
            MacAddress at = _words.Mac();
            return () => Frames.Arp((ushort)(rarp ? 4 : 2), at, answered, _to, default);
        }

        private (EtherType, Func<byte[]>) Ip(IpProtocol protocol)
        {
            bool ports = protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.UdpLite or IpProtocol.Sctp;
            PacketEnd source = _words.End("the sender's address", ports);
            _words.Expect(">");
            PacketEnd destination = _words.End("the receiver's address", ports);
            if (source.IsIpv6 != destination.IsIpv6)
            {
                throw new FormatException("the two addresses are of different families");
            }

            if (protocol is IpProtocol.Icmp or IpProtocol.IcmpV6)
            {
                protocol = source.IsIpv6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp;
            }

            Func<byte[]> transport = protocol switch
            {
                IpProtocol.Tcp => Tcp(source, destination),
                IpProtocol.Icmp or IpProtocol.IcmpV6 => Icmp(source, destination),
                _ => Other(protocol, source, destination),
            };
            return (source.IsIpv6 ? EtherType.Ipv6 : EtherType.Ipv4, () => Dressed(transport(), source.IsIpv6));
        }

        private Func<byte[]> Tcp(PacketEnd source, PacketEnd destination)
        {
            TcpFlags flags = TcpFlags.None;
            while (_words.TryPeek(out string? word) && Flags.TryGetValue(word, out TcpFlags flag))
            {
                flags |= flag;
                _ = _words.TryNext(out _);
            }

            flags = flags == TcpFlags.None ? TcpFlags.Syn : flags;
            return () => source.IsIpv6
                ? Frames.Tcp(source.V6, source.Port, destination.V6, destination.Port, (byte)flags, new byte[_bytes])
                : Frames.Tcp(source.V4, source.Port, destination.V4, destination.Port, (byte)flags, new byte[_bytes]);
        }

        private Func<byte[]> Icmp(PacketEnd source, PacketEnd destination)
        {
            byte type = source.IsIpv6 ? (byte)128 : (byte)8, code = 0;
            int id = 1, sequence = 1;
            while (_words.TryPeek(out string? word))
            {
                if (IcmpTypes.TryGetValue(word, out (byte Version4, byte Version6) types))
                {
                    type = source.IsIpv6 ? types.Version6 : types.Version4;
                    _ = _words.TryNext(out _);
                }
                else if (word is "type" or "code" or "id" or "seq")
                {
                    _ = _words.TryNext(out _);
                    int number = _words.Number($"a number behind {word}", word is "type" or "code" ? 255 : 65535);
                    (type, code, id, sequence) = word switch
                    {
                        "type" => ((byte)number, code, id, sequence),
                        "code" => (type, (byte)number, id, sequence),
                        "id" => (type, code, number, sequence),
                        _ => (type, code, id, number),
                    };
                }
                else
                {
                    break;
                }
            }

            uint rest = (uint)id << 16 | (uint)sequence;
            return () => source.IsIpv6
                ? Frames.Icmp(source.V6, destination.V6, type, code, rest, new byte[_bytes])
                : Frames.Icmp(source.V4, destination.V4, type, code, rest, new byte[_bytes]);
        }

        private Func<byte[]> Other(IpProtocol protocol, PacketEnd source, PacketEnd destination)
        {
            if (_words.TryTake("protocol"))
            {
                protocol = (IpProtocol)_words.Number("a protocol number", 255);
            }

            if (protocol == IpProtocol.Udp)
            {
                return () => source.IsIpv6
                    ? Frames.Udp(source.V6, source.Port, destination.V6, destination.Port, new byte[_bytes])
                    : Frames.Udp(source.V4, source.Port, destination.V4, destination.Port, new byte[_bytes]);
            }

            return () =>
            {
                byte[] payload = Payload(protocol, source, destination);
                return source.IsIpv6
                    ? Frames.Ipv6(source.V6, destination.V6, protocol, payload)
                    : Frames.Ipv4(source.V4, destination.V4, protocol, payload);
            };
        }

        private byte[] Payload(IpProtocol protocol, PacketEnd source, PacketEnd destination)
        {
            byte[] payload = new byte[20 + _bytes];
            if (protocol is IpProtocol.UdpLite or IpProtocol.Sctp)
            {
                BinaryPrimitives.WriteUInt16BigEndian(payload, source.Port);
                BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(2), destination.Port);
            }

            if (protocol == IpProtocol.Sctp)
            {
                payload[12] = 1; // INIT
                BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(8), SctpView.Checksum(payload));
            }

            if (protocol == IpProtocol.UdpLite)
            {
                // Coverage 0: the checksum is over everything (RFC 3828 section 3.1).
                ulong pseudo = source.Sum() + destination.Sum() + (ulong)protocol + (ulong)payload.Length;
                BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(6), InternetChecksum.Of(payload, pseudo));
            }

            return payload;
        }

        /// <summary>Time to live and traffic class, with the header checksum that goes with them.</summary>
        private byte[] Dressed(byte[] packet, bool version6)
        {
            if (version6)
            {
                packet[0] |= (byte)(_tos >> 4);
                packet[1] |= (byte)(_tos << 4);
                packet[7] = _ttl;
                return packet;
            }

            packet[1] = _tos;
            packet[8] = _ttl;
            (packet[10], packet[11]) = (0, 0);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), InternetChecksum.Of(packet.AsSpan(0, 20)));
            return packet;
        }
    }
}
