using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Engine.Diagnostics;
using Lab.Engine.Programs;
using Lab.Reports.Text;
using Lab.Scenarios.Running;

namespace Lab.Tests.Scenarios;

public sealed class ComparisonTests
{
    private static readonly GuestName Sender = new("alice");
    private static readonly Chain Root = new("root", [Rule(3), Rule(4)], ChainEnd.Accept);

    [Fact]
    public void Equal_deliveries_by_other_rules_are_a_disagreement_that_names_both()
    {
        Disagreement found = Comparison.Of([Run("simulator", 0), Run("kernel", 1)])!.Value.Should().ContainSingle().Subject;

        found.Port.Should().Be(Sender);
        FailureText.Words(found).Should().Contain("web.xml:3:1").And.Contain("web.xml:4:1");
    }

    [Fact]
    public void Equal_deliveries_by_the_same_rules_or_by_rules_that_nobody_tells_are_agreement()
    {
        Comparison.Of([Run("simulator", 0), Run("kernel", 0)])!.Value.Should().BeEmpty();
        Comparison.Of([Run("simulator", 0), Run("libvirt", null)])!.Value.Should().BeEmpty();
    }

    private static Rule Rule(int line) => new([], Verdict.Drop, new("web", new SourcePosition("web.xml", line, 1)));

    private static TestbedRun Run(string testbed, int? matched)
    {
        Stimulus sent = new(Sender, new byte[14]);
        Decision[] decisions = matched is not { } rule ? [] :
        [
            new(sent, [])
            {
                Walks = [new(Sender, FilterPlace.FromGuest, [new(Root, rule, 1, VerdictKind.Drop)], new(StageVerdict.Dropped, Root.Rules[rule]))],
            },
        ];
        return new(testbed, [], [new Exchange([sent], new([], [.. decisions]))], null, [], null, TimeSpan.Zero);
    }
}
