using Lab.Engine.Packets;

namespace Lab.Kernel;

/// <summary>The sysctls of a namespace, so that it neither speaks nor is silent by itself (switching.md section 10.3).</summary>
/// <remarks>All of it is for the namespace of the calling thread; devices that come later are made by what is set before them.</remarks>
internal static class NamespaceSettings
{
    /// <summary>No device gets an IPv6 stack unless it is woken.</summary>
    public static void SilenceIpv6()
    {
        Set("ipv6/conf/all/disable_ipv6", "1");
        Set("ipv6/conf/default/disable_ipv6", "1");
    }

    /// <summary>What a stack would say at moments of its own choice, or keep to itself for a while.</summary>
    public static void SilenceStack()
    {
        SilenceIpv6();
        SetAllAndDefault("ipv4/conf", "rp_filter", "0");
        Set("ipv4/igmp_link_local_mcast_reports", "0"); // a bridge that snoops joins 224.0.0.106, and would say so
        Set("ipv6/icmp/ratelimit", "0");
        Set("ipv6/auto_flowlabels", "0");
        Set("ipv6/conf/default/accept_ra", "0");
        Set("ipv6/conf/default/addr_gen_mode", "1"); // no address by itself; the testbed adds the link-local one, without a probe for it
    }

    /// <summary>Whether packets are routed between devices.</summary>
    public static void Forward(bool ipv4, bool ipv6)
    {
        Set("ipv4/ip_forward", Word(ipv4));
        SetAllAndDefault("ipv6/conf", "forwarding", Word(ipv6));
    }

    /// <summary>Every error is said, however many there are, and no router tells of a better one.</summary>
    public static void SayAllErrorsNoRedirects()
    {
        SetAllAndDefault("ipv4/conf", "send_redirects", "0");
        Set("ipv4/icmp_ratelimit", "0");
        foreach (string ofAll in new[] { "icmp_msgs_per_sec", "icmp_msgs_burst" })
        {
            if (File.Exists($"/proc/sys/net/ipv4/{ofAll}")) // older kernels have one limit for all namespaces; both versions of IP heed it
            {
                Set($"ipv4/{ofAll}", "1000000000");
            }
        }
    }

    /// <summary>Whether bridged packets are shown to ip, ip6 and arp tables; nothing where the kernel cannot show them.</summary>
    public static void ShowBridged(bool shown)
    {
        if (Directory.Exists("/proc/sys/net/bridge"))
        {
            foreach (string family in new[] { "iptables", "ip6tables", "arptables" })
            {
                Set($"bridge/bridge-nf-call-{family}", Word(shown));
            }
        }
    }

    /// <summary>Gives a device the stack that <see cref="SilenceIpv6"/> keeps from it.</summary>
    public static void WakeIpv6(InterfaceName device) => Set($"ipv6/conf/{device}/disable_ipv6", "0");

    /// <summary>The same, with a link-local address from the MAC as by default; its check for duplicates goes without the nonce of
    /// RFC 7527, a new number each time.</summary>
    public static void WakeIpv6WithAddress(InterfaceName device)
    {
        foreach (string which in new[] { "all", device.ToString() }) // either is enough for the kernel
        {
            Set($"ipv6/conf/{which}/enhanced_dad", "0");
        }

        Set($"ipv6/conf/{device}/addr_gen_mode", "0");
        WakeIpv6(device);
    }

    /// <summary>A neighbour that a server entered would be asked again after five seconds; no simulated one is.</summary>
    public static void TrustNeighbours(InterfaceName device)
    {
        foreach (string family in new[] { "ipv4", "ipv6" })
        {
            Set($"{family}/neigh/{device}/delay_first_probe_time", "3600");
        }
    }

    private static string Word(bool on) => on ? "1" : "0";

    private static void SetAllAndDefault(string folder, string name, string value)
    {
        Set($"{folder}/all/{name}", value);
        Set($"{folder}/default/{name}", value);
    }

    private static void Set(string path, string value) => File.WriteAllText($"/proc/sys/net/{path}", value);
}
