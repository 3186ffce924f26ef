using System.Collections.Immutable;
using Lab.Engine.Interop;

namespace Lab.Engine.Apply;

/// <summary>Something of the kernel that a lowering may use.</summary>
/// <param name="Ruleset">What loads exactly where the kernel has it.</param>
/// <param name="Cost">What its absence costs; one sentence without full stop.</param>
public sealed record KernelFeature(string Name, string Ruleset, string Cost)
{
    public static readonly KernelFeature BridgeTracking = new("bridge connection tracking",
        "table bridge p { chain c { type filter hook forward priority 0; ct state established accept\n }\n}",
        "IP rules need bridge netfilter, which tracks connections instead");

    /// <summary>Asked for in a namespace that goes away with the question; devices that the rules name do not exist there.</summary>
    public static readonly ImmutableArray<KernelFeature> All =
    [
        new("bridge table", "table bridge p { chain c { type filter hook prerouting priority -300; }\n}",
            "ports on bridges cannot be filtered by nft; use --backend ebiptables"),
        new("verdict map by device name", "table bridge p { map m { typeof iifname : verdict; }\n chain c { iifname vmap @m\n }\n}",
            "ports on bridges cannot be filtered by nft; use --backend ebiptables"),
        new("sets keyed by device and field", "table bridge p { set s { typeof iifname . ether saddr; }\n chain c { iifname . ether saddr @s drop\n }\n}",
            "ports could not share chains"),
        BridgeTracking,
        new("bridge reject", "table bridge p { chain c { type filter hook prerouting priority 0; reject\n }\n}",
            "rejecting goes through bridge netfilter instead"),
        new("ip connection tracking", "table ip p { chain c { type filter hook prerouting priority 350; meta iifkind \"bridge\" ct state new meta mark set meta mark | 1\n }\n}",
            "rules with connection states are refused"),
        new("device ingress", "table netdev p { chain c { type filter hook ingress devices = { \"probe0\" } priority 0; }\n}",
            "macvtaps and ports on no bridge cannot be filtered before they exist, or at all"),
        new("device egress", "table netdev p { chain c { type filter hook egress devices = { \"probe0\" } priority 0; }\n}",
            "macvtaps and ports on no bridge can be filtered in one direction only"),
    ];

    /// <summary>Which of <see cref="All"/> this kernel has.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">EPERM without the privilege to make a namespace.</exception>
    public static ImmutableArray<bool> Probe() => Probe(All);

    /// <exception cref="System.ComponentModel.Win32Exception">EPERM without the privilege to make a namespace.</exception>
    public bool IsPresent() => Probe([this]).Single();

    private static ImmutableArray<bool> Probe(ImmutableArray<KernelFeature> features)
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        return space.Run(() =>
        {
            using Nftables nft = new();
            return features.Select(feature =>
            {
                bool there = nft.TryRun(feature.Ruleset).Done;
                _ = nft.TryRun("flush ruleset");
                return there;
            }).ToImmutableArray();
        });
    }
}
