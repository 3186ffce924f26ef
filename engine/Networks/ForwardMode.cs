namespace Lab.Engine.Networks;

/// <summary>How a virtual network is connected to the rest of the world: <c>forward/@mode</c> (switching.md section 3.1).</summary>
public enum ForwardMode
{
    /// <summary>No forward element at all.</summary>
    Isolated,
    Nat,
    Route,
    Open,
    Bridge,
    Private,
    Vepa,
    Passthrough,
    HostDevice,
}
