using System.Diagnostics;
using Lab.Engine.Packets;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks.Ipv4;

/// <summary>Collects fragments until a datagram is whole (net/ipv4/ip_fragment.c, as nf_defrag_ipv4 uses it).</summary>
internal sealed class Ipv4Reassembly(TimeProvider clock)
{
    private const int LinkHeader = EthernetView.Length;
    private const int LongestPacket = 65535; // bytes
    private const int DontFragment = 0x4000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // ipfrag_time

    private readonly FragmentQueues<(Ipv4Address, Ipv4Address, IpProtocol, ushort)> _queues = new(clock, Patience);

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
        FragmentQueue queue = _queues.At(key);
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
            _queues.Remove(key);
            return null;
        }

        if (!queue.IsWhole)
        {
            return null;
        }

        _queues.Remove(key);
        return Assemble(queue, frame[..LinkHeader]);
    }

    private static Reassembled Assemble(FragmentQueue queue, ReadOnlySpan<byte> link)
    {
        byte[] frame = new byte[queue.Head.Length + queue.PayloadLength];
        queue.Head.CopyTo(frame, 0);
        link.CopyTo(frame);
        queue.WritePayload(frame.AsSpan(queue.Head.Length));
        Span<byte> packet = frame.AsSpan(LinkHeader);
        Ipv4Rewriter.SetTotalLength(packet, packet.Length);
        (int largest, int largestUncut) = queue.Sizing;
        Ipv4Rewriter.Put(packet, 6, (ushort)(largest == largestUncut ? DontFragment : 0)); // as ip_frag_reasm decides
        Ipv4Rewriter.Seal(packet);
        return new(frame, queue.Sizes);
    }
}
