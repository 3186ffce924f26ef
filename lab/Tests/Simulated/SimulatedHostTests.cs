using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Filters.Model;
using Lab.Engine.Networks;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Kernel;
using Lab.Simulated;
using Lab.Tests.Kernel;

namespace Lab.Tests.Simulated;

public sealed class SimulatedHostTests
{
    private static readonly GuestName One = new("g1"), Two = new("g2"), Outside = new("L");
    private const string Refusal = "L cannot move to another port: it is no guest of this host";
    private static readonly MacAddress BridgeMac = MacAddress.Parse("52:54:00:00:00:fe");

    /// <summary>Fifty flows from two guests that want the same ports, so that mapped ports are drawn at random.</summary>
    [Fact]
    public void The_same_stimuli_give_the_same_bytes_ports_drawn_at_random_included()
    {
        ImmutableArray<string> first = Run();

        first.Should().HaveCount(100);
        first.Select(line => line[^4..]).Distinct().Count().Should().BeGreaterThan(25, "mapped ports differ from flow to flow");
        Run().Should().Equal(first);
    }

    [Fact]
    public void A_station_on_the_LAN_does_not_move_to_another_port()
    {
        using SimulatedTestbed testbed = new((_, _) => FilterProgram.Empty);
        using ILiveTopology live = testbed.Build(Nat());

        live.Invoking(standing => standing.Move(Outside)).Should().Throw<TestbedException>().WithMessage(Refusal);
    }

    [KernelFact]
    public void On_a_LAN_of_kernel_devices_neither_and_for_the_same_reason()
    {
        using KernelTestbed testbed = new(new NftBackend(), (_, _) => FilterProgram.Empty);
        using ILiveTopology live = testbed.Build(Nat());

        live.Invoking(standing => standing.Move(Outside)).Should().Throw<TestbedException>().WithMessage(Refusal);
    }

    private static ImmutableArray<string> Run()
    {
        using SimulatedTestbed testbed = new((_, _) => FilterProgram.Empty);
        using ILiveTopology live = testbed.Build(Nat());
        IEnumerable<Stimulus> flows = Enumerable.Range(0, 50).SelectMany(i => new[]
        {
            Question(One, "192.168.122.11", i), Question(Two, "192.168.122.12", i),
        });
        return [.. live.Send([.. flows]).Deliveries.Select(d => $"{d.At} {Convert.ToHexString(d.Frame.Span[..36])}")];
    }

    private static Stimulus Question(GuestName from, string address, int port) => new(from, Frames.Ethernet(
        BridgeMac, MacAddress.Parse("52:54:00:00:00:11"), EtherType.Ipv4,
        Frames.Udp(Ipv4Address.Parse(address), (ushort)(5000 + port), Ipv4Address.Parse("10.0.0.9"), 53, default)));

    private static Topology Nat()
    {
        InterfaceName bridge = InterfaceName.Parse("virbr0"), uplink = InterfaceName.Parse("eth0");
        return new(ImmutableDictionary<string, FilterDefinition>.Empty,
        [
            new(One, MacAddress.Parse("52:54:00:00:00:11"), null) { At = new OnBridge(bridge) },
            new(Two, MacAddress.Parse("52:54:00:00:00:12"), null) { At = new OnBridge(bridge) },
            new(Outside, MacAddress.Parse("52:54:00:00:00:99"), null) { At = new OnLan(), Addresses = [Ipv4Address.Parse("10.0.0.9")] },
        ])
        {
            Host = new(
                [new(bridge, BridgeMac, ForwardMode.Nat, [new(Ipv4Address.Parse("192.168.122.1"), 24)])],
                [new(uplink, MacAddress.Parse("52:54:00:00:00:e0"), [new(Ipv4Address.Parse("10.0.0.2"), 24)], null)]),
        };
    }
}
