using System.Numerics;
using Lab.Engine.Packets;

namespace Lab.Simulator.Switching;

internal enum EntryKind : byte
{
    /// <summary>Learned; ages, and may move to another port.</summary>
    Dynamic,

    /// <summary>Set by the administrator; never ages and never moves.</summary>
    Static,

    /// <summary>The bridge's or a port device's own address: frames for it go to the host.</summary>
    Local,
}

/// <summary>Which station is behind which port (net/bridge/br_fdb.c), as an open-addressed table that learns without allocating.</summary>
/// <remarks>Linear probing, and deletion by shifting back, so that there are no tombstones to clean up.</remarks>
internal sealed class ForwardingTable
{
    /// <summary>Learned entries; twenty bytes of memory or so each. The kernel's default has no limit (fdb_max_learned 0);
    /// ours is far above any guest count, and beyond it new stations are simply not learned.</summary>
    public const int MaximumEntries = 1 << 22;

    private const int InitialCapacity = 64;

    private Slot[] _slots = new Slot[InitialCapacity];

    public int Count { get; private set; }

    /// <summary>The live entry of a station.</summary>
    /// <param name="oldest">Dynamic entries last refreshed before this time no longer exist.</param>
    public bool TryFind(MacAddress station, long oldest, out int port, out EntryKind kind, ushort vlan = 0)
    {
        ref Slot slot = ref _slots[IndexOf(KeyOf(station, vlan))];
        (port, kind) = (slot.Port, slot.Kind);
        return slot.Used && (kind != EntryKind.Dynamic || slot.Seen > oldest);
    }

    /// <summary>Notes that the station was heard on the port; permanent entries stay as they are.</summary>
    public void Learn(MacAddress station, int port, long now, ushort vlan = 0)
    {
        ulong key = KeyOf(station, vlan);
        int index = IndexOf(key);
        ref Slot slot = ref _slots[index];
        if (slot.Used)
        {
            if (slot.Kind == EntryKind.Dynamic)
            {
                (slot.Port, slot.Seen) = (port, now);
            }
        }
        else if (Count < MaximumEntries)
        {
            Put(key, port, EntryKind.Dynamic, now);
        }
    }

    /// <summary>Adds or replaces a permanent entry.</summary>
    public void SetPermanent(MacAddress station, int port, EntryKind kind, ushort vlan = 0) => Put(KeyOf(station, vlan), port, kind, long.MaxValue);

    public void Remove(MacAddress station)
    {
        int index = IndexOf(KeyOf(station, 0));
        if (_slots[index].Used)
        {
            Vacate(index);
        }
    }

    /// <summary>Forgets what was learned behind a port, as when its link goes down.</summary>
    public void ForgetLearned(int port) => Forget(slot => slot.Kind == EntryKind.Dynamic && slot.Port == port);

    /// <summary>Forgets all stations behind a port, permanent ones included, as when its device goes.</summary>
    public void ForgetPort(int port) => Forget(slot => slot.Port == port);

    private void Forget(Predicate<Slot> unwanted)
    {
        for (int i = 0; i < _slots.Length;)
        {
            if (_slots[i].Used && unwanted(_slots[i]))
            {
                Vacate(i); // another entry may have moved here: look again
            }
            else
            {
                i++;
            }
        }
    }

    /// <summary>A station is another one in another VLAN; a bridge that is not VLAN-aware has all in VLAN 0.</summary>
    private static ulong KeyOf(MacAddress station, ushort vlan) => station.Bits | (ulong)vlan << 48;

    private void Put(ulong station, int port, EntryKind kind, long seen)
    {
        int index = IndexOf(station);
        if (!_slots[index].Used && (Count + 1) * 4 > _slots.Length * 3)
        {
            Grow();
            index = IndexOf(station);
        }

        Count += _slots[index].Used ? 0 : 1;
        _slots[index] = new Slot { Station = station, Port = port, Kind = kind, Seen = seen, Used = true };
    }

    /// <summary>The slot of the station, or the free one where it belongs.</summary>
    private int IndexOf(ulong station)
    {
        int index = HomeOf(station);
        while (_slots[index].Used && _slots[index].Station != station)
        {
            index = index + 1 & _slots.Length - 1;
        }

        return index;
    }

    // Fibonacci hashing: the high bits of the product depend on every bit of the address.
    private int HomeOf(ulong station) =>
        (int)(station * 0x9E37_79B9_7F4A_7C15 >> (64 - BitOperations.Log2((uint)_slots.Length)));

    private void Grow()
    {
        Slot[] old = _slots;
        _slots = new Slot[old.Length * 2];
        foreach (Slot slot in old)
        {
            if (slot.Used)
            {
                _slots[IndexOf(slot.Station)] = slot;
            }
        }
    }

    private void Vacate(int hole)
    {
        Count--;
        for (int next = hole + 1 & _slots.Length - 1; _slots[next].Used; next = next + 1 & _slots.Length - 1)
        {
            int home = HomeOf(_slots[next].Station);
            bool reachableWithoutHole = hole < next ? home > hole && home <= next : home > hole || home <= next;
            if (!reachableWithoutHole)
            {
                _slots[hole] = _slots[next];
                hole = next;
            }
        }

        _slots[hole] = default;
    }

    private struct Slot
    {
        public ulong Station;
        public long Seen;
        public int Port;
        public EntryKind Kind;
        public bool Used;
    }
}
