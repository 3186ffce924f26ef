using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Kernel;

namespace Lab.Tests.Kernel;

public sealed class KernelTestbedTests
{
    private static readonly Origin Somewhere = new("test", new SourcePosition("test.xml", 3, 5)), Elsewhere = new("test", new SourcePosition("test.xml", 4, 5));
    private static readonly GuestName One = new("one"), Two = new("two"), Three = new("three");

    [KernelFact]
    public void Frames_between_guests_without_filter_arrive_unchanged()
    {
        using ILiveTopology live = Build(Guest(One, null), Guest(Two, null), Guest(Three, null));

        Observation seen = live.Send([new(One, Frame(Two, One)), new(Two, Frame(One, Two))]);

        // The first is flooded, since nobody has spoken before; the second goes to the learnt port only.
        seen.Deliveries.Select(d => (d.At, Hex(d.Frame))).Should().Equal(
            (One, Hex(Frame(One, Two))), (Two, Hex(Frame(Two, One))), (Three, Hex(Frame(Two, One))));
    }

    [KernelFact]
    public void A_frame_that_the_senders_program_drops_arrives_nowhere()
    {
        FilterProgram onlyOwnAddress = FromGuest(
            new([FieldEquals.Exactly(Field.EthernetSource, MacOf(One).Bits)], Verdict.Return, Somewhere),
            new([], Verdict.Drop, Somewhere));
        using ILiveTopology live = Build(Guest(One, onlyOwnAddress), Guest(Two, null));

        Observation seen = live.Send([new(One, Frame(Two, Three)), new(One, Frame(Two, One))]);

        seen.Deliveries.Should().ContainSingle().Which.Frame.ToArray().Should().Equal(Frame(Two, One));
    }

    [KernelFact]
    public void The_description_names_the_XML_line_of_a_rule_and_how_often_it_was_met()
    {
        using ILiveTopology live = Build(Guest(One, FromGuest(new Rule([], Verdict.Drop, Somewhere))), Guest(Two, null));

        live.Send([new(One, Frame(Two, One)), new(One, Frame(Two, One))]);

        live.Describe().Should().Contain("counter packets 2").And.Contain("test.xml:3:5");
    }

    [KernelFact]
    public void A_tracing_kernel_names_the_rules_that_each_frame_matched_and_what_they_said()
    {
        Rule foreign = new([FieldEquals.Exactly(Field.EthernetSource, MacOf(One).Bits, negated: true)], Verdict.Drop, Somewhere);
        Rule counted = new([FieldEquals.Exactly(Field.EthernetDestination, MacOf(Two).Bits)], Verdict.Continue, Elsewhere);
        using ILiveTopology live = Build(tracing: true, Guest(One, FromGuest(foreign, counted)), Guest(Two, null));

        Observation seen = live.Send([new(One, Frame(Two, Three)), new(One, Frame(Two, One)), new(Two, Frame(One, Two))]);

        seen.Decisions.Select(decision => string.Join('|', decision.Lines)).Should().Equal(
            "one: the sender's layer-2 filter is asked|  chain root|    matched: drop at test (test.xml:3:5)|  dropped by test (test.xml:3:5)",
            "one: the sender's layer-2 filter is asked|  chain root|    matched: continue at test (test.xml:4:5)|  accepted by the end of the chain",
            "");
        seen.Decisions[0].Verdicts.Should().Equal(new PortVerdict(One, ToGuest: false, Passed: false, Somewhere));
    }

    [KernelFact]
    public void One_of_several_values_that_a_set_holds_is_named_as_one_of_them()
    {
        Rule[] values = [.. new[] { Two, One, Three }.Select(name => new Rule([FieldEquals.Exactly(Field.EthernetSource, MacOf(name).Bits)], Verdict.Drop, Somewhere))];
        using ILiveTopology live = Build(tracing: true, Guest(One, FromGuest(values)), Guest(Two, null));

        MatchedRule matched = live.Send([new(One, Frame(Two, One))]).Decisions.Single().Walks.Single().Matched.Single();

        (matched.First, matched.Count).Should().Be((0, 3));
    }

    [KernelFact]
    public void More_frames_than_a_tap_can_hold_all_arrive()
    {
        using ILiveTopology live = Build(Guest(One, null), Guest(Two, null));

        Observation seen = live.Send([.. Enumerable.Repeat(new Stimulus(One, Frame(Two, One)), 5000)]);

        seen.Deliveries.Should().HaveCount(5000);
    }

    private static ILiveTopology Build(params (Guest Guest, FilterProgram? Program)[] guests) => Build(tracing: false, guests);

    private static ILiveTopology Build(bool tracing, params (Guest Guest, FilterProgram? Program)[] guests)
    {
        Dictionary<GuestName, FilterProgram?> programs = guests.ToDictionary(g => g.Guest.Name, g => g.Program);
        using KernelTestbed testbed = new(new NftBackend(), (_, guest) => programs[guest.Name]!) { Tracing = tracing };
        return testbed.Build(new(ImmutableDictionary<string, FilterDefinition>.Empty, [.. guests.Select(g => g.Guest)]));
    }

    private static (Guest, FilterProgram?) Guest(GuestName name, FilterProgram? program) =>
        (new(name, MacOf(name), program is null ? null : new("test", ParameterSet.Empty)), program);

    private static FilterProgram FromGuest(params Rule[] rules) =>
        FilterProgram.Empty with { EthernetFromGuest = new([new("root", [.. rules], ChainEnd.Accept)]) };

    private static MacAddress MacOf(GuestName name) => MacAddress.FromBits(0x5254_0000_0000ul + (uint)name.Text.Length * 256u + name.Text[0]);

    private static byte[] Frame(GuestName to, GuestName from)
    {
        byte[] frame = [.. Enumerable.Range(0, 60).Select(i => (byte)(i * 7))];
        MacOf(to).Write(frame);
        MacOf(from).Write(frame.AsSpan(6));
        frame[12] = 0x88;
        frame[13] = 0xB6;
        return frame;
    }

    private static string Hex(ReadOnlyMemory<byte> frame) => Convert.ToHexString(frame.Span);
}
