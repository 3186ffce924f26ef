using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Simulated;

namespace Lab.Tests.Simulated;

public sealed class SimulatedTestbedTests
{
    private static readonly MacAddress AliceMac = MacAddress.Parse("52:54:00:00:00:01");
    private static readonly GuestName Alice = new("alice"), Bob = new("bob"), Carol = new("carol");
    private static readonly Origin Line = new("no-broadcast", new SourcePosition("no-broadcast.xml", 3, 5));

    [Fact]
    public void Deliveries_come_grouped_by_port_with_the_reason_for_each_frame()
    {
        using ILiveTopology live = new SimulatedTestbed((_, _) => NoBroadcastToGuest).Build(Three(filterOf: Bob));
        byte[] broadcast = Frames.Ethernet(MacAddress.Broadcast, AliceMac, EtherType.Experimental1, new byte[8]);

        Observation seen = live.Send([new(Alice, broadcast), new(Alice, broadcast)]);

        seen.Deliveries.Select(d => d.At).Should().Equal(Carol, Carol);
        seen.Decisions.Should().HaveCount(2);
        seen.Decisions[0].Verdicts.Should().Equal(new PortVerdict(Bob, ToGuest: true, Passed: false, Line));
        seen.Decisions[0].Lines.Should().Contain(line => line.Contains("no-broadcast.xml:3:5"));
    }

    [Fact]
    public void The_same_stimuli_give_the_same_bytes_in_another_topology_of_the_same_kind()
    {
        using SimulatedTestbed testbed = new((_, _) => NoBroadcastToGuest);

        Run().Should().Equal(Run());

        string[] Run()
        {
            using ILiveTopology live = testbed.Build(Three(filterOf: Carol));
            return [.. live.Send(Enumerable.Range(0, 50).Select(i => new Stimulus(Alice, Frames.Ethernet(
                    MacAddress.FromBits((ulong)(i % 7)), AliceMac, EtherType.Experimental1, new byte[i]))).ToList())
                .Deliveries.Select(d => $"{d.At} {Convert.ToHexString(d.Frame.Span)}")];
        }
    }

    private static FilterProgram NoBroadcastToGuest => FilterProgram.Empty with
    {
        EthernetToGuest = new([new("root",
            [new([FieldEquals.Exactly(Field.EthernetDestination, MacAddress.Broadcast.Bits)], Verdict.Drop, Line)], ChainEnd.Accept)]),
    };

    private static Topology Three(GuestName filterOf) => new(
        ImmutableDictionary<string, FilterDefinition>.Empty,
        [.. new[] { Alice, Bob, Carol }.Select((name, i) => new Guest(
            name, MacAddress.FromBits(AliceMac.Bits + (ulong)i), name == filterOf ? new("no-broadcast", ParameterSet.Empty) : null))]);
}
