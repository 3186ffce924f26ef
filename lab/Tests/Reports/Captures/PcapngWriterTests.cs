using Lab.Reports.Captures;

namespace Lab.Tests.Reports.Captures;

public sealed class PcapngWriterTests
{
    private static readonly DateTime Beginning = new(2024, 2, 29, 12, 0, 0, DateTimeKind.Utc);

    [TsharkFact]
    public void Tshark_reads_interfaces_directions_times_and_comments_without_a_warning()
    {
        byte[] ping = SampleFrames.All["ping"];
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.Create(path))
            {
                PcapngWriter writer = new(file, Beginning, "test", ["alice", "bob"]);
                writer.Write(new("alice", CaptureDirection.FromGuest, TimeSpan.FromMilliseconds(1), ping,
                    "dropped by no-mac-spoofing (filter.xml:3:5)\nsecond line, ümlaut"));
                writer.Write(new("bob", CaptureDirection.ToGuest, TimeSpan.FromMilliseconds(2), ping, ""));
            }

            string read = Tshark.Read(path, "-T", "fields", "-E", "separator=;", "-e", "frame.interface_name",
                "-e", "frame.packet_flags_direction", "-e", "frame.time_epoch", "-e", "frame.comment");

            read.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Equal(
                "alice;0x00000002;1709208000.001000000;dropped by no-mac-spoofing (filter.xml:3:5)\\nsecond line, ümlaut",
                "bob;0x00000001;1709208000.002000000;");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_comment_too_long_for_the_format_is_cut_between_characters()
    {
        using MemoryStream file = new();
        PcapngWriter writer = new(file, Beginning, "test", ["a"]);
        long before = file.Length;

        writer.Write(new("a", CaptureDirection.ToGuest, TimeSpan.Zero, new byte[14], new string('€', 30_000)));

        // 65535 is a multiple of the three bytes of '€'; one byte of padding follows
        (file.Length - before).Should().Be(12 + 20 + 16 + 4 + 65535 + 1 + 8 + 4);
    }
}
