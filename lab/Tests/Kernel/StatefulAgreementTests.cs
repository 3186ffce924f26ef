using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;
using Lab.Kernel;
using Lab.Testbeds;

namespace Lab.Tests.Kernel;

/// <summary>Connections through stateful rules: nft in the bridge hooks against iptables with physdev, on the same frames.</summary>
public sealed class StatefulAgreementTests
{
    private static readonly GuestName One = new("one"), Two = new("two"), Free = new("free");
    private static readonly ImmutableDictionary<GuestName, (MacAddress Mac, Ipv4Address Ip, Ipv6Address Ip6)> Addresses =
        new[] { One, Two, Free }.Select((name, i) => (name, i)).ToImmutableDictionary(g => g.name, g => (
            MacAddress.FromBits(0x5254_0000_0001ul + (uint)g.i), new Ipv4Address(0x0A00_0001u + (uint)g.i),
            new Ipv6Address(new UInt128(0xFD00_0000_0000_0000, 1ul + (uint)g.i))));

    [KernelTheory]
    [InlineData("<rule action='accept' direction='in'><tcp dstportstart='80'/></rule><rule action='drop' direction='inout'><all/></rule>")]
    [InlineData("<rule action='accept' direction='out'><tcp/></rule><rule action='accept' direction='in'><icmp type='8'/></rule><rule action='accept' direction='out'><icmp type='0'/></rule><rule action='drop' direction='inout'><all/></rule>")]
    [InlineData("<rule action='accept' direction='out'><udp dstportstart='53' dstportend='60'/></rule><rule action='reject' direction='in'><tcp/></rule>")]
    [InlineData("<rule action='drop' direction='out'><all state='INVALID'/></rule><rule action='accept' direction='inout'><all state='ESTABLISHED,RELATED'/></rule><rule action='accept' direction='out'><tcp/></rule><rule action='drop' direction='inout'><all/></rule>")]
    [InlineData("<rule action='accept' direction='out'><tcp-ipv6/></rule><rule action='drop' direction='inout'><all-ipv6/></rule>")]
    [InlineData("<rule action='accept' direction='in'><tcp srcmacaddr='52:54:00:00:00:03' match='no'/></rule><rule action='drop' direction='in'><all/></rule>")]
    public void Nft_and_iptables_deliver_the_same(string rules)
    {
        ReadResult read = FilterReader.Read("test.xml", $"<filter name='test'>{rules}</filter>");
        Topology topology = new(
            ImmutableDictionary<string, FilterDefinition>.Empty.Add("test", read.Filter!),
            [.. new[] { One, Two, Free }.Select(name => new Guest(name, Addresses[name].Mac, name == Free ? null : new("test", ParameterSet.Empty)))]);
        List<Stimulus> stimuli = [.. Conversations()];

        List<string> nft = Run(new NftBackend(), topology, stimuli), iptables = Run(new EbiptablesBackend(), topology, stimuli);

        for (int i = 0; i < stimuli.Count; i++)
        {
            nft[i].Should().Be(iptables[i], "of frame {0} from {1}: {2}", i, stimuli[i].From, Convert.ToHexString(stimuli[i].Frame.Span));
        }

        nft.Distinct().Count().Should().BeGreaterThan(2, "a filter under test lets something pass and stops something");
    }

    private static List<string> Run(IBackend backend, Topology topology, List<Stimulus> stimuli)
    {
        using KernelTestbed testbed = new(backend, PortPrograms.Compile);
        using ILiveTopology live = testbed.Build(topology);
        return [.. stimuli.Select(stimulus => string.Join(' ', live.Send([stimulus]).Deliveries.Select(d => $"{d.At}:{Convert.ToHexString(d.Frame.Span)}")))];
    }

    private static IEnumerable<Stimulus> Conversations()
    {
        ushort port = 40000;
        foreach ((GuestName a, GuestName b) in new[] { (One, Two), (Two, One), (One, Free), (Free, One) })
        {
            foreach (ushort service in new ushort[] { 22, 80 })
            {
                port++;
                yield return Tcp(a, b, port, service, 2, 100, 0);
                yield return Tcp(b, a, service, port, 18, 500, 101);
                yield return Tcp(a, b, port, service, 16, 101, 501);
                yield return Tcp(b, a, service, port, 24, 501, 101);
                yield return Tcp(b, a, service, (ushort)(port + 1000), 18, 7, 7);
                yield return Tcp6(a, b, port, service, 2, 100, 0);
                yield return Tcp6(b, a, service, port, 18, 500, 101);
            }

            yield return Frame(a, b, EtherType.Ipv4, Frames.Udp(Addresses[a].Ip, 1000, Addresses[b].Ip, 53, [1, 2, 3]));
            yield return Frame(b, a, EtherType.Ipv4, Frames.Udp(Addresses[b].Ip, 53, Addresses[a].Ip, 1000, [1, 2, 3]));
            yield return Frame(a, b, EtherType.Ipv4, Frames.Icmp(Addresses[a].Ip, Addresses[b].Ip, 8, 0, 0x10001, [9]));
            yield return Frame(b, a, EtherType.Ipv4, Frames.Icmp(Addresses[b].Ip, Addresses[a].Ip, 0, 0, 0x10001, [9]));
            yield return Frame(a, b, EtherType.Arp, Frames.Arp(1, Addresses[a].Mac, Addresses[a].Ip, default, Addresses[b].Ip));
            yield return Frame(a, b, EtherType.Vlan, Frames.Vlan(5, EtherType.Ipv4, Frames.Udp(Addresses[a].Ip, 1000, Addresses[b].Ip, 53, [1, 2, 3])));
        }
    }

    private static Stimulus Tcp(GuestName a, GuestName b, ushort from, ushort to, byte flags, uint sequence, uint acknowledged) =>
        Frame(a, b, EtherType.Ipv4, Frames.Tcp(Addresses[a].Ip, from, Addresses[b].Ip, to, flags, [], sequence, acknowledged));

    private static Stimulus Tcp6(GuestName a, GuestName b, ushort from, ushort to, byte flags, uint sequence, uint acknowledged) =>
        Frame(a, b, EtherType.Ipv6, Frames.Tcp(Addresses[a].Ip6, from, Addresses[b].Ip6, to, flags, [], sequence, acknowledged));

    private static Stimulus Frame(GuestName a, GuestName b, EtherType type, byte[] payload) =>
        new(a, Frames.Ethernet(Addresses[b].Mac, Addresses[a].Mac, type, payload));
}
