using Lab.Engine.Packets;
using Lab.Simulator.Time;

namespace Lab.Simulator.Networks;

/// <summary>Where the neighbours on one device are, and the packets that wait for those of whom that is not known (net/core/neighbour.c).</summary>
internal sealed class NeighbourTable<TAddress> where TAddress : struct
{
    /// <summary>As many as the kernel keeps by default before it starts to forget (gc_thresh3).</summary>
    public const int MaximumNeighbours = 1024;

    /// <summary>Packets that wait for one neighbour (unres_qlen_bytes allows about 101 small ones).</summary>
    public const int MaximumWaiting = 101;

    private const int Questions = 3; // mcast_solicit
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1); // retrans_time

    private readonly Dictionary<TAddress, MacAddress> _known = [];
    private readonly HashSet<TAddress> _permanent = [];
    private readonly Dictionary<TAddress, List<HostPacket>> _waiting = [];

    public bool TryFind(TAddress neighbour, out MacAddress mac) => _known.TryGetValue(neighbour, out mac);

    /// <summary>Notes where a neighbour is; beyond the limit new ones are not remembered.</summary>
    public void Set(TAddress neighbour, MacAddress mac)
    {
        if ((_known.Count < MaximumNeighbours || _known.ContainsKey(neighbour)) && !_permanent.Contains(neighbour))
        {
            _known[neighbour] = mac;
        }
    }

    /// <summary>Says where a neighbour is, whatever is heard of him.</summary>
    public void SetForGood(TAddress neighbour, MacAddress mac)
    {
        _known[neighbour] = mac;
        _ = _permanent.Add(neighbour);
    }

    /// <summary>Notes where a neighbour has gone who is known already.</summary>
    public void Update(TAddress neighbour, MacAddress mac)
    {
        if (_known.ContainsKey(neighbour))
        {
            Set(neighbour, mac);
        }
    }

    /// <summary>An answer has come: the neighbour is known if it was asked for, and what waits for it may go.</summary>
    public IReadOnlyList<HostPacket> Answered(TAddress neighbour, MacAddress mac)
    {
        Update(neighbour, mac);
        if (!_waiting.Remove(neighbour, out List<HostPacket>? waiting))
        {
            return [];
        }

        Set(neighbour, mac);
        return waiting;
    }

    /// <summary>Keeps a packet until its neighbour answers, who is asked at once and after one and two seconds.</summary>
    /// <param name="lost">Takes each packet that waited in vain, a second after the last question.</param>
    public void Await(TAddress neighbour, HostPacket packet, VirtualClock clock, Action ask, Action<HostPacket> lost)
    {
        if (_waiting.TryGetValue(neighbour, out List<HostPacket>? waiting))
        {
            if (waiting.Count < MaximumWaiting)
            {
                waiting.Add(packet);
            }

            return;
        }

        _waiting[neighbour] = [packet];
        ask();
        for (int asked = 1; asked <= Questions; asked++)
        {
            bool last = asked == Questions;
            clock.After(asked * Pause, () => AskAgain(neighbour, last, ask, lost));
        }
    }

    private void AskAgain(TAddress neighbour, bool last, Action ask, Action<HostPacket> lost)
    {
        if (!_waiting.ContainsKey(neighbour))
        {
            return;
        }

        if (!last)
        {
            ask();
        }
        else if (_waiting.Remove(neighbour, out List<HostPacket>? waiting))
        {
            waiting.ForEach(lost);
        }
    }
}
