using Lab.Engine.Interop;

namespace Lab.Engine.Tests.Interop;

public sealed class ChildProcessTests
{
    private static readonly string Long = new('x', 1 << 20); // more than a pipe holds

    [Fact]
    public void What_a_tool_says_on_both_ways_is_read_to_the_end() =>
        ChildProcess.Run("sh", ["-c", "cat; seq 100000 >&2"], Long).Should().Match<ChildProcess>(
            tool => tool.ExitCode == 0 && tool.Output == Long && tool.Errors.EndsWith("\n100000\n", StringComparison.Ordinal));

    [Fact]
    public void A_tool_that_stops_reading_is_asked_why() =>
        ChildProcess.Run("sh", ["-c", "exec <&-; echo no >&2; exit 3"], Long).Should().Be(new ChildProcess(3, "", "no\n"));
}
