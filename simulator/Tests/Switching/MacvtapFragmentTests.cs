using Lab.Engine.Packets;
using Lab.Simulator.Networks;
using Lab.Simulator.Networks.Ipv4;
using Lab.Simulator.Switching;
using Lab.Simulator.Time;
using static Lab.Simulator.Tests.Switching.TestSwitch;

namespace Lab.Simulator.Tests.Switching;

/// <summary>What a device with macvtaps does with fragments from its wire (switching.md section 5.7).</summary>
public sealed class MacvtapFragmentTests
{
    private static readonly MacAddress Group = MacAddress.Parse("01:00:5e:00:00:01");
    private static readonly byte[] Whole = Frames.Udp(Ipv4Address.Parse("10.0.0.91"), 5000, Ipv4Address.Parse("224.0.0.1"), 7, new byte[100]);

    private readonly VirtualClock _clock = new();
    private readonly List<byte[]> _got = [];
    private readonly LowerDevice _lower;

    public MacvtapFragmentTests()
    {
        _lower = new("eth0", Mac(0xE0), new Nobody(), new Nobody()) { Defragmenter = new GroupDefragmenter(_clock) };
        _lower.Attach(new("v1", Mac(1), MacvtapMode.Vepa), new Sink(_got));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fragments_for_a_group_come_as_one_frame_in_whatever_order(bool firstFirst)
    {
        _lower.ReceiveFromWire(Piece(Group, firstFirst));
        _got.Should().BeEmpty();
        _lower.ReceiveFromWire(Piece(Group, !firstFirst));

        _got.Should().ContainSingle().Which[EthernetView.Length..].Should().Equal(Whole);
    }

    [Fact]
    public void A_fragment_that_stays_alone_is_forgotten()
    {
        _lower.ReceiveFromWire(Piece(Group, first: true));
        _clock.Advance(TimeSpan.FromSeconds(31));
        _lower.ReceiveFromWire(Piece(Group, first: false));

        _got.Should().BeEmpty();
    }

    [Fact]
    public void Fragments_for_one_guest_pass_one_by_one()
    {
        _lower.ReceiveFromWire(Piece(Mac(1), first: false));

        _got.Should().ContainSingle();
    }

    [Fact]
    public void A_malformed_header_is_none_of_its_business()
    {
        byte[] lying = Piece(Group, first: true);
        lying[16] = 0xFF; // a total length beyond the frame

        _lower.ReceiveFromWire(lying);

        _got.Should().ContainSingle().Which.Should().Equal(lying);
    }

    private static byte[] Piece(MacAddress to, bool first)
    {
        const int cut = 64;
        byte[] packet = [.. Whole[..20], .. first ? Whole[20..(20 + cut)] : Whole[(20 + cut)..]];
        Ipv4Rewriter.SetTotalLength(packet, packet.Length);
        Ipv4Rewriter.Put(packet, 6, (ushort)(first ? 0x2000 : cut / 8));
        Ipv4Rewriter.Seal(packet);
        return Frames.Ethernet(to, Mac(9), EtherType.Ipv4, packet);
    }

    private sealed class Sink(List<byte[]> frames) : IFrameSink
    {
        public void Accept(ReadOnlySpan<byte> frame) => frames.Add(frame.ToArray());
    }

    private sealed class Nobody : IFrameSink
    {
        public void Accept(ReadOnlySpan<byte> frame)
        {
        }
    }
}
