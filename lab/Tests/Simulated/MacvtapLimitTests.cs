using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;
using Lab.Kernel;
using Lab.Simulated;
using Lab.Testbeds;
using Lab.Tests.Kernel;

namespace Lab.Tests.Simulated;

/// <summary>What a macvtap cannot have is refused on every testbed, and in the same words.</summary>
public sealed class MacvtapLimitTests
{
    private const string Stateful = "<filter name='f'><rule action='accept' direction='in'><tcp dstportstart='80'/></rule></filter>";

    [KernelFact]
    public void A_filter_that_needs_connections_to_be_tracked_is_refused_alike()
    {
        using SimulatedTestbed simulator = new(PortPrograms.Compile);
        using KernelTestbed kernel = new(new NftBackend(), PortPrograms.Compile);

        TestbedException[] refusals = [.. new ITestbed[] { simulator, kernel }.Select(testbed =>
            testbed.Invoking(on => on.Build(Macvtap())).Should().Throw<TestbedException>().Which)];

        refusals[0].Message.Should().Contain("tap0").And.Be(refusals[1].Message);
        refusals.Should().OnlyContain(refusal => refusal.Abstention != null);
    }

    [Fact]
    public void A_station_that_a_switch_must_let_in_is_nothing_that_a_kernel_could_show()
    {
        using KernelTestbed kernel = new(new NftBackend(), PortPrograms.Compile);

        kernel.Invoking(on => on.Build(Macvtap(new Qbh("finance")))).Should().Throw<TestbedException>().Which.Abstention.Should().Be(KernelTestbed.NoVdp);
    }

    private static Topology Macvtap(VirtualPort? port = null)
    {
        InterfaceName eth0 = InterfaceName.Parse("eth0");
        FilterDefinition filter = FilterReader.Read("f.xml", Stateful).Filter!;
        return new(ImmutableDictionary<string, FilterDefinition>.Empty.Add("f", filter),
            [new(new("g1"), MacAddress.Parse("52:54:00:00:00:11"), new("f", ParameterSet.Empty)) { At = new OnDevice(eth0, DirectMode.Vepa) { VirtualPort = port } }])
        {
            Host = HostSpec.Empty with { Uplinks = [new(eth0, MacAddress.Parse("52:54:00:00:00:e0"), [], null)] },
        };
    }
}
