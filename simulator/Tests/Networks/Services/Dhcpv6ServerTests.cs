using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Lab.Engine.Packets;
using Lab.Simulator.Networks;
using Lab.Simulator.Networks.Services;

namespace Lab.Simulator.Tests.Networks.Services;

/// <summary>switching.md section 7.3, and what no guest of a scenario says; the rest is in features/networks/dhcpv6.feature.</summary>
public sealed class Dhcpv6ServerTests
{
    private const byte Solicit = 1, Advertise = 2, Request = 3, Confirm = 4, Rebind = 6, Reply = 7, Decline = 9;

    private static readonly Ipv6Address AllServers = Ipv6Address.Parse("ff02::1:2"), Reserved = Ipv6Address.Parse("2001:db8:1::50");
    private static readonly byte[] ServerId = [0, 2, 0, 0, 0, 0, 1], Client = [0, 3, 0, 1, 0x52, 0x54, 0, 0, 0, 0x11], Other = [0, 3, 0, 1, 0x52, 0x54, 0, 0, 0, 0x12];

    private readonly ServedNetwork _net = new();

    [Fact]
    public void A_client_is_offered_the_address_that_its_identifier_hashes_to()
    {
        Serve();
        ulong hash = 1; // the identifier of the wish
        foreach (byte b in Client)
        {
            hash = b + hash * 65_599; // sdbm
        }

        Given(Answer(Message(Solicit, Client, Wish())))!.Value.Address.Bits.Should().Be(First.Bits + hash % 256);
    }

    [Fact]
    public void Rapid_commit_is_answered_by_a_reply()
    {
        Serve();
        byte[] offer = Answer(Message(Solicit, Client, Wish())), reply = Answer(Message(Solicit, Client, [.. Option(14, []), .. Wish()]));

        offer[0].Should().Be(Advertise);
        reply[0].Should().Be(Reply);
        Find(reply, 14).Should().NotBeNull();
        Given(reply).Should().Be(Given(offer));
    }

    [Fact]
    public void Times_that_a_client_wishes_for_are_heeded_within_reason()
    {
        Serve();
        (Ipv6Address address, _, _) = Given(Answer(Message(Solicit, Client, Wish())))!.Value;

        Given(Answer(Message(Request, Client, [.. Option(2, ServerId), .. Wish(address, preferred: 10, valid: 1000)]))).Should().Be((address, 120u, 1000u));
        Given(Answer(Message(Request, Client, [.. Option(2, ServerId), .. Wish(address, preferred: 1000, valid: 999)]))).Should().Be((address, 86_400u, 86_400u));
    }

    [Theory]
    [InlineData(Request, false)] // names no server
    [InlineData(Confirm, true)] // names one
    [InlineData(99, true)]
    public void What_is_not_for_this_server_is_not_answered(byte kind, bool named)
    {
        Serve();

        _net.Send(Message(kind, Client, [.. named ? Option(2, ServerId) : [], .. Wish(First)])).Should().BeEmpty();
    }

    [Fact]
    public void An_address_of_another_network_is_not_confirmed()
    {
        Serve();

        Status(Answer(Message(Confirm, Client, Wish(Ipv6Address.Parse("2001:db8:2::1"))))).Should().Be((4, "confirm failed"));
    }

    [Fact]
    public void An_address_in_use_is_not_given_twice()
    {
        Serve();
        Ipv6Address address = Given(Answer(Message(Rebind, Client, Wish(First))))!.Value.Address;

        Given(Answer(Message(Solicit, Other, Wish(address))))!.Value.Address.Should().NotBe(address);
        Status(Answer(Message(Request, Other, [.. Option(2, ServerId), .. Wish(address)]))).Should().Be((2, "no addresses available"));
    }

    [Fact]
    public void A_reserved_address_that_was_declined_rests_for_ten_minutes()
    {
        Serve(new Dhcpv6Reservation([.. Client], null, Reserved, null));
        Given(Answer(Message(Solicit, Client, Wish())))!.Value.Address.Should().Be(Reserved);

        _ = Answer(Message(Decline, Client, [.. Option(2, ServerId), .. Wish(Reserved)]));

        Given(Answer(Message(Solicit, Client, Wish())))!.Value.Address.Should().NotBe(Reserved);
        _net.Clock.Advance(TimeSpan.FromMinutes(10));
        Given(Answer(Message(Solicit, Client, Wish())))!.Value.Address.Should().Be(Reserved);
    }

    [Fact]
    public void Cut_messages_and_options_are_no_questions()
    {
        Serve();
        byte[] whole = Message(Solicit, Client, Wish());
        for (int length = Ipv6View.Length + UdpView.Length; length < whole.Length; length++)
        {
            byte[] cut = Frames.Udp(ServedNetwork.Guest, Dhcpv6Server.ClientPort, AllServers, Dhcpv6Server.ServerPort, whole.AsSpan(Ipv6View.Length + UdpView.Length, length - Ipv6View.Length - UdpView.Length));
            _net.Send(cut).Should().HaveCountLessThan(2, "{0} bytes", length);
        }
    }

    private static Ipv6Address First => Ipv6Address.Parse("2001:db8:1::100");

    private void Serve(params ImmutableArray<Dhcpv6Reservation> reservations) => _net.Host.Services.Listen(Dhcpv6Server.ServerPort, new Dhcpv6Server(
        _net.Host, _net.Bridge, new(new(ServedNetwork.Own, 64), [.. ServerId], [new(First, new(First.Bits + 255))], reservations, true, false), _net.Clock));

    /// <summary>What the one datagram carries that comes back.</summary>
    private byte[] Answer(byte[] question) => _net.Send(question).Should().ContainSingle().Subject[(Ipv6View.Length + UdpView.Length)..];

    private static byte[] Message(byte kind, byte[] client, byte[] more) => Frames.Udp(
        ServedNetwork.Guest, Dhcpv6Server.ClientPort, AllServers, Dhcpv6Server.ServerPort, [kind, 1, 2, 3, .. Option(1, client), .. more]);

    private static byte[] Wish(Ipv6Address? address = null, uint preferred = 0, uint valid = 0) => Option(3,
        [0, 0, 0, 1, .. new byte[8], .. address is { } wanted ? Option(5, [.. IpNumber.Of(wanted).ToBytes(), .. NetworkOrder.Bytes(preferred), .. NetworkOrder.Bytes(valid)]) : []]);

    private static byte[] Option(byte code, byte[] value) => [0, code, 0, (byte)value.Length, .. value];

    private static byte[]? Find(ReadOnlySpan<byte> answer, byte code) =>
        new Dhcpv6Options(answer[4..]).Find((Dhcpv6Option)code, out ReadOnlySpan<byte> value) ? value.ToArray() : null;

    private static (Ipv6Address Address, uint Preferred, uint Valid)? Given(byte[] answer) =>
        Find(answer, 3) is { Length: > 12 } wish && new Dhcpv6Options(wish.AsSpan(12)).Find((Dhcpv6Option)5, out ReadOnlySpan<byte> address)
            ? (Ipv6Address.Read(address), BinaryPrimitives.ReadUInt32BigEndian(address[16..]), BinaryPrimitives.ReadUInt32BigEndian(address[20..])) : null;

    private static (int Code, string Words) Status(byte[] answer) =>
        Find(answer, 13) is { } status ? (status[1], Encoding.ASCII.GetString(status.AsSpan(2))) : default;
}
