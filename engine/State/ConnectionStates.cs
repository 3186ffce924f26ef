namespace Lab.Engine.State;

/// <summary>What connection tracking says of a packet; a condition names several, a packet has exactly one.</summary>
[Flags]
public enum ConnectionStates
{
    None = 0,
    Invalid = 1,
    New = 2,
    Established = 4,
    Related = 8,
    Untracked = 16,
}
