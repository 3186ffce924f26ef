using Lab.Engine.Packets;

namespace Lab.Engine.Rulesets.Ebiptables;

/// <summary>Numbers as ebtables and iptables read them.</summary>
internal static class TablesText
{
    public static string Mac(UInt128 bits) => MacAddress.FromBits((ulong)bits).ToString();

    public static string Ipv4(UInt128 bits) => new Ipv4Address((uint)bits).ToString();

    public static string Ipv6(UInt128 bits) => new Ipv6Address(bits).ToString();

    public static string Decimal(UInt128 bits) => bits.ToString();

    public static string Hex(UInt128 bits) => $"0x{(ulong)bits:x4}";

    public static string HexByte(UInt128 bits) => $"0x{(byte)bits:x2}";

    /// <summary>A word of a -restore line: quoted when a blank, a quote or a backslash would end or change it.</summary>
    /// <remarks>add_param_to_argv in iptables/xshared.c: inside quotes a backslash keeps the next character.</remarks>
    public static string Quote(string word) =>
        word.Length > 0 && word.AsSpan().IndexOfAny(" \t\"'\\#") < 0
            ? word
            : $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    public static string Line(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));
}
