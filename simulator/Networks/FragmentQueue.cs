using System.Collections.Immutable;
using Lab.Engine.Packets;

namespace Lab.Simulator.Networks;

/// <summary>A datagram put together again, and the pieces it came in.</summary>
/// <param name="Frame">The link header of the piece that completed it, then the whole packet.</param>
/// <param name="Sizes">Payload bytes of each piece in order; the pieces sent again have the same.</param>
internal sealed record Reassembled(byte[] Frame, ImmutableArray<int> Sizes)
{
    public byte[] Packet => Frame[EthernetView.Length..];
}

/// <summary>The pieces of one datagram that have come so far (net/ipv4/inet_fragment.c; both versions of IP use it).</summary>
internal sealed class FragmentQueue(long started)
{
    private readonly SortedList<int, byte[]> _pieces = [];
    private int? _end;

    public long Started { get; } = started;

    /// <summary>What stands before the payload of the piece at offset 0; empty until that has come.</summary>
    public byte[] Head { get; private set; } = [];

    /// <summary>Payload bytes of the largest piece, and of the largest of those that may not be cut.</summary>
    public (int Largest, int LargestUncut) Sizing { get; private set; }

    public int PayloadLength => _end ?? 0;

    public ImmutableArray<int> Sizes => [.. _pieces.Select(piece => piece.Value.Length)];

    public bool IsWhole => _end is { } end && Head.Length > 0 && _pieces.Sum(piece => piece.Value.Length) == end;

    /// <summary>False for a piece that contradicts what is here; a piece wholly inside another changes nothing.</summary>
    /// <param name="uncut">Its sender forbade cutting it.</param>
    public bool TryAdd(int start, ReadOnlySpan<byte> payload, bool more, bool uncut, ReadOnlySpan<byte> head)
    {
        int stop = start + payload.Length;
        int reached = _pieces.Count == 0 ? 0 : _pieces.Keys[^1] + _pieces.Values[^1].Length;
        if (more ? stop > _end : reached > stop || (_end is { } end && end != stop))
        {
            return false;
        }

        foreach ((int at, byte[] bytes) in _pieces)
        {
            if (stop > at && start < at + bytes.Length)
            {
                return start >= at && stop <= at + bytes.Length;
            }
        }

        _end = more ? _end : stop;
        Sizing = (Math.Max(Sizing.Largest, payload.Length), uncut ? Math.Max(Sizing.LargestUncut, payload.Length) : Sizing.LargestUncut);
        _pieces[start] = payload.ToArray();
        Head = start == 0 ? head.ToArray() : Head;
        return true;
    }

    public void WritePayload(Span<byte> to)
    {
        foreach ((int at, byte[] bytes) in _pieces)
        {
            bytes.CopyTo(to[at..]);
        }
    }
}

/// <summary>The datagrams of which pieces are missing.</summary>
internal sealed class FragmentQueues<TKey>(TimeProvider clock, TimeSpan patience) where TKey : struct
{
    /// <summary>The kernel bounds the memory (ip*frag_high_thresh, 4 MiB); so many datagrams of the largest size are as much.</summary>
    public const int MaximumDatagrams = 64;

    private readonly Dictionary<TKey, FragmentQueue> _queues = [];

    public void Remove(TKey key) => _queues.Remove(key);

    public FragmentQueue At(TKey key)
    {
        long now = clock.GetTimestamp();
        if (_queues.TryGetValue(key, out FragmentQueue? queue) && clock.GetElapsedTime(queue.Started, now) < patience)
        {
            return queue;
        }

        foreach ((TKey old, FragmentQueue stale) in _queues)
        {
            if (clock.GetElapsedTime(stale.Started, now) >= patience)
            {
                _ = _queues.Remove(old);
            }
        }

        if (_queues.Count >= MaximumDatagrams)
        {
            _ = _queues.Remove(_queues.MinBy(entry => entry.Value.Started).Key);
        }

        return _queues[key] = new(now);
    }
}
