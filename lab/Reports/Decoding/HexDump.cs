using System.Text;

namespace Lab.Reports.Decoding;

/// <summary>Bytes as people compare them.</summary>
internal static class HexDump
{
    private const int BytesPerLine = 16;

    /// <summary>Two digits a byte, nothing between.</summary>
    public static string Plain(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>Offset, sixteen bytes, the same as text: <c>0000  ff ff ff ff ff ff 52 54  00 ... |......RT|</c>.</summary>
    public static IEnumerable<string> Lines(ReadOnlyMemory<byte> bytes)
    {
        for (int at = 0; at < bytes.Length; at += BytesPerLine)
        {
            yield return Line(at, bytes.Span[at..Math.Min(at + BytesPerLine, bytes.Length)]);
        }
    }

    /// <summary>ASCII as it is, everything else as a dot.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new(bytes.Length);
        foreach (byte value in bytes)
        {
            text.Append(value is >= 0x20 and < 0x7F ? (char)value : '.');
        }

        return text.ToString();
    }

    private static string Line(int at, ReadOnlySpan<byte> bytes)
    {
        StringBuilder line = new($"{at:x4} ");
        for (int i = 0; i < BytesPerLine; i++)
        {
            line.Append(i == BytesPerLine / 2 ? "  " : " ").Append(i < bytes.Length ? $"{bytes[i]:x2}" : "  ");
        }

        return line.Append("  |").Append(Text(bytes)).Append('|').ToString();
    }
}
