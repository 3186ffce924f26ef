using Lab.Engine.Packets;

namespace Lab.Engine.Tests.Packets;

/// <summary>Each view on a header written out byte by byte, and on one that lies.</summary>
public sealed class HeaderViewTests
{
    private static readonly byte[] Ipv4Header = Bytes("4528 0028 1234 2001 40 06 0000 0a000005 0a000001");

    [Fact]
    public void Ipv4_is_read_field_by_field()
    {
        Ipv4View.TryRead(Ipv4Header, out Ipv4View ip).Should().BeTrue();

        (ip.HeaderLength, ip.Dscp, ip.TypeOfService, ip.TotalLength, ip.Id).Should().Be((20, 10, (byte)0x28, 40, (ushort)0x1234));
        (ip.MoreFragments, ip.DontFragment, ip.FragmentOffset, ip.TimeToLive, ip.Protocol).Should().Be((true, false, 1, (byte)64, IpProtocol.Tcp));
        (ip.Source.ToString(), ip.Destination.ToString(), ip.LengthIsSound).Should().Be(("10.0.0.5", "10.0.0.1", false));
    }

    [Theory]
    [InlineData(0x4F)] // fifteen words: sixty bytes, of which twenty arrived
    [InlineData(0x44)] // fewer than the fixed part
    [InlineData(0x65)] // another version
    public void Ipv4_that_lies_in_its_first_byte_is_refused(byte first) =>
        Ipv4View.TryRead([first, .. Ipv4Header[1..]], out _).Should().BeFalse();

    [Fact]
    public void Ipv6_is_read_field_by_field()
    {
        Ipv6View.TryRead(Bytes("6a812345 0004 11 40 fe800000000000000000000000000001 ff020000000000000000000000000002 00010002"), out Ipv6View ip).Should().BeTrue();

        (ip.TrafficClass, ip.Dscp, ip.FlowLabel, ip.PayloadLength, ip.NextHeader, ip.HopLimit).Should().Be(((byte)0xA8, 42, 0x12345, 4, IpProtocol.Udp, (byte)64));
        (ip.Source.ToString(), ip.Destination.ToString(), ip.LengthIsSound, ip.Payload.Length).Should().Be(("fe80::1", "ff02::2", true, 4));
    }

    [Fact]
    public void A_walk_over_extension_headers_tells_a_first_piece_from_a_later_one()
    {
        byte[] first = Frames.Ipv6(default, default, IpProtocol.Fragment, Bytes("11 00 0001 00000007 0035 0035 0008 0000"));
        byte[] later = Frames.Ipv6(default, default, IpProtocol.Fragment, Bytes("11 00 0008 00000007 0035 0035 0008 0000"));

        UpperLayerOf(first).Should().Be(new UpperLayer(IpProtocol.Udp, 48, true, false));
        UpperLayerOf(later).Should().Be(new UpperLayer(IpProtocol.Udp, 40, true, true));
    }

    [Fact]
    public void Tcp_is_read_field_by_field_with_its_options()
    {
        TcpView.TryRead(Bytes("1f90 0050 00000001 00000002 80 12 ffff 0000 0000  020405b4 01 030307  aabb"), out TcpView tcp).Should().BeFalse("the header claims 32 bytes and 30 arrived");
        TcpView.TryRead(Bytes("1f90 0050 00000001 00000002 70 12 ffff 0000 0000  020405b4 01 030307  aabb"), out tcp).Should().BeTrue();

        (tcp.SourcePort, tcp.DestinationPort, tcp.Sequence, tcp.Acknowledgement, tcp.Flags).Should().Be(((ushort)8080, (ushort)80, 1u, 2u, TcpFlags.Syn | TcpFlags.Ack));
        (tcp.HeaderLength, tcp.Options.Length, tcp.Payload.Length).Should().Be((28, 8, 2));
        TcpOptions.Contains(tcp.Options, 3).Should().BeTrue();
        TcpOptions.Contains(tcp.Options, 4).Should().BeFalse("four is a length there");
    }

    [Theory]
    [InlineData("0105 02", 5, true)] // a kind of one byte
    [InlineData("0800 03", 3, true)] // a length of 0 counts as 1, so 00 is the next kind, then 03
    [InlineData("08ff 03", 3, false)] // a length beyond the list ends it
    public void An_option_list_that_lies_still_ends(string options, byte kind, bool found) =>
        TcpOptions.Contains(Bytes(options), kind).Should().Be(found);

    [Fact]
    public void A_stacked_tag_is_read_tag_by_tag()
    {
        byte[] frame = Frames.Ethernet(default, default, EtherType.ServiceVlan,
            Frames.Vlan(7, EtherType.Vlan, Frames.Vlan(4095, EtherType.Arp, new byte[28], priority: 5)));
        EthernetView.TryRead(frame, out EthernetView ethernet).Should().BeTrue();
        VlanView.TryRead(ethernet.Payload, out VlanView outer).Should().BeTrue();
        VlanView.TryRead(outer.Payload, out VlanView inner).Should().BeTrue();

        (VlanView.Announces(ethernet.Type), outer.Id, VlanView.Announces(outer.EncapsulatedType)).Should().Be((true, 7, true));
        (inner.Id, inner.Priority, inner.EncapsulatedType).Should().Be((4095, 5, EtherType.Arp));
    }

