using Lab.Contract.Traffic;

namespace Lab.Tests.Contract.Traffic;

public sealed class CaptureReaderTests
{
    private const string PcapHeader = "d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000";

    [Fact]
    public void A_pcap_file_gives_its_frames_in_order() =>
        Read(PcapHeader + "00000000 00000000 03000000 03000000 aabbcc  00000000 00000000 01000000 40000000 dd")
            .Should().BeEquivalentTo(new byte[][] { [0xAA, 0xBB, 0xCC], [0xDD] }, o => o.WithStrictOrdering());

    [Fact]
    public void A_pcap_file_of_the_other_byte_order_is_the_same() =>
        Read("a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001 00000000 00000000 00000002 00000002 aabb")
            .Should().BeEquivalentTo(new byte[][] { [0xAA, 0xBB] });

    [Fact]
    public void A_pcapng_file_gives_its_packets_and_skips_what_it_does_not_know() =>
        Read("0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
            + "01000000 14000000 0100 0000 00000400 14000000"
            + "ff000000 10000000 12345678 10000000"
            + "06000000 24000000 00000000 00000000 00000000 02000000 02000000 aabb0000 24000000")
            .Should().BeEquivalentTo(new byte[][] { [0xAA, 0xBB] });

    [Theory]
    [InlineData("00", "the file is too short for a capture")]
    [InlineData("000000000000000000000000000000000000000000000000", "the file is neither pcap nor pcapng")]
    [InlineData("d4c3b2a1 0200 0400 00000000 00000000 00000400 71000000", "the capture holds link type 113, not Ethernet")]
    [InlineData(PcapHeader + "00000000 00000000 05000000 05000000 aa", "the capture ends in the middle of a packet")]
    [InlineData(PcapHeader + "00000000", "the capture ends in the middle of a packet")]
    [InlineData("0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000 01000000 ff000000 0100", "the capture ends in the middle of a packet")]
    public void A_file_that_is_none_is_refused_with_a_reason(string hexadecimal, string reason)
    {
        Action reading = () => Read(hexadecimal);

        reading.Should().Throw<InvalidDataException>().WithMessage(reason);
    }

    private static IReadOnlyList<byte[]> Read(string hexadecimal) =>
        CaptureReader.Read(Convert.FromHexString(hexadecimal.Replace(" ", "", StringComparison.Ordinal)));
}
