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

internal static class ForwardModes
{
    /// <summary>libvirt makes the bridge itself.</summary>
    public static bool HasOwnBridge(this ForwardMode mode) => mode is ForwardMode.Isolated or ForwardMode.Nat or ForwardMode.Route or ForwardMode.Open;

    /// <summary>Guests sit at devices of the host, by macvtap.</summary>
    public static bool UsesDevices(this ForwardMode mode) => mode is ForwardMode.Private or ForwardMode.Vepa or ForwardMode.Passthrough;
}