    [Fact]
    public void Snap_is_told_from_plain_llc()
    {
        LlcView.TryRead(Bytes("aaaa03 000000 0800"), out LlcView snap).Should().BeTrue();
        LlcView.TryRead(Bytes("424203 0000"), out LlcView llc).Should().BeTrue();

        (snap.IsSnap, snap.SnapType, snap.SnapOrganisation, snap.Payload.Length).Should().Be((true, EtherType.Ipv4, 0, 0));
        (llc.IsSnap, llc.SnapType, llc.DestinationServicePoint, llc.Payload.Length).Should().Be((false, null, (byte)0x42, 2));
    }

    [Fact]
    public void A_bpdu_is_read_field_by_field()
    {
        BpduView.TryRead(Bytes("424203 0000 00 00 01 8000 020000000001 00000064 9000 020000000002 8001 0100 1400 0200 0f00"), out BpduView bpdu).Should().BeTrue();

        bpdu.HasConfiguration.Should().BeTrue();
        (bpdu.Flags, bpdu.RootPriority, bpdu.RootAddress.ToString(), bpdu.RootCost).Should().Be(((byte)1, (ushort)0x8000, "02:00:00:00:00:01", 100u));
        (bpdu.SenderPriority, bpdu.SenderAddress.ToString(), bpdu.Port).Should().Be(((ushort)0x9000, "02:00:00:00:00:02", (ushort)0x8001));
        (bpdu.MessageAge, bpdu.MaxAge, bpdu.HelloTime, bpdu.ForwardDelay).Should().Be(((ushort)0x100, (ushort)0x1400, (ushort)0x200, (ushort)0xF00));
    }

    [Fact]
    public void Arp_addresses_lie_where_the_packet_says_they_do()
    {
        // Hardware addresses of two bytes: IPv4 addresses follow them, and there is no MAC address to read.
        ArpView.TryRead(Bytes("0007 0800 02 04 0001 aaaa 0a000005 bbbb 0a000001"), out ArpView arp).Should().BeTrue();

        arp.TryReadIpv4(out Ipv4Address sender, out Ipv4Address target).Should().BeTrue();
        (sender.ToString(), target.ToString(), arp.TryReadSenderMac(out _)).Should().Be(("10.0.0.5", "10.0.0.1", false));
    }

    [Fact]
    public void The_small_headers_are_read_field_by_field()
    {
        UdpView.TryRead(Bytes("0035 1f90 0009 abcd 00"), out UdpView udp).Should().BeTrue();
        IcmpView.TryRead(Bytes("08 00 abcd 1234 0001"), out IcmpView icmp).Should().BeTrue();
        IgmpView.TryRead(Bytes("16 00 abcd e0000001"), out IgmpView igmp).Should().BeTrue();
        EspView.TryRead(Bytes("00000100 00000007"), out EspView esp).Should().BeTrue();
        AhView.TryRead(Bytes("06 04 0000 00000100 00000007 000000000000000000000000"), out AhView ah).Should().BeTrue();
        AhView.TryRead(Bytes("06 05 0000 00000100 00000007 000000000000000000000000"), out _).Should().BeFalse("it claims a word more");

        (udp.SourcePort, udp.DestinationPort, udp.LengthOrCoverage, udp.Checksum, udp.Payload.Length).Should().Be(((ushort)53, (ushort)8080, 9, (ushort)0xABCD, 1));
        (icmp.Type, icmp.Code, icmp.Identifier, icmp.Sequence).Should().Be(((byte)8, (byte)0, (ushort)0x1234, (ushort)1));
        (igmp.Type, igmp.Group.ToString()).Should().Be(((byte)0x16, "224.0.0.1"));
        (esp.SecurityParametersIndex, esp.Sequence).Should().Be((0x100u, 7u));
        (ah.NextHeader, ah.HeaderLength, ah.SecurityParametersIndex, ah.Sequence).Should().Be((IpProtocol.Tcp, 24, 0x100u, 7u));
    }

    [Fact]
    public void The_checksum_of_sctp_is_the_one_of_the_rfc()
    {
        // CRC32c of "123456789" is e3069283 (RFC 3720 appendix B.4 defines the polynomial).
        byte[] packet = Bytes("1234 5678 00000000 00000000 01000004");
        byte[] right = [.. packet];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(right.AsSpan(8), SctpView.Checksum(packet));
        SctpView.TryRead(right, out SctpView sctp).Should().BeTrue();

        (sctp.ChecksumIsRight, sctp.FirstChunk, sctp.SourcePort).Should().Be((true, (byte)1, (ushort)0x1234));
        right[5] ^= 1;
        SctpView.TryRead(right, out sctp).Should().BeTrue();
        sctp.ChecksumIsRight.Should().BeFalse();
    }

    private static UpperLayer UpperLayerOf(byte[] packet)
    {
        Ipv6View.TryRead(packet, out Ipv6View ip).Should().BeTrue();
        ip.TryFindUpperLayer(out UpperLayer found).Should().BeTrue();
        return found;
    }

    private static byte[] Bytes(string hexadecimal) => Convert.FromHexString(hexadecimal.Replace(" ", "", StringComparison.Ordinal));
}
