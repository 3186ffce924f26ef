using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Kernel;
using Lab.Libvirt;
using Lab.Live;
using Lab.Simulated;
using Lab.Testbeds;

namespace Lab;

/// <summary>A kind of testbed that <c>--on</c> can name.</summary>
/// <param name="WhyNot">Why it cannot run here; null if it can.</param>
/// <param name="Make">For one thread, telling which rules frames met or, where that costs something, not.</param>
internal sealed record TestbedKind(string Name, Func<string?> WhyNot, Func<bool, ITestbed> Make)
{
    /// <summary>Makes one for one thread; the caller disposes it.</summary>
    /// <param name="tracing">Whether it is to tell which rules each frame met, if it can.</param>
    public ITestbed Create(bool tracing = false) => Make(tracing);
}

/// <summary>The testbeds that there are.</summary>
internal static class TestbedCatalog
{
    public static readonly ImmutableArray<TestbedKind> All =
    [
        new("simulator", () => null, _ => new SimulatedTestbed(PortPrograms.Compile)),
        new("kernel", KernelTestbed.Unavailable, tracing => new KernelTestbed(NftBackend.OfThisKernel(MarkBits.First), PortPrograms.Compile) { Tracing = tracing }),
        new("kernel-ebiptables", KernelTestbed.Unavailable, tracing => new KernelTestbed(new EbiptablesBackend(), PortPrograms.Compile) { Tracing = tracing }),
        new("kernel-netdev", KernelTestbed.Unavailable, _ => new KernelTestbed(new NetdevBackend(), PortPrograms.Compile)),
        new("libvirt", LibvirtTestbed.Unavailable, tracing => new LibvirtTestbed { Tracing = tracing }),
    ];

    /// <summary>Where scenarios run when nothing else is asked for.</summary>
    public static readonly ImmutableArray<string> Default = ["simulator", "kernel"];
}
