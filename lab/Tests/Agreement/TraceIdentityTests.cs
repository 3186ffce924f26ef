using Lab.Agreement;
using Lab.Contract.Testbeds;
using Lab.Engine.Diagnostics;
using Lab.Engine.Programs;

namespace Lab.Tests.Agreement;

public sealed class TraceIdentityTests
{
    private static readonly GuestName Guest = new("one"), Other = new("two");
    private static readonly Chain Root = new("root", [.. Enumerable.Range(1, 5).Select(line =>
        new Rule([], line == 5 ? Verdict.Reject : Verdict.Continue, new("test", new SourcePosition("test.xml", line, 1))))], ChainEnd.Accept);

    [Fact]
    public void The_same_rules_in_the_same_order_are_no_difference() =>
        Difference([Walk(Guest, Rule(0), Rule(2))], [Walk(Guest, Rule(0), Rule(2))]).Should().BeNull();

    [Fact]
    public void Another_order_is_a_difference_that_names_both() =>
        Difference([Walk(Guest, Rule(0), Rule(2))], [Walk(Guest, Rule(2), Rule(0))])
            .Should().Contain("frame 0").And.Contain("root[0] Continue at test.xml:1:1, root[2]").And.Contain("root[2] Continue at test.xml:3:1, root[0]");

    [Fact]
    public void A_rule_too_many_is_a_difference_on_either_side()
    {
        Difference([Walk(Guest, Rule(0), Rule(1))], [Walk(Guest, Rule(0))]).Should().NotBeNull();
        Difference([Walk(Guest, Rule(0))], [Walk(Guest, Rule(0), Rule(1))]).Should().NotBeNull();
    }

    [Fact]
    public void One_rule_or_several_of_those_that_a_set_stands_for_are_that_set()
    {
        MatchedRule set = new(Root, 1, 3, VerdictKind.Continue);

        Difference([Walk(Guest, Rule(0), Rule(2))], [Walk(Guest, Rule(0), set)]).Should().BeNull();
        Difference([Walk(Guest, Rule(1), Rule(3))], [Walk(Guest, set)]).Should().BeNull();
        Difference([Walk(Guest, Rule(0))], [Walk(Guest, set)]).Should().NotBeNull();
        Difference([Walk(Guest, Rule(1), Rule(4))], [Walk(Guest, set)]).Should().NotBeNull();
    }

    [Fact]
    public void What_a_rule_said_counts() =>
        Difference([Walk(Guest, Rule(0))], [Walk(Guest, Rule(0) with { Verdict = VerdictKind.Return })]).Should().NotBeNull();

    [Fact]
    public void Who_decided_counts_rule_or_end_of_chain()
    {
        StageWalk byRule = new(Guest, FilterPlace.ToGuest, [Rule(0)], new(StageVerdict.Accepted, Root.Rules[0]));

        Difference([byRule], [byRule with { Outcome = new(StageVerdict.Accepted, null) }]).Should().NotBeNull();
    }

    [Fact]
    public void A_stage_that_only_one_was_asked_for_is_a_difference() =>
        Difference([Walk(Guest, Rule(0)), Walk(Other, Rule(0))], [Walk(Guest, Rule(0))]).Should().Contain("nothing");

    [Fact]
    public void The_order_of_the_copies_of_a_frame_is_none() =>
        Difference([Walk(Guest, Rule(0)), Walk(Other, Rule(1))], [Walk(Other, Rule(1)), Walk(Guest, Rule(0))]).Should().BeNull();

    [Fact]
    public void Rejecting_is_dropping_on_layer_2_only()
    {
        StageWalk rejects = new(Guest, FilterPlace.FromGuest, [Rule(4) with { Verdict = VerdictKind.Reject }], new(StageVerdict.Rejected, Root.Rules[4]));
        StageWalk drops = new(Guest, FilterPlace.FromGuest, [Rule(4) with { Verdict = VerdictKind.Drop }], new(StageVerdict.Dropped, Root.Rules[4]));

        Difference([rejects], [drops]).Should().BeNull();
        Difference([rejects with { Place = FilterPlace.FromGuestForwarded }], [drops with { Place = FilterPlace.FromGuestForwarded }]).Should().NotBeNull();
    }

    [Fact]
    public void A_testbed_that_tells_nothing_is_not_compared() =>
        TraceIdentity.Difference("simulator", Seen(Walk(Guest, Rule(0))), "kernel", new([], []), out _).Should().BeNull();

    private static string? Difference(StageWalk[] one, StageWalk[] other) =>
        TraceIdentity.Difference("simulator", Seen(one), "kernel", Seen(other), out _);

    private static Observation Seen(params StageWalk[] walks) =>
        new([], [new(new(Guest, new byte[14]), []) { Walks = [.. walks] }]);

    private static StageWalk Walk(GuestName port, params MatchedRule[] matched) =>
        new(port, FilterPlace.FromGuest, [.. matched], new(StageVerdict.Accepted, null));

    private static MatchedRule Rule(int index) => new(Root, index, 1, VerdictKind.Continue);
}
