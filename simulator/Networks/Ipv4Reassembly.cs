using System.Collections.Immutable;
using System.Diagnostics;
using Lab.Engine.Packets;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks;

/// <summary>A datagram put together again, and the pieces it came in.</summary>
/// <param name="Frame">The link header of the piece that completed it, then the whole packet.</param>
/// <param name="Sizes">Payload bytes of each piece in order; the pieces sent again have the same.</param>
internal sealed record Reassembled(ReadOnlyMemory<byte> Frame, ImmutableArray<int> Sizes);

/// <summary>Collects fragments until a datagram is whole (net/ipv4/ip_fragment.c, as nf_defrag_ipv4 uses it).</summary>
internal sealed class Ipv4Reassembly(TimeProvider clock)
{
    /// <summary>The kernel bounds the memory (ipfrag_high_thresh, 4 MiB); so many datagrams of the largest size are as much.</summary>
    public const int MaximumDatagrams = 64;

    private const int LinkHeader = EthernetView.Length;
    private const int LongestPacket = 65535; // bytes
    private const int DontFragment = 0x4000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // ipfrag_time

    private readonly Dictionary<(Ipv4Address, Ipv4Address, IpProtocol, ushort), Queue> _queues = [];

    /// <summary>Takes a fragment in a frame whose IPv4 header is sound.</summary>
    /// <param name="fate">Why there is no whole datagram, when this returns null.</param>
    public Reassembled? Take(ReadOnlySpan<byte> frame, out Fate fate)
    {
        fate = Fate.HeldForReassembly;
        if (!Ipv4View.TryRead(frame[LinkHeader..], out Ipv4View ip))
        {
            throw new UnreachableException("header checks come before reassembly");
        }

        (Ipv4Address, Ipv4Address, IpProtocol, ushort) key = (ip.Source, ip.Destination, ip.Protocol, ip.Id);
        Queue queue = QueueOf(key);
        int start = ip.FragmentOffset * 8;
        ReadOnlySpan<byte> payload = ip.MoreFragments ? ip.Payload[..(ip.Payload.Length & ~7)] : ip.Payload;
        if (start + payload.Length > LongestPacket)
        {
            fate = Fate.BrokenFragments;
            return null;
        }

        if (!queue.TryAdd(start, payload, ip.MoreFragments, ip.DontFragment, frame[..(LinkHeader + ip.HeaderLength)]))
        {
            fate = Fate.BrokenFragments;
            _ = _queues.Remove(key);
            return null;
        }

        if (!queue.IsWhole)
        {
            return null;
        }

        _ = _queues.Remove(key);
        return queue.Assemble(frame[..LinkHeader]);
    }

    private Queue QueueOf((Ipv4Address, Ipv4Address, IpProtocol, ushort) key)
    {
        long now = clock.GetTimestamp();
        if (!_queues.TryGetValue(key, out Queue? queue) || clock.GetElapsedTime(queue.Started, now) >= Patience)
        {
            foreach ((var old, Queue stale) in _queues)
            {
                if (clock.GetElapsedTime(stale.Started, now) >= Patience)
                {
                    _ = _queues.Remove(old);
                }
            }

            if (_queues.Count >= MaximumDatagrams)
            {
                _ = _queues.Remove(_queues.MinBy(entry => entry.Value.Started).Key);
            }

            _queues[key] = queue = new(now);
        }

        return queue;
    }

    private sealed class Queue(long started)
    {
        private readonly SortedList<int, byte[]> _pieces = [];
        private byte[] _headers = []; // link and IP header of the piece at offset 0
        private int _largest, _largestUncut; // payload bytes, of all pieces and of those that may not be cut
        private int? _end;

        public long Started { get; } = started;

        public bool IsWhole => _end is { } end && _headers.Length > 0 && _pieces.Sum(piece => piece.Value.Length) == end;

        /// <summary>False for a piece that contradicts what is here; a piece wholly inside another changes nothing.</summary>
        public bool TryAdd(int start, ReadOnlySpan<byte> payload, bool more, bool uncut, ReadOnlySpan<byte> headers)
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
            _largest = Math.Max(_largest, payload.Length);
            _largestUncut = uncut ? Math.Max(_largestUncut, payload.Length) : _largestUncut;
            _pieces[start] = payload.ToArray();
            _headers = start == 0 ? headers.ToArray() : _headers;
            return true;
        }

        public Reassembled Assemble(ReadOnlySpan<byte> link)
        {
            byte[] frame = new byte[_headers.Length + _end!.Value];
            _headers.CopyTo(frame, 0);
            link.CopyTo(frame);
            foreach ((int at, byte[] bytes) in _pieces)
            {
                bytes.CopyTo(frame, _headers.Length + at);
            }

            Span<byte> packet = frame.AsSpan(LinkHeader);
            Ipv4Rewriter.SetTotalLength(packet, packet.Length);
            Ipv4Rewriter.Put(packet, 6, (ushort)(_largest == _largestUncut ? DontFragment : 0)); // as ip_frag_reasm decides
            Ipv4Rewriter.Seal(packet);
            return new(frame, [.. _pieces.Select(piece => piece.Value.Length)]);
        }
    }
}
