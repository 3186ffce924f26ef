using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.Programs.Explaining;
using Lab.Engine.State;
using Lab.Engine.Tests.Filters.Templates;

namespace Lab.Engine.Tests.Programs.Explaining;

/// <summary>Every verdict can say why, and what would have made it another.</summary>
public sealed class ExplainerTests
{
    private static readonly MacAddress Peer = MacAddress.Parse("52:54:00:00:00:fe");
    private static readonly FilterProgram Clean = Compiling.Stock("clean-traffic", "IP=10.0.0.5");

    [Fact]
    public void A_spoofed_address_is_named_with_the_address_that_would_have_passed()
    {
        Explanation found = Out("tcp 10.0.0.6:4000 > 10.0.0.1:80 syn");

        found.Passes.Should().BeFalse();
        found.Decider!.Outcome.Decider!.Origin.Filter.Should().Be("no-ip-spoofing");
        found.Decider.DecidingChain!.Name.Should().Be("ipv4-ip");
        found.Change!.Fields.Should().Equal(new FieldChange(Field.Ipv4Source, 0x0A00_0006, 0x0A00_0005));
    }

    [Fact]
    public void What_decided_is_shown_with_the_values_of_the_frame()
    {
        Explanation found = Out("arp who-has 10.0.0.1 tell 10.0.0.5");

        found.Passes.Should().BeTrue();
        found.Decider!.Deciding.Should().Equal(new ConditionAsked(FieldEquals.Exactly(EtherType.Arp), true, (ushort)EtherType.Arp));
    }

    [Fact]
    public void Two_wrong_fields_need_a_change_of_two()
    {
        Explanation found = Out("tcp 10.0.0.6:4000 > 10.0.0.1:80 syn from 52:54:00:11:22:32");

        found.Change!.Fields.Select(f => f.Field).Should().BeEquivalentTo([Field.EthernetSource, Field.Ipv4Source]);
    }

    [Fact]
    public void A_frame_of_no_interest_to_the_filter_passes_without_a_stage()
    {
        FilterProgram ip = Compiling.Program("<filter name='f'><rule action='drop' direction='in'><tcp/></rule></filter>");

        Explanation found = Explainer.Explain(ip, Route.FromGuest, PacketWords.Parse("ether 0x88b5", Compiling.Guest, Peer), default);

        (found.Passes, found.Decider, found.Change).Should().Be((true, null, null));
    }

    [Fact]
    public void To_the_guest_the_ip_stage_comes_first_and_from_the_guest_last()
    {
        FilterProgram both = Compiling.Program("""
            <filter name='f'><rule action='accept' direction='inout' priority='100'><ip/></rule><rule action='accept' direction='inout'><tcp/></rule></filter>
            """);
        byte[] frame = PacketWords.Parse("tcp 10.0.0.5:1 > 10.0.0.1:2", Compiling.Guest, Peer);
        PacketContext context = new(ConnectionStates.New, ConnectionDirection.Original);

        Explainer.Explain(both, Route.FromGuest, frame, context).Visits.Select(v => v.Name).Should()
            .Equal("layer 2, from the guest", "IPv4, from the guest to other ports");
        Explainer.Explain(both, Route.ToGuest, frame, context).Visits.Select(v => v.Name).Should()
            .Equal("IPv4, from other ports to the guest", "layer 2, to the guest");
        Explainer.Explain(both, Route.FromHostToGuest, frame, context).Visits.Should().ContainSingle();
    }

    [Fact]
    public void The_change_it_names_really_flips_the_verdict()
    {
        Random random = new(3);
        RandomFrames frames = new(random);
        int changed = 0;
        for (int i = 0; i < 300; i++)
        {
            byte[] frame = frames.Next();
            Stage stage = new RandomStages(random).Next([frame]);
            FilterProgram program = new(Meaning.Libvirt, stage, null, null, null);
            PacketContext context = EvaluatorAgreementTests.Context(random);
            Explanation found = Explainer.Explain(program, Route.FromGuest, frame, context);
            if (found.Change is not { } change)
            {
                continue;
            }

            changed++;
            byte[] other = [.. frame];
            foreach (FieldChange field in change.Fields)
            {
                FieldWriter.TryWrite(other, field.Field, field.To).Should().BeTrue();
            }

            Evaluator.Evaluate(stage, other, context).Passes.Should().Be(!found.Passes);
        }

        changed.Should().BeGreaterThan(30);
    }

    [Fact]
    public void A_field_reads_back_as_it_was_written()
    {
        Random random = new(5);
        RandomFrames frames = new(random);
        HashSet<Field> written = [];
        for (int i = 0; i < 3000; i++)
        {
            byte[] frame = frames.Sound();
            foreach (Field field in Enum.GetValues<Field>().Where(f => f is not (Field.Ipv6Protocol or Field.EbtStpType))) // these decide whether the header is there
            {
                UInt128 value = ((UInt128)(ulong)random.NextInt64() << 64 | (ulong)random.NextInt64()) & FieldTable.Of(field).AllOnes;
                byte[] changed = [.. frame];
                if (FieldWriter.TryWrite(changed, field, value) && FieldReader.TryRead(changed, field, out UInt128 read) == FieldPresence.Present)
                {
                    read.Should().Be(value, field.ToString());
                    _ = written.Add(field);
                }
            }
        }

        written.Should().HaveCount(Enum.GetValues<Field>().Length - 2);
    }

    private static Explanation Out(string words) =>
        Explainer.Explain(Clean, Route.FromGuest, PacketWords.Parse(words, Compiling.Guest, Peer), default);
}
