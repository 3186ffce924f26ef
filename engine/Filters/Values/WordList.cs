namespace Lab.Engine.Filters.Values;

/// <summary>Words for bits, as libvirt reads them (parseStringItems): any case, blanks and commas between them optional.</summary>
internal static class WordList
{
    public static bool TryRead(ReadOnlySpan<char> text, ReadOnlySpan<(string Word, int Bits)> words, out int bits)
    {
        bits = 0;
        while (!text.IsEmpty)
        {
            if (CNumber.IsBlank(text[0]) || text[0] == ',')
            {
                text = text[1..];
            }
            else if (!TryReadWord(ref text, words, ref bits))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadWord(ref ReadOnlySpan<char> text, ReadOnlySpan<(string Word, int Bits)> words, ref int bits)
    {
        foreach ((string word, int value) in words)
        {
            if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                bits |= value;
                text = text[word.Length..];
                return true;
            }
        }

        return false;
    }
}
