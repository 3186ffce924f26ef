using Lab.Contract.Testbeds;

namespace Lab.Kernel.Hosts;

/// <summary>IPv6 addresses take effect a moment after they were added: a worker makes the route by which packets for them are the
/// host's own (addrconf_dad_work, net/ipv6/addrconf.c), even where no duplicate is looked for.</summary>
internal static class Ipv6Addresses
{
    private const string Routes = "/proc/thread-self/net/ipv6_route"; // destination and its length in hexadecimal, then much else

    /// <summary>Returns once the namespace of the calling thread takes packets for all of these.</summary>
    /// <exception cref="TestbedException">One is still not there after a while.</exception>
    public static void Await(IEnumerable<HostIpv6Address> addresses, TimeSpan patience)
    {
        HashSet<string> awaited = [.. addresses.Select(address => $"{address.Address.Bits:x32} 80")];
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (awaited.Count > 0)
        {
            awaited.ExceptWith(File.ReadLines(Routes).Select(line => line[..Math.Min(line.Length, 35)]).ToArray());
            if (awaited.Count > 0 && Environment.TickCount64 > deadline)
            {
                throw new TestbedException($"the host has not taken up {awaited.First()} after {patience.TotalSeconds} s");
            }
        }
    }
}
