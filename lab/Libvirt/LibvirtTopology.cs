using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Interop;
using Lab.Engine.Interop.Netlink;
using Lab.Engine.Packets;
using Lab.Kernel;
using Lab.Kernel.Tracing;
using Lab.Testbeds;

namespace Lab.Libvirt;

/// <summary>A topology under libvirt's rules; disposing it takes bindings, devices and connections away.</summary>
/// <param name="bound">The port devices that have a binding.</param>
/// <param name="trace">Follows the rules already; null tells nothing of them.</param>
/// <param name="turn">Released when the next topology may be built.</param>
internal sealed class LibvirtTopology(
    PrivateLibvirtd libvirt, NetworkNamespace space, TapBridge bridge, ImmutableArray<InterfaceName> bound, int guests,
    TablesTrace? trace, SemaphoreSlim turn) : ILiveTopology
{
    public Observation Send(IReadOnlyList<Stimulus> stimuli) => bridge.Send(stimuli, trace is null ? null : trace.Decide);

    public string Describe() => string.Concat(
        bridge.Describe(), libvirt.Run("ebtables-save"), libvirt.Run("iptables-save"), libvirt.Run("ip6tables-save"));

    public void Dispose()
    {
        trace?.Dispose();
        libvirt.Unbind(bound.Select(port => $"{port}"));
        bridge.Dispose();
        space.Run(() =>
        {
            RouteBatch devices = new RouteBatch().Delete(Devices.Bridge).Delete(Devices.Marker);
            for (int i = 0; i < guests; i++)
            {
                devices.Delete(Devices.Port(i));
            }

            using RouteSocket route = new();
            route.Execute(devices);
        });
        libvirt.Run("conntrack", "-F"); // what one topology learnt of connections must not reach the next
        turn.Release();
    }
}
