namespace Lab.Engine.Programs.Explaining;

/// <summary>The ways that a frame can take past one port's filter (nwfilter.md section 4.1).</summary>
public enum Route
{
    /// <summary>The guest sends, to another port or beyond: layer 2, then FI.</summary>
    FromGuest,

    /// <summary>The guest sends to the host itself: layer 2, then HI.</summary>
    FromGuestToHost,

    /// <summary>Another port sends to the guest: FO first, then layer 2.</summary>
    ToGuest,

    /// <summary>The host itself, or what it routes, comes to the guest: layer 2 only.</summary>
    FromHostToGuest,
}
