using System.Collections.Immutable;
using Lab.Benchmarks;
using Lab.Engine.Apply;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;
using Lab.Tests.Kernel;
using Lab.Live;

namespace Lab.Tests.Live;

/// <summary>The eight bits of the mark that carry states lie where the operator says, and nobody else's bits are touched.</summary>
public sealed class MarkBitsTests
{
    /// <summary>Somebody marks every packet on its way in, and counts those that still have all his bits, and none of ours, on their way out.</summary>
    private const string Somebody = """
        table bridge somebody {
          chain before { type filter hook prerouting priority -400; meta mark set 0xff00ffff
          }
          chain behind { type filter hook postrouting priority 400; meta mark 0xff00ffff counter
          }
        }
        """;

    private const string Replies = """
        <filter name='replies'>
          <rule action='accept' direction='out'><udp state='NEW,ESTABLISHED'/></rule>
          <rule action='accept' direction='in'><udp state='ESTABLISHED'/></rule>
          <rule action='drop' direction='inout'><all/></rule>
        </filter>
        """;

    [KernelFact]
    public void States_travel_in_the_chosen_bits_and_all_others_stay_as_they_are()
    {
        using TapPair taps = TapPair.Create();
        using KernelFirewall kernel = new(taps.Space);
        taps.Space.SetSysctl("net/bridge/bridge-nf-call-iptables", "1");
        kernel.Run(new(KernelTool.Nft, Somebody, []));
        kernel.Run(new NftBackend(firstMarkBit: () => 16).Change([], [Policy()]).Value!.Commands.Single());

        byte[] question = Udp(0, 1), answer = Udp(1, 0);
        Passes(taps.Receiver, taps.Sender, answer).Should().BeFalse("nobody asked");
        Passes(taps.Sender, taps.Receiver, question).Should().BeTrue();
        Passes(taps.Receiver, taps.Sender, answer).Should().BeTrue();

        kernel.ListNft("list table bridge somebody", counters: true).Should().Contain("packets 2 ");
    }

    [Theory]
    [InlineData("25")]
    [InlineData("-1")]
    [InlineData("high")]
    public void Bits_that_are_not_all_in_the_mark_are_refused(string first) =>
        FluentActions.Invoking(() => MarkBits.Parse(first)).Should().Throw<UserMistakeException>().WithMessage($"*'{first}'*");

    private static PortPolicy Policy()
    {
        FilterDefinition filter = FilterReader.Read("replies.xml", Replies).Filter!;
        ImmutableDictionary<string, FilterDefinition> filters = ImmutableDictionary<string, FilterDefinition>.Empty.Add(filter.Name, filter);
        return new(BoundPorts.Device(0), ProgramCompiler.Compile(filters, filter.Name, BoundPorts.Mac(0), ParameterSet.Empty).Port!);
    }

    private static byte[] Udp(int from, int to) => Frames.Ethernet(BoundPorts.Mac(to), BoundPorts.Mac(from), EtherType.Ipv4,
        Frames.Udp(BoundPorts.Ip(from), 4000, BoundPorts.Ip(to), 4000, new byte[18]));

    private static bool Passes(Engine.Interop.TapDevice from, Engine.Interop.TapDevice to, byte[] frame)
    {
        _ = from.TryWrite(frame);
        return to.HasDelivered(frame);
    }
}
