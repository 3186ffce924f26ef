using Lab.Reports.Captures;

namespace Lab.Tests.Reports.Captures;

public sealed class TestbedCaptureTests
{
    [TsharkFact]
    public void Every_frame_of_a_testbed_is_there_with_its_guest_and_its_fate()
    {
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.Create(path))
            {
                TestbedCapture.Write(SampleSuite.Result, "twin", file);
            }

            string[] read = Tshark.Read(path, "-T", "fields", "-E", "separator=;", "-e", "frame.interface_name", "-e", "frame.comment")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries);

            read.Should().HaveCount(8); // four sent; one was flooded as it is, one was flooded and spoilt
            read[0].Should().Be("alice;Honest traffic arrives (sample/spoofing.feature:12)\\n" +
                "When alice sends a UDP datagram to bob port 53\\nsent by alice, received by bob and carol");
            read[1].Should().StartWith("bob;").And.EndWith("received by bob, sent by alice");
            read[3].Should().Contain("received by nobody; dropped at the port of alice by no-mac-spoofing (fixtures/filters/no-mac-spoofing/filter.xml:");
            read[6].Should().StartWith("carol;").And.EndWith("received by carol, sent by nobody in this form");
        }
        finally
        {
            File.Delete(path);
        }
    }
}
