using Lab.Engine.Packets;

namespace Lab.Simulator.Networks;

/// <summary>How much a host may still tell each station about what became of its packets (switching.md sections 8.5 and 8.6).</summary>
/// <remarks>
/// Errors and redirects draw on one bucket of time per station (struct inet_peer): an error takes a second out of it, a
/// redirect to a station that had none for long empties it (inet_peer_xrlim_allow in net/ipv4/icmp.c and
/// ip_rt_send_redirect in net/ipv4/route.c).
/// </remarks>
internal sealed class ErrorAllowance(TimeProvider clock)
{
    private const int MaximumRedirects = 9; // ip_rt_redirect_number
    private static readonly TimeSpan Error = TimeSpan.FromSeconds(1); // icmp_ratelimit
    private static readonly TimeSpan Full = 6 * Error; // XRLIM_BURST_FACTOR
    private static readonly TimeSpan Load = TimeSpan.FromMilliseconds(20); // ip_rt_redirect_load
    private static readonly TimeSpan Silence = Load * (1 << (MaximumRedirects + 1)); // ip_rt_redirect_silence

    /// <summary>The kernel bounds its peers too (inet_peer_threshold).</summary>
    private const int MaximumStations = 65536;

    private readonly Dictionary<Ipv4Address, Station> _stations = [];

    public bool AllowsError(Ipv4Address to)
    {
        Station station = StationOf(to);
        long now = clock.GetTimestamp();
        station.Tokens = Min(station.Tokens + clock.GetElapsedTime(station.Last, now), Full);
        station.Last = now;
        bool allowed = station.Tokens >= Error;
        station.Tokens -= allowed ? Error : TimeSpan.Zero;
        return allowed;
    }

    public bool AllowsRedirect(Ipv4Address to)
    {
        Station station = StationOf(to);
        TimeSpan quiet = clock.GetElapsedTime(station.Last);
        if (quiet > Silence)
        {
            (station.Tokens, station.Redirects) = (TimeSpan.Zero, 0);
        }

        bool tooMany = station.Redirects >= MaximumRedirects;
        bool allowed = !tooMany && (station.Redirects == 0 || quiet > Load * (1 << station.Redirects));
        station.Redirects += allowed ? 1 : 0;
        station.Last = allowed || tooMany ? clock.GetTimestamp() : station.Last;
        return allowed;
    }

    private Station StationOf(Ipv4Address address)
    {
        if (!_stations.TryGetValue(address, out Station? station))
        {
            if (_stations.Count >= MaximumStations)
            {
                _stations.Clear();
            }

            long longAgo = clock.GetTimestamp() - (long)(60 * clock.TimestampFrequency); // inet_getpeer
            _stations[address] = station = new() { Last = longAgo };
        }

        return station;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private sealed class Station
    {
        public TimeSpan Tokens { get; set; }

        public long Last { get; set; }

        public int Redirects { get; set; }
    }
}
