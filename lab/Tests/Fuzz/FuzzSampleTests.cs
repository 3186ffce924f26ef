using Lab.Engine.Apply;
using Lab.Fuzz;
using Lab.Kernel;
using Lab.Simulated;
using Lab.Testbeds;
using Lab.Tests.Kernel;

namespace Lab.Tests.Fuzz;

/// <summary>A sample of what <c>nwlab fuzz</c> does at length: LAB_CASES pairs of policy and frame, 5,000 unless it says otherwise.</summary>
public sealed class FuzzSampleTests
{
    private static readonly long Pairs =
        long.TryParse(Environment.GetEnvironmentVariable("LAB_CASES"), out long asked) ? asked : 5_000;

    [KernelFact]
    public void Simulator_and_kernel_agree_on_generated_policies_and_frames() =>
        Run(new NftBackend(), Pairs, tracing: false).Pairs.Should().BeGreaterThanOrEqualTo(Pairs);

    [KernelFact]
    public void The_kernel_walks_the_rules_that_the_simulator_names()
    {
        WalkCount walked = Run(new NftBackend(), Pairs / 2, tracing: true).Walked;

        walked.Frames.Should().BeGreaterThan(Pairs / 4, "the nft lowering abstains from a quarter of the policies");
        walked.Rules.Should().BeGreaterThan(walked.Frames / 2);
    }

    [KernelFact]
    public void Under_ebtables_and_iptables_it_walks_them_too()
    {
        WalkCount walked = Run(new EbiptablesBackend(), Pairs / 10, tracing: true).Walked;

        walked.Frames.Should().BeGreaterThan(Pairs / 20);
        walked.Rules.Should().BeGreaterThan(walked.Frames / 2);
    }

    private static FuzzProgress Run(IBackend backend, long pairs, bool tracing)
    {
        using SimulatedTestbed simulator = new(PortPrograms.Compile);
        using KernelTestbed kernel = new(backend, PortPrograms.Compile) { Tracing = tracing };
        List<string> unexplained = [];
        FuzzOrder order = new(tracing ? 20261122 : 20261121, pairs, 100, null, 3, TimeSpan.FromSeconds(30));
        FuzzSession session = new(order, new Court([new("simulator", simulator), new(kernel.Name, kernel)]), TimeProvider.System)
        {
            Found = found => unexplained.Add($"case {found.Case.Number}: {found.What}"),
        };

        FuzzProgress end = session.Run(FuzzProgress.Beginning(order, "", 0), CancellationToken.None);

        unexplained.Should().BeEmpty();
        return end;
    }
}
