using Lab.Contract.Testbeds;
using Lab.Engine.Interop;

namespace Lab.Kernel.Hosts;

/// <summary>Keeps a stack from telling, at random moments, which groups it listens to, and dnsmasq which routers there are (switching.md
/// section 10.3).</summary>
/// <remarks>A host joins groups as soon as it has an IPv6 address, and no sysctl keeps it from reporting that (net/ipv6/mcast.c).
/// dnsmasq advertises whenever its clock says so (new_timeout in its radv.c), and what nobody asked for goes to everybody. So does what
/// somebody without an address asked for, therefore each such question lets one pass; should that be one that came by itself, it says
/// the same.</remarks>
internal static class Ipv6Silence
{
    private const string Rules = """
        table ip6 lab-silence {
          set asked {
            type ifname
            flags dynamic
            size 1024
          }

          chain input {
            type filter hook input priority -400; policy accept;
            icmpv6 type nd-router-solicit ip6 saddr :: add @asked { iifname }
          }

          chain output {
            type filter hook output priority -400; policy accept;
            icmpv6 type nd-router-advert ip6 daddr ff02::1 oifname != @asked drop
            icmpv6 type nd-router-advert ip6 daddr ff02::1 delete @asked { oifname }
            icmpv6 type { mld-listener-report, mld-listener-done, mld2-listener-report } drop
          }
        }

        """;

    /// <summary>In the namespace of the calling thread, before any device there has an address.</summary>
    /// <exception cref="TestbedException">nft refused.</exception>
    public static void Load()
    {
        using Nftables nft = new();
        (bool done, string answer) = nft.TryRun(Rules);
        if (!done)
        {
            throw new TestbedException($"silencing multicast listener discovery: {answer}");
        }
    }
}
