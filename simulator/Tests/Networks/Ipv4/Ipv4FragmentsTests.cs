using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Simulator.Networks.Ipv4;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Tests.Networks.Ipv4;

/// <summary>switching.md section 4.7, and what ip_do_fragment does with pieces that it cannot hand on as they came.</summary>
public sealed class Ipv4FragmentsTests
{
    private static readonly Ipv4Address From = Ipv4Address.Parse("192.168.122.11"), To = Ipv4Address.Parse("10.0.0.9");

    [Fact]
    public void Pieces_leave_as_they_came_and_may_be_cut_from_then_on() =>
        Sent(IpProtocol.Udp, [8, 24, 7], linear: 0).Should().Equal((8, 0x2000), (24, 0x2001), (7, 0x0004));

    [Theory]
    [InlineData(20)]
    [InlineData(12)]
    public void Where_somebody_wants_more_than_the_first_they_are_cut_as_the_largest_allows(int linear) =>
        Sent(IpProtocol.Tcp, [8, 24, 7], linear).Should().Equal((24, 0x6000), (15, 0x4003));

    [Fact]
    public void What_is_wanted_may_fill_the_first_and_leave_the_others_apart() =>
        Sent(IpProtocol.Icmp, [24, 32, 7], linear: 32).Should().Equal((32, 0x2000), (24, 0x2004), (7, 0x0007));

    [Fact]
    public void Copies_are_cut_as_the_largest_allows() =>
        Sent(IpProtocol.Udp, [8, 24, 7], linear: 0, shared: true).Should().Equal((24, 0x6000), (15, 0x4003));

    [Fact]
    public void A_bridge_does_not_know_any_more_what_forbade_to_cut() =>
        Sent(IpProtocol.Udp, [8, 24, 7], linear: 0, shared: true, keepsFlag: false).Should().Equal((24, 0x2000), (15, 0x0003));

    [Theory]
    [InlineData(IpProtocol.Tcp, true, false, 20)]
    [InlineData(IpProtocol.Tcp, false, true, 20)]
    [InlineData(IpProtocol.Tcp, false, false, 0)]
    [InlineData(IpProtocol.Udp, true, true, 0)]
    [InlineData(IpProtocol.Sctp, false, false, 12)]
    public void Whose_header_is_wanted_whole(IpProtocol protocol, bool routed, bool translated, int bytes) =>
        Ipv4Fragments.Linear(Frames.Ipv4(From, To, protocol, new byte[40]), routed, related: false, translated).Should().Be(bytes);

    [Theory]
    [InlineData(false, false, 0)]
    [InlineData(true, false, 28)]
    [InlineData(true, true, 36)]
    public void Of_an_error_translation_wants_the_header_that_it_quotes_and_what_it_changes_behind_it(bool related, bool translated, int bytes) =>
        Ipv4Fragments.Linear(Frames.Icmp(From, To, 3, 3, 0, Frames.Udp(To, 53, From, 5000, new byte[9])), routed: true, related, translated).Should().Be(bytes);

    private static (int Length, int Field)[] Sent(IpProtocol protocol, ImmutableArray<int> sizes, int linear, bool shared = false, bool keepsFlag = true)
    {
        byte[] packet = Frames.Ipv4(From, To, protocol, new byte[sizes.Sum()]);
        Ipv4Rewriter.Put(packet, 6, 0x4000);
        Ipv4Rewriter.Seal(packet);
        Pieces seen = new();
        Ipv4Fragments.SendAgain(Frames.Ethernet(default, default, EtherType.Ipv4, packet), 14, 1500, sizes, linear, shared, keepsFlag, seen);
        return [.. seen.Frames.Select(frame => (frame.Length - 34, (int)Ipv4Rewriter.Word(frame, 20)))];
    }

    private sealed class Pieces : IFrameSink
    {
        public List<byte[]> Frames { get; } = [];

        public void Accept(ReadOnlySpan<byte> frame) => Frames.Add(frame.ToArray());
    }
}
