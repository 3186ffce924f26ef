using Lab.Contract.Testbeds;
using Lab.Engine.Interop;

namespace Lab.Kernel.Hosts;

/// <summary>Keeps a stack from telling, at random moments, which groups it listens to (switching.md section 10.3).</summary>
/// <remarks>A host joins groups as soon as it has an IPv6 address, and no sysctl keeps it from reporting that (net/ipv6/mcast.c).</remarks>
internal static class Ipv6Silence
{
    private const string Rules = """
        table ip6 lab-silence {
          chain output {
            type filter hook output priority -400; policy accept;
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
