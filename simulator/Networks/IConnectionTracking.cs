using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks;

/// <summary>Connection tracking as the hooks use it.</summary>
internal interface IConnectionTracking
{
    /// <summary>Finds the connection of an untagged IP frame, or begins one.</summary>
    TrackedPacket Track(ReadOnlySpan<byte> frame);

    /// <summary>The packet has passed every hook: a connection that it began is real from now on.</summary>
    void Confirm(TrackedPacket packet);
}
