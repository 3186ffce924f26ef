using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Lab.Engine.Packets;

namespace Lab.Contract.Hosts;

/// <summary>What a router advertisement says (RFC 4861 section 4.2, RFC 8106), read from the ICMPv6 message; an empty one says nothing.</summary>
public sealed class RouterWords(ReadOnlyMemory<byte> message)
{
    private const int OptionsAt = 16; // bytes
    private const byte LinkLayer = 1, Prefix = 3, Mtu = 5, NameServer = 25;
    private const uint Forever = uint.MaxValue;

    /// <summary>The facts that a scenario may ask for, and how each is written; an empty text means that it was not said.</summary>
    public static ImmutableArray<(string Words, Func<RouterWords, string> Say)> Facts { get; } =
    [
        ("managed", router => YesOrNo(router.Flag(0x80))),
        ("other", router => YesOrNo(router.Flag(0x40))),
        ("lifetime", router => Word(BinaryPrimitives.ReadUInt16BigEndian(router.Bytes[6..]))),
        ("hop limit", router => Word(router.Bytes[4])),
        ("prefixes", router => string.Join(", ", router.Options(Prefix).Select(option => $"{Ipv6Address.Read(option.AsSpan(16))}/{option[2]}"))),
        ("on-link", router => router.OfPrefix(option => YesOrNo((option[3] & 0x80) != 0))),
        ("autonomous", router => router.OfPrefix(option => YesOrNo((option[3] & 0x40) != 0))),
        ("valid", router => router.OfPrefix(option => Time(option.AsSpan(4)))),
        ("preferred", router => router.OfPrefix(option => Time(option.AsSpan(8)))),
        ("MTU", router => router.First(Mtu, option => Time(option.AsSpan(4)))),
        ("MAC", router => router.First(LinkLayer, option => MacAddress.Read(option.AsSpan(2)).ToString())),
        ("name server", router => router.First(NameServer, option => Ipv6Address.Read(option.AsSpan(8)).ToString())),
        ("name server for", router => router.First(NameServer, option => Time(option.AsSpan(4)))),
    ];

    public bool IsSilent => message.Length < OptionsAt;

    /// <summary>Addresses are to be asked for.</summary>
    public bool IsManaged => !IsSilent && Flag(0x80);

    /// <summary>The first prefix in which a guest is to make an address up.</summary>
    public Ipv6Address? PrefixToMakeUpFrom => Options(Prefix).Where(option => (option[3] & 0x40) != 0)
        .Select(option => (Ipv6Address?)Ipv6Address.Read(option.AsSpan(16))).FirstOrDefault();

    private ReadOnlySpan<byte> Bytes => message.Span;

    private bool Flag(byte bit) => (Bytes[5] & bit) != 0;

    private string OfPrefix(Func<byte[], string> say) => First(Prefix, say);

    private string First(byte kind, Func<byte[], string> say) => Options(kind).Select(say).FirstOrDefault("");

    private List<byte[]> Options(byte kind)
    {
        List<byte[]> found = [];
        for (int at = OptionsAt; at + 8 <= message.Length && Bytes[at + 1] > 0 && at + Bytes[at + 1] * 8 <= message.Length; at += Bytes[at + 1] * 8)
        {
            if (Bytes[at] == kind)
            {
                found.Add(Bytes.Slice(at, Bytes[at + 1] * 8).ToArray());
            }
        }

        return found;
    }

    private static string YesOrNo(bool holds) => holds ? "yes" : "no";

    private static string Word(uint number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes) is var seconds && seconds == Forever ? "for ever" : Word(seconds);
}
