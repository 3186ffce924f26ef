using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>Something that a DHCP server tells a guest (RFC 2132), and how a scenario writes it.</summary>
/// <param name="Say">From the bytes of the option, of which there is at least one.</param>
internal sealed record DhcpFact(string Words, byte Option, Func<byte[], string> Say)
{
    public static ImmutableArray<DhcpFact> All { get; } =
    [
        new("mask", 1, Address), new("router", 3, Address), new("name server", 6, Address), new("host name", 12, Text), new("domain", 15, Text),
        new("MTU", 26, Number), new("broadcast", 28, Address), new("lease", 51, Number), new("message", 56, Text),
        new("renewal", 58, Number), new("rebinding", 59, Number),
    ];

    private static string Address(byte[] bytes) => bytes.Length >= Ipv4Address.Length ? Ipv4Address.Read(bytes).ToString() : "";

    private static string Text(byte[] bytes) => Encoding.ASCII.GetString(bytes);

    private static string Number(byte[] bytes) => bytes.Length switch
    {
        2 => BinaryPrimitives.ReadUInt16BigEndian(bytes).ToString(CultureInfo.InvariantCulture),
        4 => BinaryPrimitives.ReadUInt32BigEndian(bytes).ToString(CultureInfo.InvariantCulture),
        _ => "",
    };
}
