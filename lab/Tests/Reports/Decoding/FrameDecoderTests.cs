using FsCheck;
using FsCheck.Fluent;
using Lab.Reports.Captures;
using Lab.Reports.Decoding;

namespace Lab.Tests.Reports.Decoding;

public sealed class FrameDecoderTests
{
    [Theory]
    [InlineData("arp request", "ARP who has 10.0.0.2? tell 10.0.0.1 at 52:54:00:00:00:01")]
    [InlineData("rarp", "RARP who is 52:54:00:00:00:01? tell 52:54:00:00:00:01")]
    [InlineData("tagged arp reply", "VLAN 5, ARP 10.0.0.1 is at 52:54:00:00:00:01")]
    [InlineData("ping", "IPv4 10.0.0.1 > 10.0.0.2, ICMP echo request id 7 seq 2")]
    [InlineData("port unreachable", "IPv4 10.0.0.2 > 10.0.0.1, ICMP destination unreachable: port")]
    [InlineData("syn with options", "IPv4 10.0.0.1 > 10.0.0.2, TCP 40000 > 22 SYN")]
    [InlineData("tcp over ipv6", "IPv6 2001:db8::1 > 2001:db8::2, TCP 40000 > 443 PSH ACK")]
    [InlineData("dns question", "IPv4 10.0.0.1 > 10.0.0.2, UDP 40000 > 53, DNS question A www.test")]
    [InlineData("dhcp discover", "IPv4 0.0.0.0 > 255.255.255.255, UDP 68 > 67, DHCP discover")]
    [InlineData("neighbour solicitation",
        "IPv6 2001:db8::1 > 2001:db8::2, ICMPv6 neighbour solicitation: who has 2001:db8::2?")]
    [InlineData("igmp report", "IPv4 10.0.0.1 > 224.0.0.1, IGMP 0x16 (membership report, version 2) 224.0.0.9")]
    [InlineData("sctp init", "IPv4 10.0.0.1 > 10.0.0.2, SCTP 40000 > 80 INIT")]
    [InlineData("esp", "IPv4 10.0.0.1 > 10.0.0.2, ESP index 0x00000100")]
    [InlineData("later fragment", "IPv4 10.0.0.1 > 10.0.0.2 fragment at 1480")]
    [InlineData("local experiment", "type 0x88b5 (local experiment)")]
    [InlineData("spanning tree", "LLC, STP root 32768/52:54:00:00:00:01, bridge 32768/52:54:00:00:00:01")]
    public void A_frame_is_summed_up_in_one_line(string frame, string summary) =>
        FrameDecoder.Decode(SampleFrames.All[frame]).Headline.Should().Be(summary);

    [Fact]
    public void A_wrong_checksum_is_named_with_the_right_one()
    {
        byte[] frame = [.. SampleFrames.All["ping"]];
        DecodedFrame sound = FrameDecoder.Decode(frame);
        string right = Field(sound, "IPv4", "checksum").Value;
        frame[24] ^= 0xFF;

        string wrong = Field(FrameDecoder.Decode(frame), "IPv4", "checksum").Value;

        right.Should().EndWith("(correct)");
        wrong.Should().EndWith($"(wrong, should be {right.Split(' ')[0]})");
    }

    [Fact]
    public void Flags_are_taken_apart()
    {
        DecodedField flags = Field(FrameDecoder.Decode(SampleFrames.All["tcp over ipv6"]), "TCP", "flags");

        flags.Parts.Where(part => part.Value == "yes").Select(part => part.Name).Should().Equal("PSH", "ACK");
    }

    [Fact]
    public void What_an_error_quotes_is_decoded_too() =>
        FrameDecoder.Decode(SampleFrames.All["port unreachable"]).Layers.Select(layer => layer.Name)
            .Should().Equal("Ethernet", "IPv4", "ICMP", "IPv4", "UDP", "Data");

    [Fact]
    public void Bytes_behind_the_packet_are_padding() =>
        FrameDecoder.Decode(SampleFrames.All["padded"]).Layers[^1].Should().Match<DecodedLayer>(
            layer => layer.Name == "Padding" && layer.Length == 17);

    [TsharkFact]
    public void Tshark_sees_the_same_layers_in_every_sample()
    {
        string capture = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.Create(capture))
            {
                PcapngWriter writer = new(file, DateTime.UnixEpoch, "test", ["port"]);
                foreach (byte[] frame in SampleFrames.All.Values)
                {
                    writer.Write(new("port", CaptureDirection.ToGuest, TimeSpan.Zero, frame, ""));
                }
            }

            string seen = Tshark.Read(capture, "-o", "ip.defragment:FALSE", "-T", "fields", "-e", "frame.protocols");

            seen.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Replace(":ethertype", "", StringComparison.Ordinal).Replace("igmp:igmp", "igmp", StringComparison.Ordinal))
                .Should().Equal(SampleFrames.All.Values.Select(frame => Protocols(FrameDecoder.Decode(frame))));
        }
        finally
        {
            File.Delete(capture);
        }
    }

    /// <summary>The law on which the report's highlighting rests, for good frames, cut ones and spoilt ones.</summary>
    [Fact]
    public void Layers_cover_the_frame_and_fields_lie_in_their_layer() =>
        Check.QuickThrowOnFailure(Prop.ForAll(AnyFrame, frame =>
        {
            int at = 0;
            foreach (DecodedLayer layer in FrameDecoder.Decode(frame).Layers)
            {
                layer.Offset.Should().Be(at);
                at += layer.Length;
                layer.Fields.Should().OnlyContain(field => field.Offset >= layer.Offset && field.Offset + field.Length <= at);
            }

            at.Should().Be(frame.Length);
        }));

    private static Arbitrary<byte[]> AnyFrame => (
        from sample in Gen.Elements(SampleFrames.All.Values.AsEnumerable())
        from length in Gen.Choose(0, sample.Length)
        from whole in Gen.Elements(true, false)
        from places in Gen.ListOf(Gen.Choose(0, sample.Length - 1))
        from value in Gen.Choose(0, 255)
        select Spoil(sample[..(whole ? sample.Length : length)], places, (byte)value)).ToArbitrary();

    private static byte[] Spoil(byte[] frame, IEnumerable<int> places, byte value)
    {
        foreach (int place in places.Where(place => place < frame.Length))
        {
            frame[place] = value;
        }

        return frame;
    }

    /// <summary>The layers by tshark's names.</summary>
    private static string Protocols(DecodedFrame frame) => string.Join(':', frame.Layers
        .Where(layer => layer.Name != "Padding")
        .Select(layer => layer.Name switch { "Ethernet" => "eth", "IPv4" => "ip", "RARP" => "arp", var name => name.ToLowerInvariant() }));

    private static DecodedField Field(DecodedFrame frame, string layer, string name) =>
        frame.Layers.First(found => found.Name == layer).Fields.First(field => field.Name == name);
}
