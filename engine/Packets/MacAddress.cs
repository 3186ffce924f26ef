using System.Buffers.Binary;
using System.Globalization;

namespace Lab.Engine.Packets;

/// <summary>A 48-bit Ethernet address (IEEE 802 section 8). The default value is 00:00:00:00:00:00.</summary>
public readonly record struct MacAddress
{
    public const int Length = 6; // bytes

    public static readonly MacAddress Broadcast = new(0xFFFF_FFFF_FFFF);

    private MacAddress(ulong bits) => Bits = bits;

    /// <summary>The address as a number, first byte highest; the upper 16 bits are zero.</summary>
    public ulong Bits { get; }

    /// <summary>The group bit: multicast or broadcast.</summary>
    public bool IsGroup => (Bits & 0x0100_0000_0000) != 0;

    /// <exception cref="ArgumentOutOfRangeException">More than 48 bits.</exception>
    public static MacAddress FromBits(ulong bits)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 0xFFFF_FFFF_FFFFul);
        return new(bits);
    }

    /// <summary>Reads the first six bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than six bytes.</exception>
    public static MacAddress Read(ReadOnlySpan<byte> bytes) =>
        new((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]));

    /// <summary>Writes six bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Room for fewer than six bytes.</exception>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(Bits >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], (uint)Bits);
    }

    /// <summary>Six groups of one or two hexadecimal digits joined by colons, and nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress address)
    {
        address = default;
        ulong bits = 0;
        int groups = 0;
        foreach (Range range in text.Split(':'))
        {
            ReadOnlySpan<char> group = text[range];
            if (++groups > Length || group.Length is 0 or > 2
                || !byte.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
            {
                return false;
            }

            bits = bits << 8 | value;
        }

        address = new(bits);
        return groups == Length;
    }

    /// <exception cref="FormatException">Not six groups of hexadecimal digits joined by colons.</exception>
    public static MacAddress Parse(string text) =>
        TryParse(text, out MacAddress address) ? address : throw new FormatException($"'{text}' is not a MAC address");

    public override string ToString() => string.Create(17, Bits, static (span, bits) =>
    {
        for (int i = 0; i < Length; i++)
        {
            _ = ((byte)(bits >> (40 - 8 * i))).TryFormat(span[(3 * i)..], out _, "x2", CultureInfo.InvariantCulture);
            if (i < Length - 1)
            {
                span[3 * i + 2] = ':';
            }
        }
    });
}
