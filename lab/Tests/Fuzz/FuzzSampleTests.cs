using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Fuzz;
using Lab.Kernel;
using Lab.Libvirt;
using Lab.Simulated;
using Lab.Testbeds;
using Lab.Tests.Kernel;
using Lab.Tests.Libvirt;

namespace Lab.Tests.Fuzz;

/// <summary>A sample of what <c>nwlab fuzz</c> does at length: LAB_CASES pairs of policy and frame, 5,000 unless it says otherwise.</summary>
public sealed class FuzzSampleTests
{
    private static readonly long Pairs =
        long.TryParse(Environment.GetEnvironmentVariable("LAB_CASES"), out long asked) ? asked : 5_000;

    [KernelFact]
    public void Simulator_and_kernel_agree_on_generated_policies_and_frames() =>
        Run(Kernel(new NftBackend(), tracing: false), Pairs).Pairs.Should().BeGreaterThanOrEqualTo(Pairs);

    [KernelFact]
    public void The_kernel_walks_the_rules_that_the_simulator_names()
    {
        WalkCount walked = Run(Kernel(new NftBackend(), tracing: true), Pairs / 2).Walked;

        walked.Frames.Should().BeGreaterThan(Pairs / 4, "the nft lowering abstains from a quarter of the policies");
        walked.Rules.Should().BeGreaterThan(walked.Frames / 2);
    }

    [KernelTheory]
    [InlineData("isolated")]
    [InlineData("nat")]
    [InlineData("routed")]
    [InlineData("macvtap")]
    public void Around_a_host_they_agree_too(string topology) =>
        Run(Kernel(new NftBackend(), tracing: false), Pairs / 10, Surroundings.All.Single(known => known.Name == topology)).Pairs.Should().BeGreaterThanOrEqualTo(Pairs / 10);

    [KernelFact]
    public void Under_ebtables_and_iptables_it_walks_them_too() => WalksOf(Kernel(new EbiptablesBackend(), tracing: true), Pairs / 10);

    [LibvirtFact]
    public void Under_libvirt_it_walks_them_too() => WalksOf(new LibvirtTestbed { Tracing = true }, Pairs / 50);

    private static KernelTestbed Kernel(IBackend backend, bool tracing) => new(backend, PortPrograms.Compile) { Tracing = tracing };

    private static void WalksOf(ITestbed testbed, long pairs)
    {
        WalkCount walked = Run(testbed, pairs).Walked;

        walked.Frames.Should().BeGreaterThanOrEqualTo(pairs, "neither abstains from a policy");
        walked.Rules.Should().BeGreaterThan(walked.Frames / 2);
    }

    /// <param name="testbed">Disposed here.</param>
    private static FuzzProgress Run(ITestbed testbed, long pairs, Surroundings? around = null)
    {
        using SimulatedTestbed simulator = new(PortPrograms.Compile);
        using ITestbed other = testbed;
        List<string> unexplained = [];
        FuzzOrder order = new(20261121, pairs, 100, null, 3, TimeSpan.FromSeconds(30)) { Around = around ?? Surroundings.OneBridge };
        FuzzSession session = new(order, new Court([new("simulator", simulator), new(other.Name, other)]), TimeProvider.System)
        {
            Found = found => unexplained.Add($"case {found.Case.Number}: {found.What}"),
        };

        FuzzProgress end = session.Run(FuzzProgress.Beginning(order, "", 0), CancellationToken.None);

        unexplained.Should().BeEmpty();
        return end;
    }
}
