using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>Something that a DHCPv6 server tells a guest (RFC 8415 section 21), and how a scenario writes it.</summary>
/// <param name="Say">From the options of the server's message, by their codes.</param>
internal sealed record Dhcpv6Fact(string Words, Func<Func<ushort, byte[]>, string> Say)
{
    private const int WishHead = 12; // bytes: identifier and two times
    private const ushort Wish = 3, Address = 5, Preference = 7, Status = 13, NameServers = 23, RefreshTime = 32, Name = 39;

    public static ImmutableArray<Dhcpv6Fact> All { get; } =
    [
        new("address", told => Within(told, Address) is { Length: > 0 } address ? Ipv6Address.Read(address).ToString() : ""),
        new("preferred", told => Number(Within(told, Address), 16)), new("valid", told => Number(Within(told, Address), 20)),
        new("renewal", told => Number(told(Wish), 4)), new("rebinding", told => Number(told(Wish), 8)),
        new("status", told => Text(told(Status))), new("status of the address", told => Text(Within(told, Status))),
        new("preference", told => told(Preference) is [var preference] ? preference.ToString(CultureInfo.InvariantCulture) : ""),
        new("name server", told => told(NameServers) is { Length: >= Ipv6Address.Length } server ? Ipv6Address.Read(server).ToString() : ""),
        new("refresh", told => Number(told(RefreshTime), 0)),
        new("name", told => Labels(told(Name))),
    ];

    private static byte[] Within(Func<ushort, byte[]> told, ushort code)
    {
        ReadOnlySpan<byte> rest = told(Wish) is { Length: > WishHead } wish ? wish.AsSpan(WishHead) : default;
        while (rest.Length >= 4 && BinaryPrimitives.ReadUInt16BigEndian(rest) != code)
        {
            rest = rest[Math.Min(rest.Length, 4 + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]))..];
        }

        return rest.Length < 4 ? [] : rest.Slice(4, BinaryPrimitives.ReadUInt16BigEndian(rest[2..])).ToArray();
    }

    private static string Number(byte[] bytes, int at) => bytes.Length < at + 4 ? ""
        : BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at)).ToString(CultureInfo.InvariantCulture);

    private static string Text(byte[] status) => status.Length < 2 ? "" : Encoding.ASCII.GetString(status.AsSpan(2));

    /// <summary>Behind a byte of flags.</summary>
    private static string Labels(byte[] name)
    {
        List<string> labels = [];
        for (int at = 1; at < name.Length && name[at] > 0; at += 1 + name[at])
        {
            labels.Add(Encoding.ASCII.GetString(name.AsSpan(at + 1, name[at])));
        }

        return string.Join('.', labels);
    }
}
