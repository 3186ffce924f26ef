using Lab.Engine.Apply;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Interop;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Live;
using Lab.Testbeds;
using Lab.Tests.Kernel;

namespace Lab.Tests.Live;

/// <summary>The meaning that a binding was made with lasts: through other changes, through a flush, through recovery.</summary>
public sealed class MeaningTests : IDisposable
{
    private const string Binding =
        "<filterbinding><owner><name>g</name><uuid>7b5cd6fb-4a3c-4b3f-9d55-7f3f6d4c2f11</uuid></owner><portdev name='tap1'/>"
        + "<mac address='52:54:00:00:00:01'/><filterref filter='closed'/></filterbinding>";

    private readonly Stage _stage = new();

    public void Dispose() => _stage.Dispose();

    [KernelTheory]
    [InlineData(Meaning.Libvirt)]
    [InlineData(Meaning.Strict)]
    public void What_the_host_sends_is_stopped_in_the_strict_meaning_and_in_no_other(Meaning meaning)
    {
        using KernelFirewall kernel = new(_stage.Space);
        LiveHost host = new(_stage.State, kernel);
        foreach (BridgeNetfilterSwitch family in BridgeNetfilterSwitch.All)
        {
            _stage.Space.SetSysctl(family.Path, "1");
        }

        host.Define(FilterReader.Read("closed.xml", "<filter name='closed'><rule action='drop' direction='in'><all/></rule></filter>").Filter!);
        host.Bind(FilterBindingReader.Read("b.xml", Binding).Binding!, null, meaning);
        Arrives().Should().Be(meaning == Meaning.Libvirt);

        kernel.Run(new(KernelTool.Nft, "flush ruleset", []));
        Arrives().Should().BeTrue();
        new LiveHost(_stage.State, kernel).Recover();
        Arrives().Should().Be(meaning == Meaning.Libvirt);
    }

    private bool Arrives()
    {
        byte[] frame = Frames.Ethernet(MacAddress.Broadcast, Devices.BridgeMac, EtherType.Ipv4,
            Frames.Udp(Ipv4Address.Parse("10.0.0.1"), 1, Ipv4Address.Parse("10.0.0.2"), 2, [1]));
        using PacketSocket bridge = _stage.Space.Run(() => PacketSocket.Open(Devices.Bridge, PacketSocket.AllTypes));
        bridge.TryWrite(frame).Should().BeTrue();
        return _stage.Taps.Receiver.HasDelivered(frame);
    }
}
