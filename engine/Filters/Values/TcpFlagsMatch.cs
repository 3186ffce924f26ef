namespace Lab.Engine.Filters.Values;

/// <summary>The value of <c>flags</c>: (tcp flags &amp; <paramref name="Mask"/>) == <paramref name="Set"/> (RFC 9293 section 3.1).</summary>
/// <param name="Mask">Six bits, FIN lowest.</param>
/// <param name="Set">Six bits; those outside the mask make it match nothing.</param>
public readonly record struct TcpFlagsMatch(byte Mask, byte Set)
{
    private const int All = 0x3F;

    private static readonly (string, int)[] Words =
        [("FIN", 0x01), ("SYN", 0x02), ("RST", 0x04), ("PSH", 0x08), ("ACK", 0x10), ("URG", 0x20), ("ALL", All), ("NONE", 0)];

    /// <summary><c>MASK/SET</c>; an empty side means NONE.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TcpFlagsMatch match)
    {
        match = default;
        int slash = text.IndexOf('/');
        if (slash < 0 || !WordList.TryRead(text[..slash], Words, out int mask) || !WordList.TryRead(text[(slash + 1)..], Words, out int set))
        {
            return false;
        }

        match = new((byte)mask, (byte)set);
        return true;
    }

    /// <summary>libvirt's form: the flags in the order of their bits, ALL for all six, NONE for none.</summary>
    public override string ToString() => $"{Side(Mask)}/{Side(Set)}";

    private static string Side(int bits) => bits switch
    {
        0 => "NONE",
        All => "ALL",
        _ => string.Join(',', Words[..6].Where(w => (w.Item2 & bits) != 0).Select(w => w.Item1)),
    };
}
