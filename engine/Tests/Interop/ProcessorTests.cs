using Lab.Engine.Interop;

namespace Lab.Engine.Tests.Interop;

public sealed class ProcessorTests
{
    [Fact]
    public void A_thread_stays_where_it_is_until_it_is_released()
    {
        string before = Allowed(), meanwhile;
        using (Processor.Stay())
        {
            meanwhile = Allowed();
        }

        meanwhile.Should().MatchRegex("^[0-9]+$", "one processor and no range of them");
        Allowed().Should().Be(before);

        static string Allowed() => File.ReadLines("/proc/thread-self/status").First(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split('\t')[1];
    }
}
