namespace Lab.Simulator.Switching;

/// <summary>The IP hooks that bridged packets are led through (br_netfilter; switching.md sections 2.8 and 9.1). Null fates mean: go on.</summary>
public interface IBridgeNetfilter
{
    /// <summary>Before learning: header checks, trimming, reassembly, connection tracking.</summary>
    Fate? PreRouting(Bridge bridge, ref PassingFrame frame);

    /// <summary>Once per egress port.</summary>
    Fate? Forward(Bridge bridge, ref PassingFrame frame, BridgePort egress);

    /// <summary>For a frame of the host's own, once per egress port.</summary>
    Fate? Output(Bridge bridge, in PassingFrame frame, BridgePort egress);

    /// <summary>For a frame that goes up to the host, behind those that went out of ports.</summary>
    void Input(in PassingFrame frame);

    /// <summary>Last, once per egress port: translates, fragments, and puts the result on the wire itself.</summary>
    void PostRouting(Bridge bridge, ref PassingFrame frame, BridgePort egress);
}
