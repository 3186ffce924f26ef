using System.Buffers.Binary;
using Lab.Engine.Packets;
using Lab.Engine.State;

namespace Lab.Engine.Tests.State;

/// <summary>switching.md section 4 and nwfilter.md section 4.7, each fact as a test.</summary>
public sealed class ConnectionTrackerTests
{
    private const byte Fin = 1, Syn = 2, Rst = 4, Ack = 16;

    private static readonly MacAddress Mac = MacAddress.Parse("52:54:00:00:00:01");
    private static readonly Ipv4Address Client = Ipv4Address.Parse("10.0.0.1"), Server = Ipv4Address.Parse("10.0.0.2"), Router = Ipv4Address.Parse("10.0.0.9");

    private readonly ManualClock _clock = new();
    private readonly ConnectionTracker _tracker;

    public ConnectionTrackerTests() => _tracker = new(_clock);

    [Fact]
    public void A_datagram_is_new_until_it_is_answered_and_established_from_then_on()
    {
        See(Udp(Client, 4000, Server, 53)).Should().Be((ConnectionStates.New, ConnectionDirection.Original));
        See(Udp(Client, 4000, Server, 53)).Should().Be((ConnectionStates.New, ConnectionDirection.Original));
        See(Udp(Server, 53, Client, 4000)).Should().Be((ConnectionStates.Established, ConnectionDirection.Reply));
        See(Udp(Client, 4000, Server, 53)).Should().Be((ConnectionStates.Established, ConnectionDirection.Original));
    }

    [Fact]
    public void A_flow_whose_first_packet_was_dropped_stays_new_and_its_answer_is_new_too()
    {
        _ = _tracker.Track(Udp(Client, 4000, Server, 53));

        See(Udp(Server, 53, Client, 4000)).Should().Be((ConnectionStates.New, ConnectionDirection.Original));
    }

    [Fact]
    public void What_is_said_about_a_dropped_first_packet_confirms_no_connection()
    {
        TrackingResult dropped = _tracker.Track(Udp(Client, 4000, Server, 53));

        _tracker.Confirm(new(ConnectionStates.Related, ConnectionDirection.Reply, dropped.Connection)); // the host's own error

        See(Udp(Server, 53, Client, 4000)).State.Should().Be(ConnectionStates.New);
    }

    [Theory]
    [InlineData(IpProtocol.Udp, 4, ConnectionStates.Related)]
    [InlineData(IpProtocol.Udp, 3, ConnectionStates.Invalid)]
    [InlineData(IpProtocol.Esp, 0, ConnectionStates.Related)]
    public void An_error_quotes_as_much_as_tells_the_flow(IpProtocol protocol, int quoted, ConnectionStates state)
    {
        byte[] packet = protocol == IpProtocol.Udp ? Frames.Udp(Client, 4000, Server, 53, default) : Frames.Ipv4(Client, Server, protocol, new byte[8]);
        See(Frames.Ethernet(Mac, Mac, EtherType.Ipv4, packet));

        See(Frames.Ethernet(Mac, Mac, EtherType.Ipv4, Frames.Icmp(Router, Client, 3, 1, 0, packet.AsSpan(0, 20 + quoted)))).State.Should().Be(state);
    }

    [Fact]
    public void An_unanswered_datagram_is_forgotten_after_thirty_seconds_and_a_stream_after_two_minutes()
    {
        See(Udp(Client, 4000, Server, 53));
        _clock.Advance(30);
        See(Udp(Server, 53, Client, 4000)).State.Should().Be(ConnectionStates.New, "the entry has expired");

        See(Udp(Client, 5000, Server, 53));
        See(Udp(Server, 53, Client, 5000));
        _clock.Advance(2.1);
        See(Udp(Client, 5000, Server, 53));
        _clock.Advance(119);
        See(Udp(Server, 53, Client, 5000)).State.Should().Be(ConnectionStates.Established, "the flow had become a stream");
    }

    [Fact]
    public void The_first_piece_of_an_IPv6_datagram_has_a_state_and_a_later_one_is_invalid()
    {
        byte[] first = Convert.FromHexString(
            "525400000002525400000001" + "86dd" + "6280000000142c40fe800000000000000000000000000001000000000000000000000000000000001100000100000045"
            + "00010044000c00cb00000045");
        byte[] later = [.. first];
        later[57] = 0x09; // offset of eight bytes, and more to come

        See(first).Should().Be((ConnectionStates.New, ConnectionDirection.Original));
        _tracker.Track(later).State.Should().Be(ConnectionStates.Invalid);
    }

