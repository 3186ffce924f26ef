using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Lab.Engine.Packets;

/// <summary>An IPv6 address (RFC 4291). The default value is the unspecified address, <c>::</c>.</summary>
public readonly record struct Ipv6Address(UInt128 Bits)
{
    public const int Length = 16; // bytes

    /// <summary>Reads the first sixteen bytes, network order.</summary>
    public static Ipv6Address Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    public void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);

    /// <summary>The text forms of RFC 4291 section 2.2; no zone, no prefix length, no brackets.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv6Address address)
    {
        address = default;
        if (text.IndexOfAny('%', '[', '/') >= 0 || !text.Contains(':')
            || !IPAddress.TryParse(text, out IPAddress? parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Length];
        _ = parsed.TryWriteBytes(bytes, out _);
        address = Read(bytes);
        return true;
    }

    /// <exception cref="FormatException">Not an IPv6 address.</exception>
    public static Ipv6Address Parse(string text) =>
        TryParse(text, out Ipv6Address address) ? address : throw new FormatException($"'{text}' is not an IPv6 address");

    public override string ToString()
    {
        byte[] bytes = new byte[Length];
        Write(bytes);
        return new IPAddress(bytes).ToString();
    }
}
