using System.Buffers.Binary;
using System.Globalization;

namespace Lab.Engine.Packets;

/// <summary>An IPv4 address (RFC 791 section 3.2). The default value is 0.0.0.0.</summary>
public readonly record struct Ipv4Address(uint Bits)
{
    public const int Length = 4; // bytes

    /// <summary>Reads the first four bytes, network order.</summary>
    public static Ipv4Address Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt32BigEndian(bytes));

    public void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt32BigEndian(bytes, Bits);

    /// <summary>Four decimal octets joined by dots, no leading zeros, and nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv4Address address)
    {
        address = default;
        uint bits = 0;
        int octets = 0;
        foreach (Range range in text.Split('.'))
        {
            ReadOnlySpan<char> octet = text[range];
            if (++octets > Length || octet.Length is 0 or > 3 || (octet.Length > 1 && octet[0] == '0')
                || !byte.TryParse(octet, NumberStyles.None, CultureInfo.InvariantCulture, out byte value))
            {
                return false;
            }

            bits = bits << 8 | value;
        }

        address = new(bits);
        return octets == Length;
    }

    /// <exception cref="FormatException">Not a dotted quad.</exception>
    public static Ipv4Address Parse(string text) =>
        TryParse(text, out Ipv4Address address) ? address : throw new FormatException($"'{text}' is not an IPv4 address");

    public override string ToString() => $"{Bits >> 24}.{(byte)(Bits >> 16)}.{(byte)(Bits >> 8)}.{(byte)Bits}";
}