    [Theory]
    [InlineData("525400000001525400000002" + "86dd" + "6000000000100140" + "20010db8000000000000000000000002" + "20010db8000000000000000000000001" + "0800000000010001" + "0000000000000000")]
    [InlineData("525400000001525400000002" + "0800" + "450000240001000040" + "3a66930a0000020a000001" + "8000000000010001" + "0000000000000000")]
    public void ICMP_of_the_other_IP_version_is_invalid(string frame) =>
        See(Convert.FromHexString(frame)).State.Should().Be(ConnectionStates.Invalid);

    [Theory]
    [InlineData(777, ConnectionStates.Established)]
    [InlineData(776, ConnectionStates.Invalid)]
    [InlineData(778, ConnectionStates.Invalid)]
    public void A_half_open_peer_is_reset_with_the_very_number_that_it_acknowledged(uint sequence, ConnectionStates expected)
    {
        Segment(Client, Server, Syn, 100, 0);
        Segment(Server, Client, Ack, 5000, 777).State.Should().Be(ConnectionStates.Established, "it is let through, and changes nothing");

        Segment(Client, Server, Rst, sequence, 0).State.Should().Be(expected);
    }

    [Fact]
    public void A_handshake_goes_through_the_kernels_states()
    {
        Segment(Client, Server, Syn, 100, 0).Should().Be((ConnectionStates.New, TcpState.SynSent));
        Segment(Server, Client, Syn | Ack, 500, 101).Should().Be((ConnectionStates.Established, TcpState.SynReceived));
        Segment(Client, Server, Ack, 101, 501).Should().Be((ConnectionStates.Established, TcpState.Established));
        Segment(Client, Server, Fin | Ack, 101, 501).Should().Be((ConnectionStates.Established, TcpState.FinWait));
        Segment(Server, Client, Ack, 501, 102).Should().Be((ConnectionStates.Established, TcpState.CloseWait));
        Segment(Server, Client, Fin | Ack, 501, 102).Should().Be((ConnectionStates.Established, TcpState.LastAck));
        Segment(Client, Server, Ack, 102, 502).Should().Be((ConnectionStates.Established, TcpState.TimeWait));
    }

    [Theory]
    [InlineData(Syn | Ack)]
    [InlineData(Fin | Ack)]
    [InlineData(Rst)]
    [InlineData(Rst | Ack)]
    [InlineData(0)]
    [InlineData(Syn | Fin)]
    [InlineData(Fin)]
    public void No_flow_begins_with(byte flags) =>
        _tracker.Track(Tcp(Client, Server, flags, 1, 1)).Should().Be(TrackingResult.Invalid);

    [Fact]
    public void A_flow_may_be_picked_up_in_the_middle_and_then_no_window_is_held_against_it()
    {
        Segment(Client, Server, Ack, 1000, 2000).Should().Be((ConnectionStates.New, TcpState.Established));
        Segment(Server, Client, Ack, 2000, 1000).State.Should().Be(ConnectionStates.Established);
        Segment(Client, Server, Ack, 900_000_000, 2000).State.Should().Be(ConnectionStates.Established);
    }

    [Fact]
    public void Beyond_the_window_a_segment_is_invalid_and_below_it_it_passes()
    {
        Open();

        _tracker.Track(Tcp(Client, Server, Ack, 101 + 10_000_000, 501)).Should().Be(TrackingResult.Invalid, "test A");
        _tracker.Track(Tcp(Client, Server, Ack, 101, 501 + 1_000_000)).Should().Be(TrackingResult.Invalid, "test B: acknowledges what was never sent");
        Segment(Client, Server, Ack, unchecked(101u - 200_000u), 501).State.Should().Be(ConnectionStates.Established, "test C: old data");
        Segment(Client, Server, Ack, 101, unchecked(501u - 70_000u)).State.Should().Be(ConnectionStates.Established, "test D: a very old acknowledgement");
    }

    [Fact]
    public void A_reset_must_hit_the_expected_byte()
    {
        Open();
        _tracker.Track(Tcp(Server, Client, Rst, 500, 0)).Should().Be(TrackingResult.Invalid, "below what the client acknowledged");
        Segment(Server, Client, Rst, 600, 0).Should().Be((ConnectionStates.Established, TcpState.Established), "a challenge changes nothing");
        Segment(Server, Client, Rst, 501, 0).Should().Be((ConnectionStates.Established, TcpState.Close));
    }

    [Fact]
    public void A_reset_as_the_only_answer_deletes_the_entry()
    {
        Segment(Client, Server, Syn, 100, 0);
        Segment(Server, Client, Rst | Ack, 0, 101).State.Should().Be(ConnectionStates.Established);

        _tracker.Count.Should().Be(0);
    }

