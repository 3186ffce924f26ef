using Lab.Reports;

namespace Lab.Tests.Reports;

public sealed class ReportFolderTests
{
    [TsharkFact]
    public void A_folder_holds_a_page_results_for_tools_and_a_capture_that_tshark_reads_for_each_testbed()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"nwlab-{Guid.NewGuid()}", "deeper");
        try
        {
            ReportFolder.Write(folder, SampleSuite.Result, "nwlab test");

            Directory.GetFiles(folder).Select(Path.GetFileName).Should().BeEquivalentTo(
                "report.html", "junit.xml", "cucumber.json", "cucumber.ndjson", "simulator.pcapng", "twin.pcapng");
            foreach (string capture in Directory.GetFiles(folder, "*.pcapng"))
            {
                Tshark.Read(capture).Should().NotBeEmpty();
            }
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
        }
    }
}
