namespace Lab.Engine.Packets;

/// <summary>What an IP packet carries, and where: the protocol behind every option and extension header.</summary>
/// <param name="Offset">From the first byte of the IP header; may lie behind the end of what arrived.</param>
/// <param name="IsFragment">A piece of a datagram, the first one included.</param>
/// <param name="IsLaterFragment">Not the first piece, so that no header of <paramref name="Protocol"/> is in it.</param>
public readonly record struct UpperLayer(IpProtocol Protocol, int Offset, bool IsFragment, bool IsLaterFragment)
{
    /// <summary>Finds it in an untagged frame whose IP header is sound; other frames have none.</summary>
    /// <returns>Offsets from the first byte of the frame.</returns>
    public static bool TryFind(ReadOnlySpan<byte> frame, out UpperLayer found)
    {
        found = default;
        if (!EthernetView.TryRead(frame, out EthernetView ethernet))
        {
            return false;
        }

        switch (ethernet.Type)
        {
            case EtherType.Ipv4 when Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip) && ip.LengthIsSound:
                found = new(ip.Protocol, EthernetView.Length + ip.HeaderLength, ip.IsFragment, ip.FragmentOffset != 0);
                return true;
            case EtherType.Ipv6 when Ipv6View.TryRead(ethernet.Payload, out Ipv6View ip) && ip.LengthIsSound
                                     && ip.TryFindUpperLayer(out found):
                found = found with { Offset = EthernetView.Length + found.Offset };
                return true;
            default:
                return false;
        }
    }
}
