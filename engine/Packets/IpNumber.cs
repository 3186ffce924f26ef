using System.Globalization;

namespace Lab.Engine.Packets;

/// <summary>An address of either family as a number, right-aligned.</summary>
public readonly record struct IpNumber(bool Version6, UInt128 Bits)
{
    public static bool TryParse(string text, out IpNumber number)
    {
        if (Ipv4Address.TryParse(text, out Ipv4Address four))
        {
            number = new(false, four.Bits);
            return true;
        }

        bool six = Ipv6Address.TryParse(text, out Ipv6Address parsed);
        number = new(true, parsed.Bits);
        return six;
    }

    /// <exception cref="InvalidOperationException">An IPv6 address.</exception>
    public Ipv4Address ToIpv4() => Version6 ? throw new InvalidOperationException($"{this} is not IPv4") : new((uint)Bits);

    /// <exception cref="InvalidOperationException">An IPv4 address.</exception>
    public Ipv6Address ToIpv6() => Version6 ? new(Bits) : throw new InvalidOperationException($"{this} is not IPv6");

    public static IpNumber Of(Ipv4Address address) => new(false, address.Bits);

    public static IpNumber Of(Ipv6Address address) => new(true, address.Bits);

    public int Length => Version6 ? Ipv6Address.Length : Ipv4Address.Length;

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Length];
        if (Version6)
        {
            ToIpv6().Write(bytes);
        }
        else
        {
            ToIpv4().Write(bytes);
        }

        return bytes;
    }

    /// <summary>The name under which to ask who has the address (RFC 1035 section 3.5, RFC 3596 section 2.5).</summary>
    public string ReverseName => ReverseZone(Length * 8);

    /// <summary>The name above those of all addresses that begin alike.</summary>
    /// <param name="prefixLength">In bits; what does not fill a label is left out.</param>
    public string ReverseZone(int prefixLength)
    {
        byte[] bytes = ToBytes();
        IEnumerable<string> labels = Version6
            ? bytes.SelectMany(b => new[] { b >> 4, b & 0xF }).Take(prefixLength / 4).Select(nibble => nibble.ToString("x", CultureInfo.InvariantCulture))
            : bytes.Take(prefixLength / 8).Select(b => b.ToString(CultureInfo.InvariantCulture));
        return string.Join('.', labels.Reverse().Append(Version6 ? "ip6.arpa" : "in-addr.arpa"));
    }

    public override string ToString() => Version6 ? new Ipv6Address(Bits).ToString() : new Ipv4Address((uint)Bits).ToString();
}
