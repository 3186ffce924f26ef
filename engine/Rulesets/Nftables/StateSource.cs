namespace Lab.Engine.Rulesets.Nftables;

/// <summary>Who tracks the connections of bridged packets.</summary>
public enum StateSource
{
    /// <summary>The IP hooks, which bridge netfilter calls in the midst of bridging: everywhere, while its sysctls are on.</summary>
    BridgeNetfilter,

    /// <summary>The bridge itself, by nf_conntrack_bridge: whatever the sysctls say.</summary>
    /// <remarks>Rejecting stays with bridge netfilter: nft can reject in the bridge family only before the way out is known
    /// (net/bridge/netfilter/nft_reject_bridge.c takes prerouting and input), and where it is off a packet is dropped.</remarks>
    BridgeConntrack,
}
