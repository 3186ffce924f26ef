using Lab.Engine.Packets;

namespace Lab.Engine.Interop;

/// <summary>A descriptor from which whole frames are read and to which they are written.</summary>
public interface IFramePort : IDisposable
{
    /// <summary>The device behind the descriptor.</summary>
    InterfaceName Name { get; }

    /// <summary>For <see cref="Readiness"/>; valid while this object is.</summary>
    int Descriptor { get; }

    /// <returns>False when the device does not take the frame.</returns>
    bool TryWrite(ReadOnlySpan<byte> frame);

    /// <returns>The length of the frame in bytes, or -1 when none waits.</returns>
    int Read(Span<byte> buffer);
}
