using System.Globalization;

namespace Lab.Engine.Packets;

/// <summary>A block of IPv4 addresses (RFC 4632 section 3.1). The default value, 0.0.0.0/0, holds every address.</summary>
public readonly record struct Ipv4Prefix
{
    /// <exception cref="ArgumentException">A bit is set behind the prefix, or the length is not 0 to 32.</exception>
    public Ipv4Prefix(Ipv4Address network, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 32);
        (Network, Length) = (network, length);
        if ((network.Bits & ~Mask.Bits) != 0)
        {
            throw new ArgumentException($"{network} has bits behind its first {length}", nameof(network));
        }
    }

    public Ipv4Address Network { get; }

    /// <summary>In bits, 0 to 32.</summary>
    public int Length { get; }

    public Ipv4Address Mask => new(MaskBits(Length));

    /// <summary>The last address, which in a subnet is the directed broadcast.</summary>
    public Ipv4Address Last => new(Network.Bits | ~Mask.Bits);

    /// <summary>The block of that size in which the address lies.</summary>
    public static Ipv4Prefix Of(Ipv4Address address, int length) => new(new(address.Bits & MaskBits(length)), length);

    public bool Contains(Ipv4Address address) => (address.Bits & Mask.Bits) == Network.Bits;

    /// <summary>An address, a slash and a length, with no bit set behind the prefix.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv4Prefix prefix)
    {
        prefix = default;
        int slash = text.IndexOf('/');
        if (slash < 0 || !Ipv4Address.TryParse(text[..slash], out Ipv4Address address)
            || !int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length > 32
            || (address.Bits & ~MaskBits(length)) != 0)
        {
            return false;
        }

        prefix = new(address, length);
        return true;
    }

    /// <exception cref="FormatException">Not a prefix, or bits behind it.</exception>
    public static Ipv4Prefix Parse(string text) =>
        TryParse(text, out Ipv4Prefix prefix) ? prefix : throw new FormatException($"'{text}' is not an IPv4 prefix");

    public override string ToString() => $"{Network}/{Length}";

    private static uint MaskBits(int length) => length == 0 ? 0 : uint.MaxValue << (32 - length);
}
