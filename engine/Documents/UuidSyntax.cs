namespace Lab.Engine.Documents;

/// <summary>UUIDs as libvirt's virUUIDParse reads them: 32 hexadecimal digits, with '-' and blanks between the pairs.</summary>
public static class UuidSyntax
{
    private const int Digits = 32;

    public static bool TryParse(ReadOnlySpan<char> text, out Guid uuid)
    {
        uuid = default;
        Span<char> digits = stackalloc char[Digits];
        int count = 0;
        foreach (char c in text.Trim(" \t\n\r\f\v"))
        {
            bool betweenPairs = c is '-' or ' ' && count % 2 == 0 && count < Digits;
            if (char.IsAsciiHexDigit(c) && count < Digits)
            {
                digits[count++] = c;
            }
            else if (!betweenPairs)
            {
                return false;
            }
        }

        return count == Digits && Guid.TryParseExact(digits, "N", out uuid);
    }
}
