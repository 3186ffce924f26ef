using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Lab.Engine.Packets;

/// <summary>An IPv6 address (RFC 4291). The default value is the unspecified address, <c>::</c>.</summary>
public readonly record struct Ipv6Address(UInt128 Bits)
{
    public const int Length = 16; // bytes

    private const int GroupCount = 8;

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

    /// <summary>RFC 5952, with dotted quads exactly where inet_ntop(3) writes them: ::a.b.c.d and ::ffff:a.b.c.d.</summary>
    public override string ToString()
    {
        if (Bits >> 32 is var upper && ((upper == 0 && Bits >> 16 != 0) || upper == 0xFFFF))
        {
            return $"::{(upper == 0 ? "" : "ffff:")}{new Ipv4Address((uint)Bits)}";
        }

        (int start, int length) = LongestZeros();
        return length == 0 ? Groups(0, GroupCount) : $"{Groups(0, start)}::{Groups(start + length, GroupCount)}";
    }

    private int Group(int i) => (int)(Bits >> (16 * (GroupCount - 1 - i)) & 0xFFFF);

    private string Groups(int from, int to)
    {
        Ipv6Address self = this;
        return string.Join(':', Enumerable.Range(from, Math.Max(0, to - from)).Select(i => self.Group(i).ToString("x")));
    }

    /// <summary>The first of the longest runs of two or more zero groups; length 0 when there is none.</summary>
    private (int Start, int Length) LongestZeros()
    {
        (int Start, int Length) best = (GroupCount, 0);
        for (int i = 0; i < GroupCount; i++)
        {
            int end = i;
            while (end < GroupCount && Group(end) == 0)
            {
                end++;
            }

            if (end - i > Math.Max(best.Length, 1))
            {
                best = (i, end - i);
            }
        }

        return best;
    }
}
