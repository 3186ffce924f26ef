using Lab.Scenarios.Suites;

namespace Lab.Features.Tests;

/// <summary>Every scenario below features/ is a test, alone in the simulator and in agreement with the kernel.</summary>
public sealed class FeatureTests
{
    private static readonly FeatureFolder Folder = new(FindFeatures());

    public static IEnumerable<object[]> Scenarios => Folder.Cases;

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void It_holds_in_the_simulator(string scenario) => Folder.Run(scenario, "simulator");

    [KernelTheory]
    [MemberData(nameof(Scenarios))]
    public void It_holds_in_the_kernel_and_both_agree(string scenario) => Folder.Run(scenario, "simulator", "kernel");

    internal static string FindFeatures()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Lab.sln")))
        {
            at = at.Parent;
        }

        return Path.Combine(at?.FullName ?? throw new DirectoryNotFoundException("no Lab.sln above the tests"), "features");
    }
}

/// <summary>A theory that needs the kernel testbed, and is skipped with the reason where there is none.</summary>
public sealed class KernelTheoryAttribute : TheoryAttribute
{
    private static readonly string? Reason = FeatureFolder.WhyNot("kernel");

    public KernelTheoryAttribute() => Skip = Reason;
}
