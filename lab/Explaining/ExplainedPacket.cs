using Lab.Engine.Programs.Explaining;

namespace Lab.Explaining;

/// <summary>A frame to explain, and where it came from.</summary>
/// <param name="Label">The words, the capture's name and number, or the first bytes.</param>
internal sealed record AskedPacket(string Label, Route Route, byte[] Frame);

/// <param name="Connection">What connection tracking said before the filters saw the packet; null when it did not look.</param>
/// <param name="Refused">Dropped for want of room in the connection table, before any filter.</param>
internal sealed record ExplainedPacket(AskedPacket Asked, string? Connection, bool Refused, Explanation Explanation);