    [Fact]
    public void A_repeated_syn_does_not_extend_the_timeout()
    {
        Segment(Client, Server, Syn, 100, 0);
        _clock.Advance(100);
        Segment(Client, Server, Syn, 100, 0).State.Should().Be(ConnectionStates.New);
        _clock.Advance(20);

        _tracker.Connections.Should().BeEmpty();
    }

    [Fact]
    public void An_established_connection_lives_five_days_and_five_minutes_while_data_is_unacknowledged()
    {
        Connection connection = Open();
        connection.Expires.Should().Be(TimeSpan.FromDays(5));
        connection.Assured.Should().BeTrue();

        See(Tcp(Client, Server, Ack, 101, 501, new byte[10]));
        connection.Expires.Should().Be(TimeSpan.FromMinutes(5));
        Segment(Server, Client, Ack, 501, 111);
        connection.Expires.Should().Be(TimeSpan.FromDays(5));
    }

    [Fact]
    public void A_syn_reopens_a_connection_that_an_end_has_closed()
    {
        Open();
        Segment(Client, Server, Fin | Ack, 101, 501);
        Segment(Server, Client, Fin | Ack, 501, 102);
        Segment(Client, Server, Ack, 102, 502).Tcp.Should().Be(TcpState.TimeWait);

        Segment(Client, Server, Syn, 5000, 0).Should().Be((ConnectionStates.New, TcpState.SynSent));
    }

    [Fact]
    public void An_echo_is_answered_by_identifier_and_an_unasked_answer_is_invalid()
    {
        byte[] request = Ethernet(Frames.Icmp(Client, Server, 8, 0, 0x1234_0001, [1, 2, 3]));
        byte[] answer = Ethernet(Frames.Icmp(Server, Client, 0, 0, 0x1234_0001, [1, 2, 3]));
        byte[] other = Ethernet(Frames.Icmp(Server, Client, 0, 0, 0x9999_0001, [1, 2, 3]));

        _tracker.Track(answer).Should().Be(TrackingResult.Invalid);
        See(request).State.Should().Be(ConnectionStates.New);
        See(answer).Should().Be((ConnectionStates.Established, ConnectionDirection.Reply));
        _tracker.Track(other).Should().Be(TrackingResult.Invalid);
    }

    [Fact]
    public void An_error_is_related_to_the_flow_it_quotes_wherever_it_comes_from()
    {
        byte[] asked = Frames.Udp(Client, 4000, Server, 53, []);
        See(Ethernet(asked));
        byte[] error = Ethernet(Frames.Icmp(Router, Client, 3, 1, 0, asked));
        byte[] misdirected = Ethernet(Frames.Icmp(Router, Server, 3, 1, 0, asked));
        byte[] unknown = Ethernet(Frames.Icmp(Router, Client, 3, 1, 0, Frames.Udp(Client, 4001, Server, 53, [])));

        See(error).Should().Be((ConnectionStates.Related, ConnectionDirection.Reply));
        _tracker.Track(misdirected).Should().Be(TrackingResult.Invalid);
        _tracker.Track(unknown).Should().Be(TrackingResult.Invalid);
    }

    [Fact]
    public void A_udp_length_below_the_payload_needs_a_checksum_over_all_of_it()
    {
        byte[] whole = Frames.Udp(Client, 4000, Server, 53, "12345678"u8), shortened = Frames.Udp(Client, 4000, Server, 53, "1234"u8);
        byte[] claimsLess = Frames.Ipv4(Client, Server, IpProtocol.Udp, [.. shortened.AsSpan(20), .. "5678"u8]);
        byte[] sealedOverAll = whole.ToArray();
        (sealedOverAll[25], sealedOverAll[27]) = ((byte)(whole[25] - 4), (byte)(whole[27] + 4)); // the length, and what the checksum makes of it

        _tracker.Track(Ethernet(claimsLess)).Should().Be(TrackingResult.Invalid);
        See(Ethernet(sealedOverAll)).State.Should().Be(ConnectionStates.New);
    }

    [Fact]
    public void Neighbour_discovery_is_never_tracked()
    {
        Ipv6Address a = Ipv6Address.Parse("fe80::1"), b = Ipv6Address.Parse("ff02::1:ff00:2");

        _tracker.Track(Frames.Ethernet(Mac, Mac, EtherType.Ipv6, Frames.Icmp(a, b, 135, 0, 0, new byte[16], 255))).Should().Be(TrackingResult.Untracked);
    }

    [Theory]
    [InlineData(14 + 20 + 6)] // UDP checksum
    [InlineData(14 + 20 + 4)] // UDP length beyond the payload
    public void A_spoilt_datagram_is_invalid(int offset)
    {
        byte[] frame = Udp(Client, 4000, Server, 53);
        frame[offset] ^= 0x40;

        _tracker.Track(frame).Should().Be(TrackingResult.Invalid);
    }

