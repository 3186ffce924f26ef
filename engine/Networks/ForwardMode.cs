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

/// <summary>How a macvtap delivers: the mode of a direct interface (switching.md section 5).</summary>
public enum DirectMode
{
    Vepa,
    Bridge,
    Private,
    Passthrough,
}
