using Lab.Engine.State;

namespace Lab.Simulator.Switching;

/// <summary>A connection as translation sees it: something that lives for a while.</summary>
public interface ITrackedConnection
{
    /// <summary>False once it has timed out or was deleted.</summary>
    bool Alive { get; }
}

/// <summary>What connection tracking knows of a packet.</summary>
/// <param name="Direction">Null for a packet of no connection.</param>
/// <param name="Connection">The connection that the packet belongs or is related to; null when it is invalid or untracked.</param>
public sealed record TrackedPacket(ConnectionStates State, ConnectionDirection? Direction, ITrackedConnection? Connection);
