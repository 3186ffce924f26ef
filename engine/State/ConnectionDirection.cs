namespace Lab.Engine.State;

/// <summary>Whether a packet travels as the one that created its connection did, or the other way.</summary>
public enum ConnectionDirection
{
    Original,
    Reply,
}
