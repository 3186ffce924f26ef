using Lab.Contract.Testbeds;
using Lab.Engine.Interop;
using Lab.Engine.Packets;

namespace Lab.Kernel.Hosts;

/// <summary>Waits until new devices carry frames: bridges, veths and macvtaps learn of their carrier from a worker
/// (net/core/link_watch.c), and lose what is sent before; a marker that crosses says that it has happened.</summary>
/// <remarks>Its markers count downwards, so that none of them is taken for one that closes a batch.</remarks>
internal sealed class Carriers(TimeSpan patience)
{
    private const int MostBytes = 65_536;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(MostBytes);
    private long _markers;

    /// <param name="way">From where to where a frame is to cross.</param>
    /// <exception cref="TestbedException">Nothing crosses the device.</exception>
    public void Await(InterfaceName device, params ReadOnlySpan<(IFramePort From, IFramePort To)> way)
    {
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        foreach ((IFramePort from, IFramePort to) in way)
        {
            while (!Crosses(from, to))
            {
                if (Environment.TickCount64 > deadline)
                {
                    throw new TestbedException($"{device} has no carrier after {patience.TotalSeconds} s");
                }
            }
        }
    }

    /// <summary>Sends one marker; those on the way from earlier tries count as well.</summary>
    private bool Crosses(IFramePort from, IFramePort to)
    {
        Span<byte> marker = stackalloc byte[MarkerFrame.Length];
        MarkerFrame.Write(marker, --_markers);
        _ = from.TryWrite(marker);
        if (!Readiness.Wait(to, TimeSpan.FromMilliseconds(1)))
        {
            return false;
        }

        while (to.Read(_buffer) >= 0)
        {
            // other tries
        }

        return true;
    }
}
