using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.Tests.Filters.Templates;

namespace Lab.Engine.Tests.Programs;

/// <summary>
/// How much of a frame a field needs: what the kernel's matches load at once (net/bridge/netfilter/ebt_vlan.c, ebt_stp.c,
/// ebt_arp.c, ebt_ip.c, net/netfilter/nft_payload.c). One byte less, and neither sense of a comparison holds.
/// </summary>
public sealed class ShortFrameTests
{
    [Theory]
    [InlineData(Field.EthernetDestination, "mac", 14)]
    [InlineData(Field.EthernetSource, "mac", 14)]
    [InlineData(Field.EtherType, "mac", 14)]
    [InlineData(Field.VlanId, "vlan", 18)]
    [InlineData(Field.VlanEncapsulatedType, "vlan", 18)]
    [InlineData(Field.StpType, "stp", 21)]
    [InlineData(Field.StpFlags, "stp", 52)]
    [InlineData(Field.StpForwardDelay, "stp", 52)]
    [InlineData(Field.EbtStpType, "stp", 20)]
    [InlineData(Field.EbtStpForwardDelay, "stp", 51)]
    [InlineData(Field.ArpOpcode, "arp", 22)]
    [InlineData(Field.ArpSenderMac, "arp", 28)]
    [InlineData(Field.ArpTargetMac, "arp", 38)]
    [InlineData(Field.ArpSenderIp, "arp", 42)] // ebt_arp loads both addresses or none
    [InlineData(Field.ArpTargetIp, "rarp", 42)]
    [InlineData(Field.Ipv4Tos, "ip", 34)]
    [InlineData(Field.Ipv4Destination, "ip", 34)]
    [InlineData(Field.Ipv6Dscp, "ipv6", 54)]
    [InlineData(Field.Ipv6Destination, "ipv6", 54)]
    public void A_field_is_there_from_this_length_on(Field field, string protocol, int length)
    {
        byte[] frame = new Probe().Build(protocol);

        Holds(field, frame.AsSpan(0, length)).Should().Be((true, false), "the field is there");
        Holds(field, frame.AsSpan(0, length - 1)).Should().Be((false, false), "one byte is missing");
    }

    /// <summary>Behind an IP header the packet's own length counts as well: it must not claim more than arrived.</summary>
    [Theory]
    [InlineData(Field.TransportSourcePort, 4)]
    [InlineData(Field.TransportDestinationPort, 4)]
    [InlineData(Field.TcpFlags, 14)]
    public void A_transport_field_needs_its_bytes_and_an_honest_length(Field field, int bytes)
    {
        byte[] whole = Frames.Ethernet(default, default, EtherType.Ipv4, Frames.Ipv4(default, default, IpProtocol.Tcp, new byte[bytes]));
        byte[] shorter = Frames.Ethernet(default, default, EtherType.Ipv4, Frames.Ipv4(default, default, IpProtocol.Tcp, new byte[bytes - 1]));

        Holds(field, whole).Should().Be((true, false));
        Holds(field, shorter).Should().Be((false, false), "the header is cut");
        Holds(field, whole.AsSpan(0, whole.Length - 1)).Should().Be((false, false), "the total length lies");
        Holds(field, [.. shorter, 0]).Should().Be((true, false), "padding is as good as payload at layer 2");
    }

    [Fact]
    public void A_later_fragment_has_a_protocol_and_no_ports()
    {
        byte[] frame = Frames.Ethernet(default, default, EtherType.Ipv4, Frames.Ipv4(default, default, IpProtocol.Udp, new byte[8]));
        frame[21] = 1; // fragment offset

        Holds(Field.Ipv4Protocol, frame).Should().Be((true, false));
        Holds(Field.TransportSourcePort, frame).Should().Be((false, false));
    }

    [Fact]
    public void An_ipv6_protocol_is_sought_behind_extension_headers_and_not_beyond_the_packet()
    {
        byte[] udp = [0x11, 0, 0, 0, 0, 0, 0, 0, .. new byte[8]]; // destination options, then UDP
        byte[] frame = Frames.Ethernet(default, default, EtherType.Ipv6, Frames.Ipv6(default, default, IpProtocol.DestinationOptions, udp));
        FieldReader.TryRead(frame, Field.Ipv6Protocol, out UInt128 protocol).Should().Be(FieldPresence.Present);
        protocol.Should().Be((UInt128)17);

        frame[55] = 9; // the options claim eighty bytes: the walk ends outside, at what the header names next
        FieldReader.TryRead(frame, Field.Ipv6Protocol, out protocol).Should().Be(FieldPresence.Present);
        Holds(Field.TransportSourcePort, frame).Should().Be((false, false));

        frame[54] = (byte)IpProtocol.Routing; // ... and another extension header is not there to be read
        Holds(Field.Ipv6Protocol, frame).Should().Be((false, false));
    }

    [Fact]
    public void The_fields_of_another_bpdu_count_as_matching_whatever_the_sign()
    {
        byte[] notification = (new Probe { BpduType = 0x80 }).Build("stp");

        Holds(Field.StpRootCost, notification).Should().Be((true, true));
        Holds(Field.StpType, notification).Should().Be((true, false));
    }

    [Fact]
    public void A_bpdu_is_found_behind_a_tag_and_nowhere_else()
    {
        byte[] untagged = new Probe().Build("stp"), tagged = [.. VlanView.Tagged(untagged, 5)];

        Holds(Field.StpType, tagged).Should().Be((true, false));
        tagged[18] ^= 1; // its LLC header
        Holds(Field.StpType, tagged).Should().Be((false, false));
    }

    [Theory]
    [InlineData(Field.ArpSenderIp, 18, 5)] // protocol type no longer IPv4
    [InlineData(Field.ArpSenderIp, 19, 8)] // protocol addresses of eight bytes
    [InlineData(Field.ArpSenderMac, 15, 6)] // hardware type of token ring
    [InlineData(Field.ArpTargetMac, 18, 8)] // hardware addresses of eight bytes
    public void Arp_addresses_are_there_only_in_ipv4_over_ethernet(Field field, int offset, byte value)
    {
        byte[] frame = new Probe().Build("arp");
        frame[field == Field.ArpSenderIp && offset == 18 ? 17 : offset] = value;

        Holds(field, frame).Should().Be((false, false));
    }

    [Fact]
    public void A_jumbo_frame_is_judged_like_any_other()
    {
        byte[] frame = Frames.Ethernet(default, default, EtherType.Ipv4, Frames.Udp(default(Ipv4Address), 1, default, 53, new byte[8972]));

        frame.Should().HaveCount(14 + 9000);
        Holds(Field.TransportDestinationPort, frame).Should().Be((true, false));
    }

    /// <summary>Whether a comparison with the field's own value holds, and whether its opposite does.</summary>
    private static (bool Same, bool Negated) Holds(Field field, ReadOnlySpan<byte> frame)
    {
        _ = FieldReader.TryRead(frame, field, out UInt128 value);
        return (ConditionCheck.Holds(FieldEquals.Exactly(field, value), frame, default),
            ConditionCheck.Holds(FieldEquals.Exactly(field, value, negated: true), frame, default));
    }
}
