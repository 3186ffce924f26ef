using Lab.Contract.Testbeds;
using Lab.Engine.Interop;
using Lab.Engine.Packets;

namespace Lab.Kernel.Hosts;

/// <summary>The veth between the LAN and an uplink, and how to know that nothing is on it any more.</summary>
/// <remarks>A veth hands each frame to a softirq, which a loaded kernel puts off to a thread of its own, so that a marker which
/// never crosses overtakes it. One that goes in and another that goes out again come behind all that went before them, and
/// behind what the host said to it.</remarks>
/// <param name="lan">The LAN's marker port, which hears every broadcast there.</param>
/// <param name="end">The host's end, where markers are heard and sent.</param>
internal sealed class Crossing(InterfaceName uplink, IFramePort lan, IFramePort end, TimeSpan patience)
{
    private const int MostBytes = 65_536;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(MostBytes);

    public InterfaceName Uplink => uplink;

    /// <summary>Nothing crosses while the uplink is down.</summary>
    public bool Up { get; set; } = true;

    /// <param name="number">Of the marker that comes out; that which goes in has the one before.</param>
    /// <exception cref="TestbedException">They did not come through.</exception>
    public void Clear(long number)
    {
        if (Up)
        {
            Pass(lan, end, number - 1);
            Pass(end, lan, number);
        }
    }

    private void Pass(IFramePort from, IFramePort to, long number)
    {
        Span<byte> marker = stackalloc byte[MarkerFrame.Length];
        MarkerFrame.Write(marker, number);
        while (to.Read(_buffer) >= 0)
        {
            // room for the marker
        }

        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        _ = from.TryWrite(marker);
        int length;
        while ((length = to.Read(_buffer)) < 0 || !_buffer.AsSpan(0, length).SequenceEqual(marker))
        {
            if (length < 0 && (Environment.TickCount64 > deadline || !Readiness.Wait(to, patience)))
            {
                throw new TestbedException($"a marker did not cross {uplink} within {patience.TotalSeconds} s");
            }
        }
    }
}
