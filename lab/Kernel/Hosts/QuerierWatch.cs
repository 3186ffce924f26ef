using System.Diagnostics;
using Lab.Contract.Testbeds;
using Lab.Engine.Interop.Netlink;

namespace Lab.Kernel.Hosts;

/// <summary>Watches a bridge's own timer for the querier that it heard, which says how long ago that was.</summary>
internal static class QuerierWatch
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(255); // mcast_querier_interval
    private static readonly TimeSpan Coarse = TimeSpan.FromMilliseconds(20); // the timer is told in hundredths, and jiffies are 4 ms

    /// <summary>In the namespace of the calling thread.</summary>
    /// <exception cref="TestbedException">The bridge knows no querier.</exception>
    public static void Await(QuerierHeeded querier, TimeSpan patience)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using RouteSocket route = new();
        TimeSpan? left = null;
        do
        {
            route.Execute(new RouteBatch().Ask(querier.Bridge), link => left = link.QuerierExpires(querier.Version6));
            if (left is null || watch.Elapsed > patience)
            {
                throw new TestbedException($"{querier.Bridge} heeds no querier");
            }
        }
        while (Forgotten - left < querier.Answers + Coarse);
    }
}
