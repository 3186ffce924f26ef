using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Kernel;
using Lab.Libvirt;
using Lab.Simulated;

namespace Lab;

/// <summary>A kind of testbed that <c>--on</c> can name.</summary>
/// <param name="WhyNot">Why it cannot run here; null if it can.</param>
/// <param name="Create">Makes one for one thread; the caller disposes it.</param>
internal sealed record TestbedKind(string Name, Func<string?> WhyNot, Func<ITestbed> Create);

/// <summary>The testbeds that there are.</summary>
internal static class TestbedCatalog
{
    public static readonly ImmutableArray<TestbedKind> All =
    [
        new("simulator", () => null, () => new SimulatedTestbed(PortPrograms.Compile)),
        new("kernel", KernelTestbed.Unavailable, () => new KernelTestbed(NftBackend.OfThisKernel(), PortPrograms.Compile)),
        new("kernel-ebiptables", KernelTestbed.Unavailable, () => new KernelTestbed(new EbiptablesBackend(), PortPrograms.Compile)),
        new("kernel-netdev", KernelTestbed.Unavailable, () => new KernelTestbed(new NetdevBackend(), PortPrograms.Compile)),
        new("libvirt", LibvirtTestbed.Unavailable, () => new LibvirtTestbed()),
    ];

    /// <summary>Where scenarios run when nothing else is asked for.</summary>
    public static readonly ImmutableArray<string> Default = ["simulator", "kernel"];
}
