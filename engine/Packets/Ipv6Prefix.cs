namespace Lab.Engine.Packets;

/// <summary>A block of IPv6 addresses (RFC 4291 section 2.3). The default value, ::/0, holds every address.</summary>
public readonly record struct Ipv6Prefix
{
    /// <exception cref="ArgumentException">A bit is set behind the prefix, or the length is not 0 to 128.</exception>
    public Ipv6Prefix(Ipv6Address network, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 128);
        (Network, Length) = (network, length);
        if ((network.Bits & ~MaskBits(length)) != 0)
        {
            throw new ArgumentException($"{network} has bits behind its first {length}", nameof(network));
        }
    }

    public Ipv6Address Network { get; }

    /// <summary>In bits, 0 to 128.</summary>
    public int Length { get; }

    public Ipv6Address Last => new(Network.Bits | ~MaskBits(Length));

    /// <summary>The block of that size in which the address lies.</summary>
    public static Ipv6Prefix Of(Ipv6Address address, int length) => new(new(address.Bits & MaskBits(length)), length);

    public bool Contains(Ipv6Address address) => (address.Bits & MaskBits(Length)) == Network.Bits;

    public override string ToString() => $"{Network}/{Length}";

    private static UInt128 MaskBits(int length) => length == 0 ? 0 : UInt128.MaxValue << (128 - length);
}
