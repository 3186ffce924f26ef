using Lab.Contract.Testbeds;
using Lab.Engine.Interop;
using Lab.Testbeds;

namespace Lab.Kernel.Hosts;

/// <summary>Ports that hear each other's broadcasts, and the port from which a marker reaches all of them.</summary>
/// <param name="patience">For a frame that must come; it is through when the write returns, but for an overloaded kernel.</param>
internal sealed class Segment(IFramePort marker, Arrivals arrivals, TimeSpan patience)
{
    private const int LongestFrame = 65_536; // bytes

    private readonly List<(GuestName Guest, IFramePort Port)> _ports = [];
    private readonly HashSet<GuestName> _deaf = [];
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(LongestFrame);

    public IFramePort Marker => marker;

    public void Add(GuestName guest, IFramePort port) => _ports.Add((guest, port));

    public bool Has(GuestName guest) => _ports.Exists(port => port.Guest == guest);

    public bool Remove(GuestName guest) => _ports.RemoveAll(port => port.Guest == guest) > 0;

    /// <summary>Whether markers come out of a guest's port; a spanning tree keeps them from new ones, and all else too.</summary>
    public void SetDeaf(GuestName guest, bool deaf) => _ = deaf ? _deaf.Add(guest) : _deaf.Remove(guest);

    /// <summary>Sends a marker and takes what waits at each port up to it.</summary>
    /// <exception cref="TestbedException">The marker did not come through.</exception>
    public void Collect(long number)
    {
        Span<byte> expected = stackalloc byte[MarkerFrame.Length];
        MarkerFrame.Write(expected, number);
        if (!marker.TryWrite(expected))
        {
            throw new TestbedException($"the marker port {marker.Name} does not take frames");
        }

        foreach ((GuestName guest, IFramePort port) in _ports)
        {
            long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
            while (!_deaf.Contains(guest) && !Await(guest, port, deadline).SequenceEqual(expected))
            {
                // what came before the marker
            }
        }

        foreach ((GuestName guest, IFramePort port) in _ports.Where(port => _deaf.Contains(port.Guest)))
        {
            while (TryTake(guest, port, out _))
            {
                // by now it would be there
            }
        }
    }

    /// <summary>Takes what comes out of a guest's port until the guest has heard something.</summary>
    /// <exception cref="TestbedException">It was not said in time.</exception>
    public Delivery AwaitSpeech(GuestHears speech)
    {
        IFramePort port = _ports.Find(candidate => candidate.Guest == speech.Guest).Port;
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        Delivery? heard;
        while ((heard = arrivals.Heard(speech)) is null)
        {
            _ = Await(speech.Guest, port, deadline);
        }

        return heard;
    }

    /// <summary>The port's next frame, valid until the next call; a marker is no arrival.</summary>
    private ReadOnlySpan<byte> Await(GuestName guest, IFramePort port, long deadline)
    {
        ReadOnlySpan<byte> frame;
        while (!TryTake(guest, port, out frame))
        {
            long left = deadline - Environment.TickCount64;
            if (left <= 0 || !Readiness.Wait(port, TimeSpan.FromMilliseconds(left)))
            {
                throw new TestbedException($"what should have come out of {port.Name} did not within {patience.TotalSeconds} s");
            }
        }

        return frame;
    }

    private bool TryTake(GuestName guest, IFramePort port, out ReadOnlySpan<byte> frame)
    {
        int length = port.Read(_buffer);
        frame = _buffer.AsSpan(0, Math.Max(0, length));
        if (length >= 0 && !MarkerFrame.Is(frame))
        {
            arrivals.Add(guest, frame);
        }

        return length >= 0;
    }
}
