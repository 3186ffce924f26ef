using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Engine.Packets;
using Lab.Reports.Html;
using Lab.Scenarios.Reading;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;

namespace Lab.Tests.Reports.Html;

public sealed class PageWriterTests
{
    [Fact]
    public void Frames_that_differ_only_where_a_kernel_is_free_are_one_row_and_both_are_kept()
    {
        PageJourney journey = Journeys(EchoReply(identification: 0), EchoReply(identification: 77)).Should().ContainSingle().Subject;

        journey.From.Should().BeNull();
        journey.Runs.Select(fate => fate!.At.Single()).Should().Equal("alice", "alice");
        journey.Runs[0]!.Frame.Should().BeNull();
        journey.Runs[1]!.Frame.Should().NotBeNull().And.NotBe(journey.Frame);
    }

    [Fact]
    public void Frames_that_differ_elsewhere_are_two_rows()
    {
        byte[] other = EchoReply(0);
        other[^1] ^= 1;

        Journeys(EchoReply(0), other).Should().HaveCount(2);
    }

    private static IEnumerable<PageJourney> Journeys(byte[] one, byte[] other)
    {
        Step step = new("When", "something answers", null, null, new("a.feature", 3, 5), false);
        Scenario scenario = new("f", "s", "", [], new("a.feature", 2, 3), [step]);
        ScenarioResult result = new(scenario, 1, [Run("one", step, one), Run("two", step, other)], [], []);
        Feature feature = new("a.feature", "", "en", "f", "", [], [scenario]);
        SuiteResult suite = new([new(feature, [result])], [], ["one", "two"], [], 1, DateTimeOffset.UnixEpoch, TimeSpan.Zero);
        return PageWriter.Write(suite, "test").Features[0].Scenarios[0].Steps[0].Exchanges[0].Journeys;
    }

    private static TestbedRun Run(string testbed, Step step, byte[] delivered) => new(
        testbed, [new(step, Outcome.Passed, null, [], TimeSpan.Zero, (0, 1))],
        [new Exchange([], new([new Delivery(new GuestName("alice"), delivered)], []))], null, [], null, TimeSpan.Zero);

    private static byte[] EchoReply(ushort identification) => Frames.Ethernet(
        MacAddress.Broadcast, default, EtherType.Ipv4,
        Frames.Ipv4(default, new(1), IpProtocol.Icmp, [0, 0, 0, 0, 0, 0, 0, 0], identification: identification));
}
