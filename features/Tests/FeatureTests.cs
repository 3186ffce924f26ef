using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;
using Lab.Tests;
using Xunit.Abstractions;

namespace Lab.Features.Tests;

/// <summary>Every scenario below features/ is a test, alone in the simulator and in agreement with the kernel under each lowering.</summary>
/// <param name="output">Takes which lowering did not apply and why; ./check counts these lines.</param>
public sealed class FeatureTests(ITestOutputHelper output)
{
    private static readonly string[] OneLowering = ["simulator", "kernel"], EachLowering = [.. OneLowering, "kernel-ebiptables", "kernel-netdev"];

    private static readonly FeatureFolder Folder = new(Tree.At("features"));

    public static IEnumerable<object[]> Scenarios => Folder.Cases;

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void It_holds_in_the_simulator(string scenario) => Folder.Run(scenario, "simulator");

    [KernelTheory]
    [MemberData(nameof(Scenarios))]
    public void It_holds_in_the_kernel_under_each_lowering_that_applies_and_all_agree(string scenario)
    {
        bool several = Folder.Run(scenario, "simulator").Runs.Any(run => run.RulesBridgePorts);
        foreach (LeftOut left in Folder.Run(scenario, several ? EachLowering : OneLowering).LeftOut)
        {
            output.WriteLine($"not on {left.Testbed}: {left.Reason}");
        }
    }
}

/// <summary>A theory that needs the kernel testbed, and is skipped with the reason where there is none.</summary>
public sealed class KernelTheoryAttribute : TheoryAttribute
{
    private static readonly string? Reason = FeatureFolder.WhyNot("kernel");

    public KernelTheoryAttribute() => Skip = Reason;
}
