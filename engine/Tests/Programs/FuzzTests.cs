using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.Programs.Compiled;
using Lab.Engine.State;
using Lab.Engine.Tests.State;

namespace Lab.Engine.Tests.Programs;

/// <summary>
/// Spoilt frames through every view, every condition and the connection tracker: nothing may throw, hang or read beyond
/// the frame. Ten million of them: <c>LAB_FUZZ=10000000 dotnet test -c Release engine/Tests --filter FuzzTests</c>.
/// </summary>
public sealed class FuzzTests
{
    private static readonly long Frames = long.TryParse(Environment.GetEnvironmentVariable("LAB_FUZZ"), out long frames) ? frames : 20_000;

    private static readonly Origin Nowhere = new("every-condition", new("fuzz", 1, 1));

    [Fact]
    public void No_frame_makes_a_view_a_condition_or_the_tracker_fail()
    {
        Random random = new(int.TryParse(Environment.GetEnvironmentVariable("LAB_SEED"), out int seed) ? seed : 7);
        RandomFrames source = new(random);
        Stage everything = EveryCondition(random, source);
        CompiledStage compiled = CompiledStage.Of(everything)!;
        ManualClock clock = new();
        ConnectionTracker tracker = new(clock, capacity: 1000);
        ConnectionCounts counts = new(tracker);
        ulong read = 0;
        for (long i = 0; i < Frames; i++)
        {
            byte[] frame = source.Spoil(source.Sound());
            read += ReadEveryView(frame);
            clock.Advance(0.01);
            TrackingResult tracked = tracker.Track(frame);
            tracker.Confirm(tracked);
            counts.Now(tracked, frame);
            PacketContext context = new(tracked.State, tracked.Direction, counts);

            // A stage that only counts and goes on asks every condition of every frame.
            StageOutcome plain = Evaluator.Evaluate(everything, frame, context);
            if (compiled.Evaluate(frame, context) != plain)
            {
                Assert.Fail($"the evaluators disagree on {Convert.ToHexString(frame)}");
            }
        }

        read.Should().NotBe(0);
        tracker.Count.Should().BeLessThanOrEqualTo(1000);
    }

    /// <summary>A rule that does nothing for every kind of condition and every field, negated and not.</summary>
    private static Stage EveryCondition(Random random, RandomFrames frames)
    {
        RandomStages stages = new(random);
        var conditions = Enum.GetValues<Field>().SelectMany(field => (IEnumerable<Condition>)
        [
            stages.Comparison(field, frames.Sound()), stages.Range(field, frames.Sound()),
        ]);
        Condition[] others =
        [
            new GratuitousArp(), new IcmpTypeAndCode(false, 0, 255, 0, 255), new IcmpTypeAndCode(true, 0, 128, 0, 255, true),
            new TcpOptionPresent(3), new ConnectionStateIn(ConnectionStates.New), new ConnectionDirectionIs(ConnectionDirection.Reply),
            new ConnectionLimitAbove(2), new InIpSet("none", [SetDimension.Source]),
        ];
        ImmutableArray<Rule> rules = [.. conditions.Concat(others).Select(c => new Rule([c], Verdict.Continue, Nowhere))];
        return new([new("root", rules, ChainEnd.Accept)]);
    }

    /// <summary>Reads every property of every view that accepts the bytes; the sum keeps the compiler from leaving them out.</summary>
    private static ulong ReadEveryView(ReadOnlySpan<byte> frame)
    {
        ulong sum = 0;
        for (int at = 0; at < frame.Length && at < 60; at += 7)
        {
            sum += ReadNetwork(frame[at..]) + ReadTransport(frame[at..]);
        }

        if (EthernetView.TryRead(frame, out EthernetView ethernet))
        {
            sum += ethernet.Source.Bits + ethernet.Destination.Bits + (ulong)ethernet.Type + (ethernet.HasLength ? 1u : 0);
            sum += ReadNetwork(ethernet.Payload) + ReadTransport(ethernet.Payload);
        }

        return sum + (UpperLayer.TryFind(frame, out UpperLayer upper) ? (ulong)upper.Offset : 0);
    }

