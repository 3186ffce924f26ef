using Lab.Engine.Packets;
using Lab.Simulator.Networks.Ipv4;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks.Ipv6;

/// <summary>Collects IPv6 fragments until a datagram is whole (net/ipv6/netfilter/nf_conntrack_reasm.c; reassembly.c is alike).</summary>
internal sealed class Ipv6Reassembly(TimeProvider clock)
{
    private const int LinkHeader = EthernetView.Length;
    private const int LongestPayload = 65535; // bytes
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60); // nf_conntrack_frag6_timeout

    private readonly FragmentQueues<(Ipv6Address, Ipv6Address, uint)> _queues = new(clock, Patience);

    /// <summary>Whether the packet is kept until others complete it; what is not goes on as it is.</summary>
    /// <param name="packet">From the IP header, trimmed to its length.</param>
    public bool Concerns(ReadOnlySpan<byte> packet)
    {
        if (!Ipv6FragmentHeader.TryFind(packet, out Ipv6FragmentHeader header) || header.CutsHeaders(packet))
        {
            return false;
        }

        // A piece that is not the last and does not end on eight bytes spoils its datagram and goes on: EPROTO is no reason to drop it.
        bool odd = header.More && (packet.Length - header.PayloadAt) % 8 != 0;
        if (odd)
        {
            _queues.Remove(KeyOf(packet, header));
        }

        return !odd;
    }

    /// <summary>Takes a fragment that concerns this.</summary>
    /// <param name="fate">Why there is no whole datagram, when this returns null.</param>
    public Reassembled? Take(ReadOnlySpan<byte> frame, out Fate fate)
    {
        ReadOnlySpan<byte> packet = frame[LinkHeader..];
        _ = Ipv6FragmentHeader.TryFind(packet, out Ipv6FragmentHeader header);
        ReadOnlySpan<byte> payload = packet[header.PayloadAt..];
        fate = Fate.BrokenFragments;
        if (payload.IsEmpty || header.Offset + payload.Length > LongestPayload)
        {
            return null;
        }

        (Ipv6Address, Ipv6Address, uint) key = KeyOf(packet, header);
        FragmentQueue queue = _queues.At(key);
        if (!queue.TryAdd(header.Offset, payload, header.More, uncut: false, frame[..(LinkHeader + header.PayloadAt)]))
        {
            _queues.Remove(key);
            return null;
        }

        fate = Fate.HeldForReassembly;
        if (!queue.IsWhole)
        {
            return null;
        }

        _queues.Remove(key);
        return Assemble(queue, frame[..LinkHeader]);
    }

    private static (Ipv6Address, Ipv6Address, uint) KeyOf(ReadOnlySpan<byte> packet, in Ipv6FragmentHeader header) =>
        (Ipv6Address.Read(packet[Ipv6Packet.SourceOffset..]), Ipv6Address.Read(packet[Ipv6Packet.DestinationOffset..]), header.Identification);

    /// <summary>The first piece's headers without the fragment header, then everything.</summary>
    private static Reassembled Assemble(FragmentQueue queue, ReadOnlySpan<byte> link)
    {
        int head = queue.Head.Length - Ipv6FragmentHeader.Length;
        byte[] frame = new byte[head + queue.PayloadLength];
        queue.Head.AsSpan(0, head).CopyTo(frame);
        link.CopyTo(frame);
        queue.WritePayload(frame.AsSpan(head));
        Span<byte> packet = frame.AsSpan(LinkHeader);
        _ = Ipv6FragmentHeader.TryFind(queue.Head.AsSpan(LinkHeader), out Ipv6FragmentHeader removed);
        packet[removed.NextHeaderAt] = (byte)removed.Next;
        Ipv4Rewriter.Put(packet, 4, (ushort)(packet.Length - Ipv6View.Length));
        return new(frame, queue.Sizes);
    }
}
