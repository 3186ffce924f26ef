namespace Lab.Engine.Filters.Values;

/// <summary>Numbers as the C library reads them, which is what libvirt calls (strtoul(3), strtol(3)).</summary>
/// <remarks>Leading blanks and a sign are taken; <c>0x</c> is taken in base 16;
/// base 0 means what C means: 0x for hexadecimal, 0 for octal. A negative number wraps in 32 bits (quirk 13).</remarks>
internal static class CNumber
{
    /// <summary>Reads the whole text: libvirt's virStrToLong_ui without an end pointer.</summary>
    public static bool TryReadUnsigned(ReadOnlySpan<char> text, int numberBase, out uint value) =>
        TryReadUnsigned(text, numberBase, out value, out int length) && length == text.Length;

    /// <param name="length">Characters read; what follows is the caller's business.</param>
    public static bool TryReadUnsigned(ReadOnlySpan<char> text, int numberBase, out uint value, out int length)
    {
        value = 0;
        if (!TryReadMagnitude(text, numberBase, out ulong magnitude, out bool negative, out length) || magnitude > uint.MaxValue)
        {
            return false;
        }

        value = negative ? unchecked((uint)-(long)magnitude) : (uint)magnitude;
        return true;
    }

    /// <summary>Reads the whole text as a decimal number: virStrToLong_i.</summary>
    public static bool TryReadSigned(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        if (!TryReadMagnitude(text, 10, out ulong magnitude, out bool negative, out int length) || length != text.Length
            || magnitude > (negative ? 1ul << 31 : int.MaxValue))
        {
            return false;
        }

        value = (int)(negative ? -(long)magnitude : (long)magnitude);
        return true;
    }

    /// <summary>isspace(3) in the C locale.</summary>
    public static bool IsBlank(char c) => c is ' ' or (>= '\t' and <= '\r');

    private static bool TryReadMagnitude(
        ReadOnlySpan<char> text, int numberBase, out ulong magnitude, out bool negative, out int length)
    {
        int at = 0;
        while (at < text.Length && IsBlank(text[at]))
        {
            at++;
        }

        negative = at < text.Length && text[at] == '-';
        at += at < text.Length && text[at] is '-' or '+' ? 1 : 0;
        if (numberBase is 0 or 16 && at + 2 < text.Length && text[at] == '0' && text[at + 1] is 'x' or 'X' && char.IsAsciiHexDigit(text[at + 2]))
        {
            at += 2;
            numberBase = 16;
        }
        else if (numberBase == 0)
        {
            numberBase = at < text.Length && text[at] == '0' ? 8 : 10;
        }

        int digits = at;
        magnitude = 0;
        while (at < text.Length && Digit(text[at]) is var digit && digit < numberBase)
        {
            magnitude = Math.Min(magnitude * (ulong)numberBase + (ulong)digit, ulong.MaxValue >> 8); // beyond any limit stays so
            at++;
        }

        length = at;
        return at > digits;
    }

    private static int Digit(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => int.MaxValue,
    };
}