    private static ulong ReadNetwork(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        if (VlanView.TryRead(bytes, out VlanView vlan))
        {
            sum += (ulong)(vlan.Id + vlan.Priority + (int)vlan.EncapsulatedType + vlan.Payload.Length + (vlan.DropEligible ? 1 : 0));
        }

        if (LlcView.TryRead(bytes, out LlcView llc))
        {
            sum += (ulong)(llc.DestinationServicePoint + llc.SourceServicePoint + llc.Control + llc.SnapOrganisation + llc.Payload.Length + (int)(llc.SnapType ?? EtherType.Arp));
        }

        if (BpduView.TryRead(bytes, out BpduView bpdu) && bpdu.HasConfiguration)
        {
            sum += (ulong)(bpdu.Type + bpdu.Flags + bpdu.RootPriority + bpdu.RootCost + bpdu.SenderPriority + bpdu.Port + bpdu.MessageAge
                + bpdu.MaxAge + bpdu.HelloTime + bpdu.ForwardDelay) + bpdu.RootAddress.Bits + bpdu.SenderAddress.Bits;
        }

        if (ArpView.TryRead(bytes, out ArpView arp))
        {
            sum += (ulong)(arp.HardwareType + arp.ProtocolType + (int)arp.Operation);
            sum += arp.TryReadIpv4(out Ipv4Address sender, out Ipv4Address target) ? sender.Bits + target.Bits : 0ul;
            sum += arp.TryReadSenderMac(out MacAddress mac) ? mac.Bits : 0;
            sum += arp.TryReadTargetMac(out mac) ? mac.Bits : 0;
        }

        if (Ipv4View.TryRead(bytes, out Ipv4View four))
        {
            sum += four.Source.Bits + four.Destination.Bits + (ulong)(four.TotalLength + four.Id + four.FragmentOffset + four.TimeToLive + four.Dscp
                + four.TypeOfService + four.Checksum + four.Options.Length + four.Payload.Length + (int)four.Protocol);
            sum += four.ChecksumIsRight && four.DontFragment && four.MoreFragments && four.LengthIsSound ? 1ul : 0;
        }

        if (Ipv6View.TryRead(bytes, out Ipv6View six))
        {
            sum += (ulong)six.Source.Bits + (ulong)six.Destination.Bits + (ulong)(six.FlowLabel + six.Dscp + six.TrafficClass + six.HopLimit
                + six.Payload.Length + (int)six.NextHeader + (six.LengthIsSound ? 1 : 0));
            sum += six.TryFindUpperLayer(out UpperLayer upper) ? (ulong)upper.Offset : 0;
        }

        return sum;
    }

    private static ulong ReadTransport(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        if (TcpView.TryRead(bytes, out TcpView tcp))
        {
            sum += tcp.Sequence + tcp.Acknowledgement + (ulong)(tcp.SourcePort + tcp.DestinationPort + tcp.Window + (int)tcp.Flags + tcp.Payload.Length);
            sum += TcpOptions.Contains(tcp.Options, 255) ? 1ul : 0;
            foreach (TcpOption option in new TcpOptionList(tcp.Options))
            {
                sum += (ulong)(option.Kind + option.Data.Length);
            }
        }

        if (UdpView.TryRead(bytes, out UdpView udp))
        {
            sum += (ulong)(udp.SourcePort + udp.DestinationPort + udp.LengthOrCoverage + udp.Checksum + udp.Payload.Length);
        }

        if (SctpView.TryRead(bytes, out SctpView sctp))
        {
            sum += sctp.VerificationTag + (ulong)(sctp.SourcePort + sctp.DestinationPort + sctp.FirstChunk) + (sctp.ChecksumIsRight ? 1u : 0);
        }

        if (IcmpView.TryRead(bytes, out IcmpView icmp))
        {
            sum += (ulong)(icmp.Type + icmp.Code + icmp.Identifier + icmp.Sequence + icmp.Payload.Length);
        }

        if (IgmpView.TryRead(bytes, out IgmpView igmp))
        {
            sum += igmp.Type + (ulong)igmp.Group.Bits;
        }

        if (EspView.TryRead(bytes, out EspView esp))
        {
            sum += esp.SecurityParametersIndex + (ulong)esp.Sequence;
        }

        if (AhView.TryRead(bytes, out AhView ah))
        {
            sum += ah.SecurityParametersIndex + (ulong)ah.Sequence + (ulong)(ah.HeaderLength + (int)ah.NextHeader);
        }

        return sum;
    }
}
