using Lab.Contract.Testbeds;
using Lab.Engine.Interop;

namespace Lab.Kernel.Topologies;

/// <summary>Ports that hear each other's broadcasts, and the port from which a marker reaches all of them.</summary>
internal sealed class Segment(IFramePort marker)
{
    private readonly List<(GuestName Guest, IFramePort Port, List<Delivery> Arrived)> _ports = [];

    public IFramePort Marker => marker;

    public void Add(GuestName guest, IFramePort port, List<Delivery> arrived) => _ports.Add((guest, port, arrived));

    /// <summary>Sends a marker and takes what waits at each port up to it.</summary>
    /// <exception cref="TestbedException">The marker did not come through.</exception>
    public void Collect(long number, byte[] buffer, TimeSpan patience)
    {
        Span<byte> expected = stackalloc byte[MarkerFrame.Length];
        MarkerFrame.Write(expected, number);
        if (!marker.TryWrite(expected))
        {
            throw new TestbedException($"the marker port {marker.Name} does not take frames");
        }

        foreach ((GuestName guest, IFramePort port, List<Delivery> arrived) in _ports)
        {
            ReadOnlySpan<byte> frame;
            while (!(frame = Next(port, buffer, patience)).SequenceEqual(expected))
            {
                if (!MarkerFrame.Is(frame))
                {
                    arrived.Add(new(guest, frame.ToArray()));
                }
            }
        }
    }

    private static ReadOnlySpan<byte> Next(IFramePort port, byte[] buffer, TimeSpan patience)
    {
        int length;
        while ((length = port.Read(buffer)) < 0)
        {
            if (!Readiness.Wait(port, patience))
            {
                throw new TestbedException($"the marker did not come out of {port.Name} within {patience.TotalSeconds} s");
            }
        }

        return buffer.AsSpan(0, length);
    }
}
