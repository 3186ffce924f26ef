using Lab.Engine.Packets;
using Lab.Simulator.Networks.Ipv4;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Networks;

/// <summary>Puts the fragments together that come to a group on a device with macvtaps (ip_check_defrag, net/ipv4/ip_fragment.c).</summary>
internal sealed class GroupDefragmenter(TimeProvider clock) : IGroupDefragmenter
{
    private readonly Ipv4Reassembly _fragments = new(clock);

    public bool TryComplete(ReadOnlySpan<byte> frame, out ReadOnlyMemory<byte> whole, out Fate held)
    {
        (whole, held) = (default, default);
        if (!EthernetView.TryRead(frame, out EthernetView ethernet) || ethernet.Type != EtherType.Ipv4
            || !Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip) || !ip.LengthIsSound || !ip.IsFragment)
        {
            return true;
        }

        if (_fragments.Take(frame[..(EthernetView.Length + ip.TotalLength)], out held) is not { } complete)
        {
            return false;
        }

        whole = complete.Frame;
        return true;
    }
}
