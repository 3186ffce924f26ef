using System.Buffers;
using System.Text;

namespace Lab.Engine.Documents;

/// <summary>Attribute values and text as libvirt writes them.</summary>
public static class XmlEscape
{
    private static readonly SearchValues<char> Special = SearchValues.Create("<>&'\"\t\n\r");

    /// <summary>The five XML entities, and blanks other than a space as character references, which reading keeps.</summary>
    /// <remarks>libvirt writes tabs and line feeds as they are, so that reading its text turns them into spaces.</remarks>
    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAny(Special))
        {
            return text;
        }

        StringBuilder escaped = new(text.Length + 16);
        foreach (char c in text)
        {
            _ = c switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '\'' => escaped.Append("&apos;"),
                '"' => escaped.Append("&quot;"),
                '\t' or '\n' or '\r' => escaped.Append($"&#{(int)c};"),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }
}
