using Lab.Benchmarks;
using Lab.Engine.Apply;
using Lab.Engine.Diagnostics;
using Lab.Engine.Interop;
using Lab.Engine.Packets;
using Lab.Live;
using Lab.Tests.Kernel;

namespace Lab.Tests.Live;

/// <summary>A change tells the kernel the difference where the kernel is as it was left, and everything otherwise.</summary>
/// <remarks>A counter that goes on counting was not loaded anew.</remarks>
public sealed class DeltaTests : IDisposable
{
    private readonly Stage _stage = new();

    public DeltaTests()
    {
        Bind(0);
        Bind(1);
        Count();
    }

    public void Dispose() => _stage.Dispose();

    [KernelFact]
    public void A_port_that_comes_or_goes_leaves_the_rules_of_the_others_as_they_are()
    {
        Bind(2);
        Host(host => host.Unbind(BoundPorts.Device(2)));

        Counted().Should().BeTrue();
        Host(host => host.Inspect()).None.Should().BeTrue();
    }

    [KernelTheory]
    [InlineData("add table ip theirs", true)]
    [InlineData("flush ruleset", false)]
    [InlineData("flush map bridge nwlab from-ports", false)]
    public void After_a_change_by_somebody_else_everything_is_loaded_if_it_was_ours_that_changed(string change, bool harmless)
    {
        using (KernelFirewall kernel = new(_stage.Space))
        {
            kernel.Run(new(KernelTool.Nft, change, []));
        }

        Bind(2);

        Counted().Should().Be(harmless);
        Host(host => host.Inspect()).None.Should().BeTrue();
    }

    [KernelFact]
    public void Documents_changed_behind_the_kernels_back_are_no_ground_for_a_difference()
    {
        _stage.State.Bindings.Delete(BoundPorts.Device(1));

        Bind(2);

        Host(host => host.Inspect()).None.Should().BeTrue();
    }

    [KernelFact]
    public void Another_namespace_with_the_same_state_folder_gets_everything()
    {
        using NetworkNamespace other = NetworkNamespace.Create();
        using KernelFirewall kernel = new(other);
        LiveHost host = new(_stage.State, kernel);

        host.Bind(BoundPorts.Binding(2), null).Should().NotContain(found => found.Severity == Severity.Error);

        host.Inspect().None.Should().BeTrue();
    }

    [KernelFact]
    public void Ports_that_share_their_rules_have_counters_of_their_own()
    {
        using KernelFirewall kernel = new(_stage.Space);

        kernel.ListNft("list map bridge nwlab from-ports", counters: true)
            .Should().Contain("\"tap0\" counter packets 1 ").And.Contain("\"tap1\" counter packets 0 ");
    }

    private void Bind(int port) => Host(host => host.Bind(BoundPorts.Binding(port), null))
        .Should().NotContain(found => found.Severity == Severity.Error);

    /// <summary>Has a rule of the first port count a frame.</summary>
    private void Count() => _stage.Taps.Sender.TryWrite(Frames.Ethernet(MacAddress.Broadcast, BoundPorts.Mac(7), EtherType.Ipv4, new byte[46]));

    private bool Counted()
    {
        using KernelFirewall kernel = new(_stage.Space);
        return kernel.ListNft("list table bridge nwlab", counters: true).Contains("packets 1 ", StringComparison.Ordinal);
    }

    private T Host<T>(Func<LiveHost, T> work)
    {
        using KernelFirewall kernel = new(_stage.Space);
        return work(new(_stage.State, kernel));
    }
}
