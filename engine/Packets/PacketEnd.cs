namespace Lab.Engine.Packets;

/// <summary>One of the two ends that a packet goes between.</summary>
/// <param name="V4">Unless it is of the other family; likewise <paramref name="V6"/>.</param>
/// <param name="Port">0 where the protocol has none.</param>
internal readonly record struct PacketEnd(bool IsIpv6, Ipv4Address V4, Ipv6Address V6, ushort Port)
{
    /// <summary>The address's part in the sum over a pseudo header.</summary>
    public ulong Sum()
    {
        Span<byte> bytes = stackalloc byte[Ipv6Address.Length];
        bytes.Clear();
        if (IsIpv6)
        {
            V6.Write(bytes);
        }
        else
        {
            V4.Write(bytes);
        }

        return InternetChecksum.Sum(bytes);
    }
}
