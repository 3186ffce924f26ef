namespace Lab.Engine.State;

/// <summary>What connection tracking found out about one packet.</summary>
/// <param name="Direction">Null for packets that belong to no connection.</param>
/// <param name="Connection">The entry; null for invalid and untracked packets.</param>
/// <param name="Refused">The table is full of assured entries, so the kernel drops the packet.</param>
public readonly record struct TrackingResult(
    ConnectionStates State, ConnectionDirection? Direction, Connection? Connection, bool Refused = false)
{
    public static readonly TrackingResult Invalid = new(ConnectionStates.Invalid, null, null);

    public static readonly TrackingResult Untracked = new(ConnectionStates.Untracked, null, null);

    /// <summary>Not IP: connection tracking never sees the frame.</summary>
    public static readonly TrackingResult None;
}
