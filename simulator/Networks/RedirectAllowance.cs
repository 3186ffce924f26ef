using Lab.Engine.Packets;

namespace Lab.Simulator.Networks;

/// <summary>How often a station is told of a better way: six times at once, then once a second (inet_peer_xrlim_allow,
/// net/ipv4/icmp.c).</summary>
/// <remarks>Errors take from the same bucket. Where their own rate is not limited, as here, each of them empties it.</remarks>
internal sealed class RedirectAllowance(TimeProvider clock)
{
    private const int Burst = 6; // XRLIM_BURST_FACTOR
    private static readonly TimeSpan Price = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Ipv6Address, (TimeSpan Saved, long At)> _buckets = [];

    /// <summary>False when nothing is left for the station.</summary>
    public bool Take(Ipv6Address station)
    {
        TimeSpan saved = Saved(station);
        bool enough = saved >= Price;
        Set(station, enough ? saved - Price : saved);
        return enough;
    }

    public void Exhaust(Ipv6Address station) => Set(station, TimeSpan.Zero);

    private TimeSpan Saved(Ipv6Address station)
    {
        TimeSpan most = Burst * Price;
        return _buckets.TryGetValue(station, out var bucket) && bucket.Saved + clock.GetElapsedTime(bucket.At) is var now && now < most ? now : most;
    }

    private void Set(Ipv6Address station, TimeSpan saved)
    {
        if (_buckets.Count >= NeighbourTable<Ipv6Address>.MaximumNeighbours)
        {
            _buckets.Clear(); // the kernel forgets peers as well, oldest first
        }

        _buckets[station] = (saved, clock.GetTimestamp());
    }
}
