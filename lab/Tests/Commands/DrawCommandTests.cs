using System.Xml.Linq;
using Lab.Commands;

namespace Lab.Tests.Commands;

[Collection("console")]
public sealed class DrawCommandTests
{
    private static readonly string CleanTraffic = Tree.At("features/clean-traffic.feature");
    private static readonly string Networks = Tree.At("features/networks/verdicts.feature");

    [Fact]
    public void Scenarios_with_the_same_world_share_a_drawing() =>
        CommandLine.Run("draw", CleanTraffic).Output.Should().Contain("├─ alice").And.Subject.Split("├─ alice").Should().HaveCount(2);

    [Fact]
    public void A_world_is_drawn_as_SVG() =>
        XElement.Parse(CommandLine.Run("draw", CleanTraffic, "--format", "svg").Output).Name.LocalName.Should().Be("svg");

    [Fact]
    public void Different_worlds_do_not_fit_in_one_picture_and_are_named()
    {
        (int code, string output) = CommandLine.Run("draw", Networks, "--format", "mermaid");

        code.Should().Be(ExitCode.BadInput);
        output.Should().Contain("different topologies").And.Contain("verdicts.feature:");
    }
}
