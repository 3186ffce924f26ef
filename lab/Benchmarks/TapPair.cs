using Lab.Engine.Interop;
using Lab.Engine.Interop.Netlink;
using Lab.Kernel;
using Lab.Testbeds;

namespace Lab.Benchmarks;

/// <summary>A bridge with taps, the first of which sends and the second of which receives; nothing speaks by itself.</summary>
internal sealed class TapPair : IDisposable
{
    private readonly TapDevice[] _taps;

    private TapPair(NetworkNamespace space, int taps)
    {
        Space = space;
        _taps = space.Run(() => Make(taps));
    }

    public NetworkNamespace Space { get; }

    public TapDevice Sender => _taps[0];

    public TapDevice Receiver => _taps[1];

    public static TapPair Create(int taps = 2) => new(NetworkNamespace.Create(), taps);

    /// <param name="file">Of a namespace that somebody else holds.</param>
    public static TapPair Enter(string file, int taps)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(file);
        return new(NetworkNamespace.Enter(handle), taps);
    }

    public void Dispose()
    {
        foreach (TapDevice tap in _taps)
        {
            tap.Dispose();
        }

        Space.Dispose();
    }

    private static TapDevice[] Make(int taps)
    {
        NamespaceSettings.SilenceIpv6();
        RouteBatch devices = new RouteBatch().AddBridge(Devices.Bridge, Devices.BridgeIndex, Devices.BridgeMac);
        TapDevice[] made = [.. Enumerable.Range(0, taps).Select(i => TapDevice.Create(BoundPorts.Device(i)))];
        for (int i = 0; i < taps; i++)
        {
            devices.Enslave(made[i].Name, Devices.BridgeIndex, Devices.PortMac(BoundPorts.Mac(i)));
        }

        using RouteSocket route = new();
        route.Execute(devices);
        return made;
    }
}
