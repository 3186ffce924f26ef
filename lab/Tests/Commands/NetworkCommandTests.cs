using Lab.Commands;

namespace Lab.Tests.Commands;

[Collection("console")]
public sealed class NetworkCommandTests
{
    private static readonly string Invalid = Tree.At("fixtures/invalid");

    [Fact]
    public void What_no_testbed_interprets_is_named_and_is_no_mistake()
    {
        (int code, string output) = CommandLine.Run("network", "check", Path.Combine(Invalid, "not-interpreted.xml"));

        code.Should().Be(ExitCode.Success);
        output.Should().Contain("NF078: <bandwidth> is not interpreted").And.Contain("NF078: <tftp> is not interpreted")
            .And.EndWith("1 files, 0 errors, 5 warnings\n");
    }

    [Fact]
    public void Mistakes_are_found_in_every_file_and_the_code_says_so()
    {
        (int code, string output) = CommandLine.Run("network", "check",
            Path.Combine(Invalid, "networks", "routes.xml"), Path.Combine(Invalid, "networks", "ranges.xml"));

        code.Should().Be(ExitCode.Failed);
        output.Should().Contain("routes.xml:4:40: error NF073").And.Contain("ranges.xml:9:14: error NF073");
    }
}
