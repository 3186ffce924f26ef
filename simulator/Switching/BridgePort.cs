namespace Lab.Simulator.Switching;

/// <summary>IEEE 802.1D port states, as br_stp.c numbers them.</summary>
public enum PortState
{
    Disabled,
    Listening,
    Learning,
    Forwarding,
    Blocking,
}

/// <summary>One port of a bridge: its settings, its link, and the wire on which frames leave.</summary>
public sealed class BridgePort
{
    private readonly IFrameSink _wire;

    internal BridgePort(int index, PortOptions options, PortFilter? filter, IFrameSink wire)
    {
        (Index, Options, Filter, _wire) = (index, options, filter, wire);
    }

    /// <summary>Its place in the bridge's list, counting from 0.</summary>
    public int Index { get; }

    public PortOptions Options { get; internal set; }

    /// <summary>Null lets everything pass.</summary>
    public PortFilter? Filter { get; internal set; }

    public bool Up { get; internal set; } = true;

    public bool Carrier { get; internal set; } = true;

    /// <summary>When the port last came up, on the bridge's clock.</summary>
    internal long UpSince { get; set; }

    /// <summary>The port of a new device in this one's place, on the same wire.</summary>
    internal BridgePort Successor(long now) => new(Index, Options, Filter, _wire) { UpSince = now };

    internal void Transmit(ReadOnlySpan<byte> frame) => _wire.Accept(frame);

    /// <summary>Why nothing can pass the port's link at all; null when it can.</summary>
    internal Fate? Obstacle() => !Up ? Fate.PortDown : !Carrier ? Fate.NoCarrier : null;

    public override string ToString() => Options.Name;
}