    [Fact]
    public void Protocols_without_ports_have_one_entry_for_a_pair_of_addresses()
    {
        byte[] there = Ethernet(Frames.Ipv4(Client, Server, IpProtocol.Esp, new byte[16]));
        byte[] back = Ethernet(Frames.Ipv4(Server, Client, IpProtocol.Esp, new byte[24]));

        See(there).State.Should().Be(ConnectionStates.New);
        See(back).State.Should().Be(ConnectionStates.Established);
        _tracker.Connections.Single().Expires.Should().Be(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public void A_full_table_evicts_what_is_not_assured_and_refuses_when_everything_is()
    {
        ConnectionTracker small = new(_clock, capacity: 2);
        See(Udp(Client, 1, Server, 53), small);
        See(Udp(Client, 2, Server, 53), small);
        See(Udp(Client, 3, Server, 53), small).State.Should().Be(ConnectionStates.New);
        small.Count.Should().Be(2);

        foreach (ushort port in (ushort[])[2, 3])
        {
            See(Udp(Server, 53, Client, port), small);
        }

        _clock.Advance(3);
        foreach (ushort port in (ushort[])[2, 3])
        {
            See(Udp(Client, port, Server, 53), small).State.Should().Be(ConnectionStates.Established);
        }

        small.Track(Udp(Client, 4, Server, 53)).Refused.Should().BeTrue();
    }

    [Fact]
    public void Asking_about_a_known_flow_allocates_nothing()
    {
        byte[] frame = Udp(Client, 4000, Server, 53);
        See(frame);
        _ = _tracker.Track(frame);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _ = _tracker.Track(frame);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void An_sctp_association_begins_with_init_and_a_right_checksum()
    {
        byte[] init = new byte[32];
        BinaryPrimitives.WriteUInt16BigEndian(init, 1000);
        BinaryPrimitives.WriteUInt16BigEndian(init.AsSpan(2), 2000);
        init[12] = 1;
        byte[] wrong = Ethernet(Frames.Ipv4(Client, Server, IpProtocol.Sctp, init));
        BinaryPrimitives.WriteUInt32LittleEndian(init.AsSpan(8), SctpView.Checksum(init));

        _tracker.Track(wrong).Should().Be(TrackingResult.Invalid);
        See(Ethernet(Frames.Ipv4(Client, Server, IpProtocol.Sctp, init))).State.Should().Be(ConnectionStates.New);
        init[12] = 0; // DATA
        BinaryPrimitives.WriteUInt16BigEndian(init, 1001);
        BinaryPrimitives.WriteUInt32LittleEndian(init.AsSpan(8), SctpView.Checksum(init));
        _tracker.Track(Ethernet(Frames.Ipv4(Client, Server, IpProtocol.Sctp, init))).Should().Be(TrackingResult.Invalid);
    }

    private static byte[] Ethernet(byte[] packet) => Frames.Ethernet(Mac, Mac, EtherType.Ipv4, packet);

    private static byte[] Udp(Ipv4Address from, ushort fromPort, Ipv4Address to, ushort toPort) =>
        Ethernet(Frames.Udp(from, fromPort, to, toPort, [1, 2, 3, 4]));

    private static byte[] Tcp(Ipv4Address from, Ipv4Address to, byte flags, uint sequence, uint acknowledgement, byte[]? data = null)
    {
        (ushort source, ushort destination) = from == Client ? ((ushort)4000, (ushort)80) : ((ushort)80, (ushort)4000);
        return Ethernet(Frames.Tcp(from, source, to, destination, flags, data ?? [], sequence, acknowledgement));
    }

    private (ConnectionStates State, ConnectionDirection? Direction) See(byte[] frame, ConnectionTracker? tracker = null)
    {
        TrackingResult packet = (tracker ?? _tracker).Track(frame);
        (tracker ?? _tracker).Confirm(packet);
        return (packet.State, packet.Direction);
    }

    private (ConnectionStates State, TcpState? Tcp) Segment(
        Ipv4Address from, Ipv4Address to, int flags, uint sequence, uint acknowledgement)
    {
        TrackingResult packet = _tracker.Track(Tcp(from, to, (byte)flags, sequence, acknowledgement));
        _tracker.Confirm(packet);
        return (packet.State, packet.Connection?.TcpState);
    }

    private Connection Open()
    {
        Segment(Client, Server, Syn, 100, 0);
        Segment(Server, Client, Syn | Ack, 500, 101);
        Segment(Client, Server, Ack, 101, 501);
        return _tracker.Connections.Single();
    }
}
