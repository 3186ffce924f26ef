namespace Lab.Engine.Programs;

/// <summary>A stage of a port's filter, in the order in which a frame between two guests meets them.</summary>
public enum FilterPlace
{
    FromGuest,
    FromGuestForwarded,
    FromGuestToHost,
    ToGuestForwarded,
    ToGuest,
}
