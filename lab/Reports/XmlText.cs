using System.Text;

namespace Lab.Reports;

/// <summary>Text that XML can hold: of what testers and guests write, some characters cannot stand there at all.</summary>
internal static class XmlText
{
    /// <summary>Everything outside the production Char (XML 1.0 section 2.2) becomes U+FFFD.</summary>
    public static string Clean(string text)
    {
        StringBuilder clean = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) // half a surrogate pair comes out as U+FFFD by itself
        {
            clean.Append(rune.Value is '\t' or '\n' or '\r' or (>= 0x20 and not (0xFFFE or 0xFFFF)) ? rune : Rune.ReplacementChar);
        }

        return clean.ToString();
    }
}
