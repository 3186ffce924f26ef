namespace Lab.Simulator.Switching;

/// <summary>How a macvtap delivers (switching.md section 5).</summary>
public enum MacvtapMode
{
    /// <summary>Everything goes to the wire; the external switch sends back what is for a sibling.</summary>
    Vepa,

    /// <summary>Siblings in this mode reach each other directly.</summary>
    Bridge,

    /// <summary>Like vepa, and groups are not heard from siblings.</summary>
    Private,

    /// <summary>The device belongs to this one guest (the kernel's passthru).</summary>
    Passthrough,
}

/// <summary>Why a macvtap cannot be made or brought up; the errno is what the kernel answers.</summary>
public enum AttachRefusal
{
    /// <summary>Passthrough tolerates no other macvtap on the device (EINVAL).</summary>
    PassthroughIsExclusive,

    /// <summary>A sibling, or the device itself, has the address already (EADDRINUSE).</summary>
    AddressInUse,

    /// <summary>A group address is no station's (EADDRNOTAVAIL).</summary>
    AddressIsGroup,

    /// <summary>The MTU is larger than the lower device's (EINVAL).</summary>
    MtuTooLarge,

    /// <summary>The lower device is a bridge's port (EBUSY).</summary>
    LowerDeviceEnslaved,
}
