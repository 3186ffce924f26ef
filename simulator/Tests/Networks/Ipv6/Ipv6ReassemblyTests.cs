using FsCheck;
using FsCheck.Fluent;
using Lab.Engine.Packets;
using Lab.Simulator.Networks;
using Lab.Simulator.Networks.Ipv6;
using Lab.Simulator.Switching;
using Lab.Simulator.Time;

namespace Lab.Simulator.Tests.Networks.Ipv6;

public sealed class Ipv6ReassemblyTests
{
    private static readonly Ipv6Address From = Ipv6Address.Parse("2001:db8::1"), To = Ipv6Address.Parse("2001:db8::2");

    [Fact]
    public void Whatever_is_cut_and_put_together_again_is_what_it_was() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, 3000).Zip(Gen.Choose(56, 1500)).Zip(Gen.Choose(0, 1000)).ToArbitrary(), made =>
        {
            ((int length, int mtu), int seed) = made;
            byte[] packet = Frames.Udp(From, 1, To, 2, new byte[length]);
            List<byte[]> pieces = [];
            Ipv6Fragments.Send(
                Frames.Ethernet(default, default, EtherType.Ipv6, packet), EthernetView.Length, mtu, [], keepSizes: true, 7, new Wire(pieces));
            Ipv6Reassembly reassembly = new(new VirtualClock());

            Reassembled? whole = null;
            foreach (byte[] piece in pieces.OrderBy(_ => seed = seed * 1103515245 + 12345))
            {
                whole.Should().BeNull();
                reassembly.Concerns(piece.AsSpan(EthernetView.Length)).Should().BeTrue();
                whole = reassembly.Take(piece, out _);
            }

            whole!.Packet.Should().Equal(packet);
        }));

    [Fact]
    public void Pieces_that_overlap_in_part_spoil_everything_collected_so_far()
    {
        Ipv6Reassembly reassembly = new(new VirtualClock());

        Take(reassembly, 0, more: true, 64).Should().Be(Fate.HeldForReassembly);
        Take(reassembly, 56, more: true, 16).Should().Be(Fate.BrokenFragments);
        Take(reassembly, 64, more: false, 8).Should().Be(Fate.HeldForReassembly); // a collection of its own
    }

    [Theory]
    [InlineData(0, true, 60)] // not the last, and no multiple of eight bytes
    [InlineData(0, true, 0)] // no room for the header that it carries
    public void A_piece_that_cannot_be_one_goes_on_as_it_is(int offset, bool more, int length) =>
        new Ipv6Reassembly(new VirtualClock()).Concerns(Piece(offset, more, length)).Should().BeFalse();

    [Fact]
    public void After_a_minute_the_pieces_are_forgotten()
    {
        VirtualClock clock = new();
        Ipv6Reassembly reassembly = new(clock);
        Take(reassembly, 0, more: true, 64).Should().Be(Fate.HeldForReassembly);

        clock.Advance(TimeSpan.FromSeconds(60));

        Take(reassembly, 64, more: false, 8).Should().Be(Fate.HeldForReassembly);
    }

    private static Fate? Take(Ipv6Reassembly reassembly, int offset, bool more, int length) =>
        reassembly.Take(Frames.Ethernet(default, default, EtherType.Ipv6, Piece(offset, more, length)), out Fate fate) is null ? fate : null;

    private static byte[] Piece(int offset, bool more, int length) => Frames.Ipv6(From, To, IpProtocol.Fragment,
        [(byte)IpProtocol.Udp, 0, (byte)(offset >> 8), (byte)(offset | (more ? 1 : 0)), 0, 0, 0, 7, .. new byte[length]]);

    private sealed class Wire(List<byte[]> pieces) : IFrameSink
    {
        public void Accept(ReadOnlySpan<byte> frame) => pieces.Add(frame.ToArray());
    }
}
