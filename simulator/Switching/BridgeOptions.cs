using Lab.Engine.Packets;

namespace Lab.Simulator.Switching;

/// <summary>How a bridge is set up; the defaults are the kernel's, except that the lab silences STP and snooping (switching.md section 10.3).</summary>
/// <param name="Mac">Explicit, so that no port's address wins an election.</param>
public sealed record BridgeOptions(MacAddress Mac)
{
    /// <summary>Of the bridge device; firewall rules know it by this.</summary>
    public string Name { get; init; } = "br0";

    /// <summary>Time since the last frame from a station after which it is forgotten; zero turns the bridge into a hub.</summary>
    public TimeSpan Ageing { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Bit n lets 01:80:c2:00:00:0n through; bits 0 to 2 cannot be set (br_group_fwd_mask, BR_GROUPFWD_RESTRICTED).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A restricted bit.</exception>
    public ushort GroupForwardMask
    {
        get;
        init => field = (value & RestrictedGroups) == 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "bits 0 to 2 cannot be set");
    }

    /// <summary>Spanning tree: new ports wait twice the forward delay, and configuration messages are sent.</summary>
    public bool SpanningTree { get; init; }

    /// <summary>With the spanning tree on, 2 s at least (BR_MIN_FORWARD_DELAY).</summary>
    public TimeSpan ForwardDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Groups are for those who report them, as soon as a querier is heard.</summary>
    public bool MulticastSnooping { get; init; }

    /// <summary>The bridge is VLAN-aware: frames stay in the VLAN in which they came (vlan_filtering).</summary>
    public bool VlanFiltering { get; init; }

    private const ushort RestrictedGroups = 0b111;
}

/// <summary>How a port is set up; the defaults are the kernel's.</summary>
/// <param name="Name">For reports.</param>
/// <param name="Mac">The port device's own address: frames for it belong to the host, not to the guest behind it.</param>
public sealed record PortOptions(string Name, MacAddress Mac)
{
    public int Mtu { get; init; } = 1500; // bytes of payload

    public bool Learning { get; init; } = true;

    /// <summary>Unknown unicast is sent here.</summary>
    public bool Flood { get; init; } = true;

    public bool MulticastFlood { get; init; } = true;

    public bool BroadcastFlood { get; init; } = true;

    /// <summary>Frames may go back out of the port they came from (reflective relay).</summary>
    public bool Hairpin { get; init; }

    /// <summary>Talks to ports that are not isolated, and to the host, only.</summary>
    public bool Isolated { get; init; }

    /// <summary>The port device has an IPv6 stack, which speaks to the guest; it hears nothing, since the bridge takes all.</summary>
    public bool OwnIpv6 { get; init; }

    public DeviceHooks Hooks { get; init; } = DeviceHooks.None;

    /// <summary>Counts on a VLAN-aware bridge.</summary>
    public PortVlans Vlans { get; init; } = PortVlans.Default;
}
